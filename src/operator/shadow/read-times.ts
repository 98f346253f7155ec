/** Gets which tables are read; gives how long others have to wait, so that none is read more often than is allowed. */
import type { Clock } from '../../runtime/index.ts';
import type { SupportAddress } from './table-reader.ts';

/** Longest `spec.shadow.interval`: what was read before that bounds nothing. */
const longestIntervalMs = 3_600_000;

export class ReadTimes {
  readonly #clock: Pick<Clock, 'monotonic'>;
  /** By Skipper, those that were read longest ago first. */
  readonly #readAtMs = new Map<string, number>();

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock;
  }

  /** The table of this Skipper begins to be read now. */
  note(address: SupportAddress): void {
    const nowMs = this.#clock.monotonic();
    for (const [key, readAtMs] of this.#readAtMs) {
      if (nowMs - readAtMs < longestIntervalMs) break;
      this.#readAtMs.delete(key);
    }
    this.#readAtMs.delete(keyOf(address));
    this.#readAtMs.set(keyOf(address), nowMs);
  }

  /** After how many ms all of these may be read when none is read twice within `intervalMs`; 0 for at once. */
  waitMs(addresses: readonly SupportAddress[], intervalMs: number): number {
    const nowMs = this.#clock.monotonic();
    const waits = addresses.map((address) => (this.#readAtMs.get(keyOf(address)) ?? -Infinity) + intervalMs - nowMs);
    return Math.max(0, ...waits);
  }
}

/** An address is given to another pod in time. */
const keyOf = ({ pod, host }: SupportAddress): string => `${pod} ${host}`;
