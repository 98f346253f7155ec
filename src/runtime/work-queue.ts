/**
 * Gets keys of things that may need work; gives each to `work`, one at a time per key, until it succeeds.
 *
 * Level-triggered: a key says "look again", never what happened. Added twice it is worked on once; added while it is
 * worked on, once more afterwards. A failure puts it back with growing waits: nothing is lost while the queue lives.
 */
import { backoffDelayMs } from './backoff.ts';
import type { BackoffOptions } from './backoff.ts';
import type { Clock, Timer } from './clock.ts';

/** What `work` wants next for its key: another look after `afterMs`, or nothing until the key is added again. */
export type Requeue = { readonly afterMs: number } | undefined;

export interface WorkQueueOptions {
  readonly clock: Clock;
  /** Does the work. Throwing retries with backoff; an error's numeric `retryAfterMs` is honoured when it is longer. */
  readonly work: (key: string, signal: AbortSignal) => Promise<Requeue>;
  /** Called for each failure, for log and metrics. What it throws is ignored. */
  readonly onFailure?: (key: string, error: unknown, retryInMs: number) => void;
  /** How many keys may be worked on at once. Default 1. */
  readonly concurrency?: number;
  /** Default 5 ms doubling to 1000 s, half of it jitter. */
  readonly backoff?: BackoffOptions;
}

/** What a health check and metrics want to know of a queue. */
export interface WorkQueueStats {
  /** Keys that are ready and wait for a worker. */
  readonly depth: number;
  readonly inFlight: number;
  /** Keys that wait for a time to come. */
  readonly delayed: number;
  /** How long the longest waiting ready key, or the longest running work, has taken so far; 0 when idle. */
  readonly oldestAgeMs: number;
  /** Wall time at which work last finished, well or not; the time of construction before that. */
  readonly lastProgressAt: number;
  /** Failures so far. */
  readonly failures: number;
}

const defaultBackoff: BackoffOptions = { baseMs: 5, capMs: 1_000_000 };

interface Delayed {
  readonly dueAt: number;
  readonly timer: Timer;
}

/** A keyed queue. It works from construction on. */
export class WorkQueue {
  readonly #options: WorkQueueOptions;
  readonly #backoff: BackoffOptions;
  readonly #concurrency: number;
  /** Monotonic time at which each ready key was added, in the order of adding. */
  readonly #ready = new Map<string, number>();
  /** Monotonic time at which each key's work began. */
  readonly #inFlight = new Map<string, number>();
  readonly #again = new Set<string>();
  readonly #delayed = new Map<string, Delayed>();
  readonly #failuresInARow = new Map<string, number>();
  readonly #abort = new AbortController();
  #stopped = false;
  #failures = 0;
  #lastProgressAt: number;
  #whenIdle: (() => void)[] = [];

  constructor(options: WorkQueueOptions) {
    this.#options = options;
    this.#backoff = options.backoff ?? defaultBackoff;
    this.#concurrency = options.concurrency ?? 1;
    this.#lastProgressAt = options.clock.now();
  }

  /** Wants work on `key` as soon as a worker is free. Ignored after `drain`. */
  add(key: string): void {
    if (this.#stopped) return;
    if (this.#inFlight.has(key)) {
      this.#again.add(key);
      return;
    }
    if (!this.#ready.has(key)) this.#ready.set(key, this.#options.clock.monotonic());
    this.#pump();
  }

  /** Wants work on `key` in `ms`. Of several, the earliest counts: the work then done decides about the next. */
  addAfter(key: string, ms: number): void {
    if (this.#stopped) return;
    if (ms <= 0) {
      this.add(key);
      return;
    }
    const dueAt = this.#options.clock.monotonic() + ms;
    const waiting = this.#delayed.get(key);
    if (waiting !== undefined && waiting.dueAt <= dueAt) return;
    waiting?.timer.cancel();
    const timer = this.#options.clock.schedule(ms, () => {
      this.#delayed.delete(key);
      this.add(key);
    });
    this.#delayed.set(key, { dueAt, timer });
  }

  /** Wants work on `key` after the wait that its failures in a row ask for; counts as one more. Returns that wait. */
  addRateLimited(key: string, atLeastMs = 0): number {
    const attempt = this.#failuresInARow.get(key) ?? 0;
    this.#failuresInARow.set(key, attempt + 1);
    const delayMs = Math.max(atLeastMs, backoffDelayMs(attempt, this.#backoff));
    this.addAfter(key, delayMs);
    return delayMs;
  }

  /** Forgets the failures of `key`. */
  forget(key: string): void {
    this.#failuresInARow.delete(key);
  }

  stats(): WorkQueueStats {
    const now = this.#options.clock.monotonic();
    const since = [...this.#ready.values(), ...this.#inFlight.values()];
    return {
      depth: this.#ready.size,
      inFlight: this.#inFlight.size,
      delayed: this.#delayed.size,
      oldestAgeMs: since.reduce((oldest, at) => Math.max(oldest, now - at), 0),
      lastProgressAt: this.#lastProgressAt,
      failures: this.#failures,
    };
  }

  /**
   * Stops for good: takes nothing new, drops what has not begun (the next start looks at everything anyway) and waits
   * for what is in flight. After `deadlineMs` that is told to stop by its signal, and left behind: a request that hangs
   * must not keep the program. Returns whether all ended in time.
   */
  async drain(deadlineMs: number): Promise<boolean> {
    this.#stopped = true;
    for (const { timer } of this.#delayed.values()) timer.cancel();
    this.#delayed.clear();
    this.#ready.clear();
    this.#again.clear();
    if (this.#inFlight.size === 0) return true;
    const idle = new Promise<boolean>((resolve) => {
      this.#whenIdle.push(() => {
        resolve(true);
      });
    });
    const overdue = Promise.withResolvers<boolean>();
    const deadline = this.#options.clock.schedule(deadlineMs, () => {
      this.#abort.abort(new Error('the queue is shutting down'));
      overdue.resolve(false);
    });
    const inTime = await Promise.race([idle, overdue.promise]);
    deadline.cancel();
    return inTime;
  }

  #pump(): void {
    for (const key of this.#ready.keys()) {
      if (this.#inFlight.size >= this.#concurrency) return;
      this.#ready.delete(key);
      this.#inFlight.set(key, this.#options.clock.monotonic());
      // #run never rejects: it turns every failure into a retry.
      void this.#run(key);
    }
  }

  async #run(key: string): Promise<void> {
    try {
      const requeue = await this.#options.work(key, this.#abort.signal);
      this.forget(key);
      if (requeue !== undefined) this.addAfter(key, requeue.afterMs);
    } catch (error) {
      this.#failed(key, error);
    }
    this.#inFlight.delete(key);
    this.#lastProgressAt = this.#options.clock.now();
    if (this.#again.delete(key)) this.add(key);
    this.#pump();
    if (this.#inFlight.size === 0) for (const resolve of this.#whenIdle.splice(0)) resolve();
  }

  #failed(key: string, error: unknown): void {
    this.#failures += 1;
    const retryInMs = this.addRateLimited(key, retryAfterMsOf(error));
    try {
      this.#options.onFailure?.(key, error, retryInMs);
    } catch {
      // A broken log line must not cost the key its retry.
    }
  }
}

function retryAfterMsOf(error: unknown): number {
  if (typeof error !== 'object' || error === null || !('retryAfterMs' in error)) return 0;
  return typeof error.retryAfterMs === 'number' ? error.retryAfterMs : 0;
}
