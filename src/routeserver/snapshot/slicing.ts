/**
 * Gets long work in small steps; gives the event loop a turn whenever it has waited long enough.
 */
import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../../runtime/index.ts';

/** Requests wait at most about this long for work that goes on beside them, in milliseconds. */
const sliceMs = 10;

/** Says when it is others' turn. */
export class Slicing {
  readonly #clock: Clock;
  #beganAtMs: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#beganAtMs = clock.monotonic();
  }

  /** Whether `pause` is due. */
  get isOver(): boolean {
    return this.#clock.monotonic() - this.#beganAtMs >= sliceMs;
  }

  /** Lets everything else run that waits. */
  async pause(): Promise<void> {
    await setImmediate();
    this.#beganAtMs = this.#clock.monotonic();
  }
}
