/**
 * Gets which tables are read, and by whom; gives how long others have to wait, so that none is read more often than is
 * allowed, whatever it is read for, and nobody who needs one is kept from it for good.
 */
import type { Clock } from '../../runtime/index.ts';
import type { SupportAddress } from './table-reader.ts';

/** Longest `spec.shadow.interval`: what was read before that bounds nothing. */
const longestIntervalMs = 3_600_000;

interface Reading {
  readonly atMs: number;
  readonly by: object;
}
interface Want {
  readonly by: object;
  /** Nobody waits longer for somebody who does not come. */
  readonly untilMs: number;
}
/** What is to be read, and by whom; readers are told apart by identity. */
export interface Demand {
  readonly addresses: readonly SupportAddress[];
  readonly intervalMs: number;
  readonly by: object;
}

/** Of all Skippers that a process reads; shared by all that reads them. */
export class ReadTimes {
  readonly #clock: Pick<Clock, 'monotonic'>;
  /** By Skipper, those that were read longest ago first. */
  readonly #readings = new Map<string, Reading>();
  /** Who was put off, by Skipper. */
  readonly #wants = new Map<string, Want>();
  #assumedMs = -Infinity;

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock;
  }

  /** Another process may have read every table until so many ms ago. */
  assumeRead(agoMs: number): void {
    this.#assumedMs = this.#clock.monotonic() - agoMs;
  }

  /** The table of this Skipper begins to be read now. */
  note(address: SupportAddress, by: object): void {
    const nowMs = this.#clock.monotonic();
    for (const [key, { atMs }] of this.#readings) {
      if (nowMs - atMs < longestIntervalMs) break;
      this.#readings.delete(key);
    }
    const own = keyOf(address);
    for (const [key, want] of this.#wants) {
      if (want.untilMs <= nowMs || (key === own && want.by === by)) this.#wants.delete(key);
    }
    this.#readings.delete(own);
    this.#readings.set(own, { atMs: nowMs, by });
  }

  /**
   * After how many ms all of these may be read, so that none is read twice within `intervalMs`; 0 for at once. Who read
   * one last lets somebody else have it first who was put off.
   */
  waitMs({ addresses, intervalMs, by }: Demand): number {
    const nowMs = this.#clock.monotonic();
    const waits = addresses.map((address) => {
      const reading = this.#readings.get(keyOf(address));
      const want = this.#wants.get(keyOf(address));
      const yieldsUntilMs = reading?.by === by && want !== undefined && want.by !== by ? want.untilMs : -Infinity;
      return Math.max(this.#freeAtMs(address, intervalMs), yieldsUntilMs) - nowMs;
    });
    return Math.max(0, ...waits);
  }

  /** `by` was put off, and comes again: for one interval after each of these is free, it goes first. */
  want({ addresses, intervalMs, by }: Demand): void {
    const nowMs = this.#clock.monotonic();
    for (const address of addresses) {
      const before = this.#wants.get(keyOf(address));
      if (before !== undefined && before.untilMs > nowMs) continue;
      const untilMs = Math.max(nowMs, this.#freeAtMs(address, intervalMs)) + intervalMs;
      this.#wants.set(keyOf(address), { by, untilMs });
    }
  }

  #freeAtMs(address: SupportAddress, intervalMs: number): number {
    return (this.#readings.get(keyOf(address))?.atMs ?? this.#assumedMs) + intervalMs;
  }
}

/** An address is given to another pod in time. */
const keyOf = ({ pod, host }: SupportAddress): string => `${pod} ${host}`;
