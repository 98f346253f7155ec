/**
 * Gets orders to move on; gives time to tests: a `Clock` whose hands only move in `advance`.
 */
import { sleepOn } from './clock.ts';
import type { Clock, Timer } from './clock.ts';

interface Alarm {
  readonly dueAt: number;
  readonly order: number;
  readonly run: () => void;
}

/** A clock for tests. Timers fire in order of their due time, then in the order in which they were set. */
export class ManualClock implements Clock {
  #now: number;
  #monotonic = 0;
  #order = 0;
  readonly #alarms = new Set<Alarm>();

  /** `startMs` is the wall time at the start; monotonic time starts at 0. */
  constructor(startMs = Date.UTC(2026, 0, 1)) {
    this.#now = startMs;
  }

  now(): number {
    return this.#now;
  }

  monotonic(): number {
    return this.#monotonic;
  }

  /** How many timers wait. A test of shutdown asserts 0. */
  get pendingTimers(): number {
    return this.#alarms.size;
  }

  schedule(ms: number, run: () => void): Timer {
    const alarm: Alarm = { dueAt: this.#monotonic + Math.max(ms, 0), order: this.#order++, run };
    this.#alarms.add(alarm);
    return {
      cancel: () => {
        this.#alarms.delete(alarm);
      },
    };
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return sleepOn(this, ms, signal);
  }

  /** Moves the hands by `ms`, firing what falls due; what promises lead to runs before the next timer fires. */
  async advance(ms: number): Promise<void> {
    const endAt = this.#monotonic + ms;
    await settle();
    for (let next = this.#nextBefore(endAt); next !== undefined; next = this.#nextBefore(endAt)) {
      this.#alarms.delete(next);
      this.#moveTo(next.dueAt);
      next.run();
      await settle();
    }
    this.#moveTo(endAt);
  }

  /** Moves only the wall clock, as NTP or a person does. */
  jumpWall(ms: number): void {
    this.#now += ms;
  }

  /** Moves both clocks without firing anything, as a stopped process (SIGSTOP) finds them. */
  freezeFor(ms: number): void {
    this.#moveTo(this.#monotonic + ms);
  }

  #moveTo(monotonic: number): void {
    if (monotonic <= this.#monotonic) return;
    this.#now += monotonic - this.#monotonic;
    this.#monotonic = monotonic;
  }

  #nextBefore(endAt: number): Alarm | undefined {
    let next: Alarm | undefined;
    for (const alarm of this.#alarms) {
      if (alarm.dueAt > endAt) continue;
      if (next === undefined || alarm.dueAt < next.dueAt || (alarm.dueAt === next.dueAt && alarm.order < next.order)) {
        next = alarm;
      }
    }
    return next;
  }
}

/** Lets every promise that can go on go on: one turn of the event loop, so that chains of any length finish. */
function settle(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
