/**
 * Gets when the status of a config was written; tells when figures that keep changing may be written again
 * (docs/adr/0057).
 */
import type { Clock } from '../runtime/index.ts';

export class StatusPace {
  readonly #clock: Clock;
  /** Monotonic time of the last write, by key of a config. */
  readonly #writtenAt = new Map<string, number>();
  // Nobody knows what the process before this one wrote, and hundreds of configs must not all be written at a start.
  readonly #startedAt: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#startedAt = clock.monotonic();
  }

  /** Notes a write, whatever it was for: it took the newest figures along. */
  wrote(key: string): void {
    this.#writtenAt.set(key, this.#clock.monotonic());
  }

  /** How long figures alone have to wait, milliseconds; 0 when they may be written now. */
  waitMs(key: string, everyMs: number): number {
    const since = this.#writtenAt.get(key) ?? this.#startedAt;
    return Math.max(0, since + everyMs - this.#clock.monotonic());
  }

  forget(key: string): void {
    this.#writtenAt.delete(key);
  }
}
