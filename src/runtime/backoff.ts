/**
 * Gets how often something failed in a row; gives how long to wait before the next try.
 */

/** How waits grow. */
export interface BackoffOptions {
  /** The first wait. */
  readonly baseMs: number;
  /** The longest wait, before jitter is taken off. */
  readonly capMs: number;
  /** Share of each wait that is random, 0 to 1: with 0.5 a wait of 8 s becomes 4 to 8 s. Default 0.5. */
  readonly jitter?: number;
  /** Returns [0, 1). Default `Math.random`. */
  readonly random?: () => number;
}

/** A run of failures. */
export interface Backoff {
  /** How many waits were handed out since the last `reset`. */
  readonly attempts: number;
  /** Counts one more failure; returns the wait in milliseconds. */
  next(): number;
  /** To call after a success. */
  reset(): void;
}

/** The wait after failure number `attempt` (0 is the first): base · 2^attempt, capped, less up to `jitter` of it. */
export function backoffDelayMs(attempt: number, options: BackoffOptions): number {
  const { baseMs, capMs, jitter = 0.5, random = Math.random } = options;
  // Jitter only ever shortens: the cap is a promise to whoever waits, and it still spreads a herd.
  const fullMs = Math.min(capMs, baseMs * 2 ** Math.min(attempt, 60));
  return fullMs * (1 - jitter * random());
}

/** Starts counting failures from zero. */
export function backoff(options: BackoffOptions): Backoff {
  let attempts = 0;
  return {
    get attempts() {
      return attempts;
    },
    next: () => backoffDelayMs(attempts++, options),
    reset: () => {
      attempts = 0;
    },
  };
}
