/**
 * Gets the path of a mounted `client-balancer.json`, gives the toggles in it, read again whenever they change.
 *
 * The kubelet never writes into a mounted file: it swaps the link `..data` beside it. So the folder is what is watched,
 * and because some file systems tell nothing, the file is also read at intervals.
 */
import { readFileSync, watch } from 'node:fs';
import type { FSWatcher } from 'node:fs';
import { dirname } from 'node:path';
import { errorOf, longestTimer, machineClock, nameIn, numberIn } from '../balancer-adapter/index.ts';
import type { BalancerClock, BalancerTimer } from '../balancer-adapter/index.ts';
import { LastGoodToggles } from './last-good.ts';
import type { LastGoodOptions, TogglesSource } from './last-good.ts';
import type { Toggles } from './toggles.ts';

/** Which file, and how often it is looked at. */
export interface TogglesFileOptions extends LastGoodOptions {
  /** Such as `/etc/client-balancer/client-balancer.json`. Mount the folder: a `subPath` mount never changes. */
  readonly path: string;
  /** How often the file is read without being told to. Default 10,000. */
  readonly pollMs?: number;
  readonly clock?: BalancerClock;
}

/** The toggles of a mounted file. Reads it at once, so that `current` holds from the first request on. Stable. */
export class TogglesFile implements TogglesSource {
  readonly #path: string;
  readonly #pollMs: number;
  readonly #clock: BalancerClock;
  readonly #toggles: LastGoodToggles;
  #watcher: FSWatcher | undefined;
  #timer: BalancerTimer | undefined;
  #isClosed = false;

  /** @throws BalancerError RSRV_BALANCER_OPTION for an option that has no meaning. */
  constructor(options: TogglesFileOptions) {
    const of = 'the toggles file';
    this.#path = nameIn({ of, option: 'path' }, options.path);
    this.#pollMs = numberIn({ of, option: 'pollMs' }, 1, options.pollMs ?? 10_000, longestTimer);
    this.#clock = options.clock ?? machineClock;
    this.#toggles = new LastGoodToggles(options);
    this.#poll();
  }

  get current(): Toggles {
    return this.#toggles.current;
  }

  /** Why what is in the file now is not in force; undefined when it is. */
  get problem(): Error | undefined {
    return this.#toggles.problem;
  }

  /** Stops looking. `current` stays as it is. */
  close(): void {
    this.#isClosed = true;
    this.#timer?.cancel();
    this.#watcher?.close();
  }

  #poll(): void {
    if (this.#isClosed) return;
    this.#watch();
    this.#read();
    this.#timer = this.#clock.schedule(this.#pollMs, () => {
      this.#poll();
    });
  }

  #read(): void {
    let text: string;
    try {
      text = readFileSync(this.#path, 'utf8');
    } catch (error) {
      this.#toggles.fail(errorOf(error));
      return;
    }
    this.#toggles.offer(text);
  }

  /** Without a folder there is nothing to watch yet; the next poll tries again. */
  #watch(): void {
    if (this.#watcher !== undefined) return;
    try {
      const watcher = watch(dirname(this.#path), { persistent: false }, () => {
        if (!this.#isClosed) this.#read();
      });
      const giveUp = (): void => {
        watcher.close();
        if (this.#watcher === watcher) this.#watcher = undefined;
      };
      watcher.on('error', giveUp);
      this.#watcher = watcher;
    } catch {
      this.#watcher = undefined;
    }
  }
}
