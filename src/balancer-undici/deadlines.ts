/** Gets those who wait, each for the same time, and calls those who have waited too long: one timer for all of them. */
import type { BalancerClock, BalancerTimer } from '../balancer-adapter/index.ts';
import { Chain } from './chain.ts';
import type { Link } from './chain.ts';

export interface Waiter extends Link {
  /** By the clock of the deadlines. */
  readonly dueAt: number;
  readonly expire: () => void;
}

/** A timer per request would cost more than placing it: setting, unreferencing and clearing are work for Node's core. */
export class Deadlines {
  readonly #clock: BalancerClock;
  /** All wait for the same time: the order in which they came is the order in which they are due. */
  readonly #waiters = new Chain<Waiter>();
  #timer: BalancerTimer | undefined;

  constructor(clock: BalancerClock) {
    this.#clock = clock;
  }

  add(waiter: Waiter): void {
    this.#waiters.add(waiter);
    // With others there, their timer is set, or will be when those that are due have expired.
    if (this.#waiters.size === 1) this.#arm(waiter);
  }

  /** Does nothing for one that does not wait. */
  delete(waiter: Waiter): void {
    if (!this.#waiters.delete(waiter) || this.#waiters.size > 0) return;
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #arm({ dueAt }: Waiter): void {
    this.#timer = this.#clock.schedule(Math.max(0, dueAt - this.#clock.now()), () => {
      this.#timer = undefined;
      this.#expire();
    });
  }

  #dueNow(): Waiter | undefined {
    const { first } = this.#waiters;
    return first !== undefined && first.dueAt <= this.#clock.now() ? first : undefined;
  }

  #expire(): void {
    try {
      // Who was first when the timer was set may have gone: the next one has time left.
      for (let waiter = this.#dueNow(); waiter !== undefined; waiter = this.#dueNow()) {
        this.#waiters.delete(waiter);
        waiter.expire();
      }
    } finally {
      // Whatever a caller's handler has thrown: the others wait on.
      const next = this.#waiters.first;
      if (next !== undefined && this.#timer === undefined) this.#arm(next);
    }
  }
}
