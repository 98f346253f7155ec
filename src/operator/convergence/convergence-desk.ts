/** Gets what each pass saw, keeps one convergence watch per config with moved Skippers, and gives who is converged. */
import { parseDuration, type RouteServerConfig } from '../../api/index.ts';
import type { Eviction } from '../../kube/index.ts';
import type { ConvergenceSeen } from '../../rollout/index.ts';
import type { Sighting } from '../observe.ts';
import { peersOf } from '../shadow/peers.ts';
import { WatchBook } from '../watch-book.ts';
import { replicasOf } from './route-server-client.ts';
import { ConvergenceWatch, type ConvergenceParts, type ConvergencePlan } from './convergence-watch.ts';
import type { Laggard } from './lagging.ts';

export interface ConvergenceDeskParts extends Omit<ConvergenceParts, 'onChange' | 'evict' | 'onHealing'> {
  /** Evicts a pod of this config's fleet, or says why it does not go now. */
  readonly evict: (config: RouteServerConfig, pod: string) => Promise<Eviction>;
  /** Told of what was done for a Skipper, for Events. */
  readonly onHealing: (config: RouteServerConfig, action: 'Resend' | 'Evict', laggard: Laggard) => void;
}

/** Four looks fit into the budget, so that a Skipper is found behind soon after it is. */
const looksPerBudget = 4;

export class ConvergenceDesk {
  readonly #parts: ConvergenceDeskParts;
  readonly #onChange: (key: string) => void;
  readonly #watches = new WatchBook<ConvergenceWatch>();

  /** @param onChange told of the config whose converged Skippers changed */
  constructor(parts: ConvergenceDeskParts, onChange: (key: string) => void) {
    this.#parts = parts;
    this.#onChange = onChange;
  }

  /** Who is converged; `undefined` while no Skipper is moved. */
  convergenceOf(key: string): ConvergenceSeen | undefined {
    return this.#watches.find(key)?.seen;
  }

  /** Looks from now on at the moved Skippers that `seen` shows, or stops when there are none. */
  follow(key: string, seen: Sighting): void {
    const plan = planOf(seen);
    if (plan.moved.length === 0) {
      this.forget(key);
      return;
    }
    this.#watches.open(key, () => this.#begin(key, seen.config))?.follow(plan);
  }

  forget(key: string): void {
    this.#watches.forget(key);
  }

  /** Ends all looks, for good. */
  stop(): void {
    this.#watches.stop();
  }

  #begin(key: string, config: RouteServerConfig): ConvergenceWatch {
    const { evict, onHealing, ...parts } = this.#parts;
    return new ConvergenceWatch({
      ...parts,
      evict: (pod) => evict(config, pod),
      onHealing: (action, laggard) => {
        onHealing(config, action, laggard);
      },
      onChange: () => {
        this.#onChange(key);
      },
    });
  }
}

function planOf({ config, pods, sentinelPods, routeServerPods, target, observation }: Sighting): ConvergencePlan {
  const { shadow, fallback, skipper, suspend } = config.spec;
  const budgetMs = parseDuration(shadow.freshnessBudget);
  const intervalMs = parseDuration(shadow.interval);
  const at = { target, port: skipper.supportPort };
  return {
    moved: peersOf(pods, 'routeServer', at),
    sentinels: peersOf(sentinelPods, 'routeServer', at),
    replicas: replicasOf(routeServerPods),
    lookEveryMs: Math.min(intervalMs, budgetMs / looksPerBudget),
    intervalMs,
    budgetMs,
    policy: { mayEvict: fallback.evictStuckPods, isSuspended: suspend },
    isFleetSettled: observation.fleet?.rolledOut ?? false,
  };
}
