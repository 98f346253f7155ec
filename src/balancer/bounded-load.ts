/** Bounded load: gets the kept endpoints and their load, gives the highest load that still takes a key. */
import { wrongOption } from './balancer-error.ts';
import type { Load } from './load.ts';
import { oneOf } from './option-rules.ts';
import type { Selection } from './selection.ts';
import type { BoundedLoadOptions } from './types.ts';

/** After this many distinct endpoints an occupancy walk takes the least loaded that it has seen. */
const longestWalk = 10;

export class BoundedLoad {
  readonly #load: Load;
  readonly #factor: number;
  /** Endpoints that a walk may look at before it settles; Infinity is Skipper's full circle. */
  readonly longestWalk: number;
  #limit = 0;
  #localLimit = 0;

  /** @throws BalancerError RSRV_BALANCER_OPTION for a load that there is not, or a factor below 1. */
  constructor(options: BoundedLoadOptions, load: Load) {
    const { factor = 1.25 } = options;
    oneOf('boundedLoad.load', ['inflight', 'occupancy'], options.load);
    if (!(factor >= 1 && factor < Infinity)) throw wrongOption('boundedLoad.factor', 'must be at least 1', factor);
    this.#load = load;
    this.#factor = factor;
    this.longestWalk = options.load === 'occupancy' ? longestWalk : Infinity;
  }

  loadOf(slot: number): number {
    return this.#load.loadOf(slot);
  }

  /** Highest load with which the endpoint takes the key of this pick. */
  limitOf(slot: number, selection: Selection): number {
    return selection.snapshot.isLocal[slot] === 1 ? this.#localLimit : this.#limit;
  }

  /** Whether the endpoint takes a key by Skipper's rule when all `count` endpoints are kept. Needs no `prepare`. */
  isBelowPlainLimit(slot: number, count: number): boolean {
    return this.#load.loadOf(slot) <= ((1 + this.#load.total) / count) * this.#factor;
  }

  /**
   * Skipper's limit is average × factor with the new request counted in. With a share w of keys that stay in the zone,
   * each local endpoint expects total·w / local + total·(1−w) / all, and each other one total·(1−w) / all.
   */
  prepare(selection: Selection, localShare: number): void {
    this.#load.refresh(selection.now);
    const { snapshot } = selection;
    const total = 1 + selection.keptLoad();
    if (localShare === 0 || snapshot.localCount === 0) {
      this.#limit = this.#limitFor(total / selection.kept);
      this.#localLimit = this.#limit;
      return;
    }
    const shared = (total * (1 - localShare)) / snapshot.order.length;
    this.#limit = this.#limitFor(shared);
    this.#localLimit = this.#limitFor((total * localShare) / snapshot.localCount + shared);
  }

  /**
   * By occupancy an endpoint must have room for the new request, too: without that, one pod 3 × slower and hot keys
   * led to a busiest endpoint at 1.5 × the mean in simulation, with it to 1.2. Below two requests per endpoint less is
   * asked, or hardly a key would stay with its owner.
   */
  #limitFor(average: number): number {
    const limit = average * this.#factor;
    return this.longestWalk === Infinity ? limit : limit - Math.min(1, average / 2);
  }
}
