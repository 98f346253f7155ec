/**
 * Gets nothing; gives time. Everything that waits takes a `Clock`, so that tests turn the hands themselves.
 */

/** A timer that has been set. Cancelling one that has fired does nothing. */
export interface Timer {
  cancel(): void;
}

/** Where the time comes from. */
export interface Clock {
  /** Wall time in milliseconds since 1970. It can jump: compare it only with other people's timestamps. */
  now(): number;
  /** Milliseconds from an arbitrary start that never run backwards: for ages and deadlines. */
  monotonic(): number;
  /** Resolves after `ms`; rejects with the signal's reason when that comes first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Calls `run` once after `ms`, however long that is. */
  schedule(ms: number, run: () => void): Timer;
}

/** setTimeout's longest delay. A longer one (a bake of 800 h, say) would fire at once, so it is set in legs. */
const longestDelayMs = 2 ** 31 - 1;

/** Waits on `schedule`, which is all that clocks differ in. */
export function sleepOn(clock: Pick<Clock, 'schedule'>, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      timer.cancel();
      reject(reasonOf(signal));
    };
    const timer = clock.schedule(ms, () => {
      signal?.removeEventListener('abort', stop);
      resolve();
    });
    if (signal?.aborted === true) stop();
    else signal?.addEventListener('abort', stop, { once: true });
  });
}

function reasonOf(signal: AbortSignal | undefined): Error {
  const reason: unknown = signal?.reason;
  return reason instanceof Error ? reason : new Error('aborted', { cause: reason });
}

function scheduleInLegs(ms: number, run: () => void): Timer {
  let handle: NodeJS.Timeout;
  const leg = (leftMs: number): void => {
    const nextMs = Math.min(Math.max(leftMs, 0), longestDelayMs);
    handle = setTimeout(() => {
      if (leftMs > nextMs) leg(leftMs - nextMs);
      else run();
    }, nextMs);
  };
  leg(ms);
  return {
    cancel: () => {
      clearTimeout(handle);
    },
  };
}

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  schedule: scheduleInLegs,
  sleep: (ms, signal) => sleepOn(systemClock, ms, signal),
};
