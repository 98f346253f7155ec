/** Gets nothing, gives time to the balancer's adapters: the one place where they read a clock or set a timer. */

/** Where an adapter's time comes from. */
export interface BalancerClock {
  /** Milliseconds from an arbitrary start; must not run backwards. */
  now(): number;
  /** Calls `run` once after `delayMs`. */
  schedule(delayMs: number, run: () => void): BalancerTimer;
}

/** Cancelling one that has fired does nothing. */
export interface BalancerTimer {
  cancel(): void;
}

/** The machine's own clock. Its timers do not keep a process alive: a library must not decide when that ends. */
export const machineClock: BalancerClock = {
  now: () => performance.now(),
  schedule: (delayMs, run) => {
    const timer = setTimeout(run, delayMs).unref();
    return {
      cancel: () => {
        clearTimeout(timer);
      },
    };
  },
};
