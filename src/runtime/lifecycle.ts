/**
 * Gets the parts of a program in the order in which they need each other; gives an orderly start and an orderly end.
 */
import type { Clock } from './clock.ts';

/** A part of a program. */
export interface Component {
  readonly name: string;
  /** Resolves when the part does its work. Rejecting stops the program. The signal fires when the program is to stop. */
  start?(signal: AbortSignal): Promise<void> | void;
  /** Resolves when the part has ended. The signal fires when the deadline has passed. */
  stop?(signal: AbortSignal): Promise<void> | void;
}

export type LifecycleEvent =
  | { readonly type: 'started' | 'stopped'; readonly component: string }
  | { readonly type: 'failed'; readonly component: string; readonly error: unknown }
  | { readonly type: 'stopping'; readonly reason: string }
  | { readonly type: 'overdue'; readonly component: string; readonly deadlineMs: number };

export interface LifecycleOptions {
  readonly clock: Clock;
  /** How long all parts together may take to stop. Default 20 s, below Kubernetes' default grace period of 30 s. */
  readonly stopDeadlineMs?: number;
  readonly report?: (event: LifecycleEvent) => void;
  /** Where SIGTERM and SIGINT come from. Default the process. */
  readonly signals?: Pick<NodeJS.EventEmitter, 'on'>;
}

/** Starts parts in order, waits for a reason to stop, stops them in the reverse order. Used once. */
export class Lifecycle {
  readonly #components: Component[] = [];
  readonly #options: LifecycleOptions;
  readonly #stopping = new AbortController();
  #failed = false;

  constructor(options: LifecycleOptions) {
    this.#options = options;
  }

  /** Adds a part that starts after, and stops before, those added so far. */
  add(component: Component): this {
    this.#components.push(component);
    return this;
  }

  /** Fires when the program is to stop. */
  get signal(): AbortSignal {
    return this.#stopping.signal;
  }

  /** Asks the program to stop. `failed` makes the exit code 1. Later calls change nothing. */
  shutdown(reason: string, failed = false): void {
    if (this.#stopping.signal.aborted) return;
    this.#failed = failed;
    this.#report({ type: 'stopping', reason });
    this.#stopping.abort(new Error(reason));
  }

  /**
   * Runs the program to its end. Resolves with its exit code; 1 when a part failed or would not stop in time. Signals
   * stay handled afterwards: one that comes while the process exits must not take its exit code away.
   */
  async run(): Promise<0 | 1> {
    const signals = this.#options.signals ?? process;
    const onSignal = (name: string): void => {
      this.shutdown(name);
    };
    signals.on('SIGTERM', onSignal).on('SIGINT', onSignal);
    const started: Component[] = [];
    await this.#startAll(started);
    await this.#stopRequested();
    const clean = await this.#stopAll(started);
    return clean && !this.#failed ? 0 : 1;
  }

  async #startAll(started: Component[]): Promise<void> {
    for (const component of this.#components) {
      if (this.#isStopping()) return;
      started.unshift(component);
      try {
        await component.start?.(this.#stopping.signal);
        this.#report({ type: 'started', component: component.name });
      } catch (error) {
        // A part that gives up its start because the program stops has not failed.
        if (this.#isStopping()) return;
        this.#report({ type: 'failed', component: component.name, error });
        this.shutdown(`${component.name} did not start`, true);
      }
    }
  }

  #isStopping(): boolean {
    return this.#stopping.signal.aborted;
  }

  #stopRequested(): Promise<void> {
    const { signal } = this.#stopping;
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      signal.addEventListener(
        'abort',
        () => {
          resolve();
        },
        { once: true },
      );
    });
  }

  async #stopAll(components: readonly Component[]): Promise<boolean> {
    const deadlineMs = this.#options.stopDeadlineMs ?? 20_000;
    const deadline = new AbortController();
    const timer = this.#options.clock.schedule(deadlineMs, () => {
      deadline.abort(new Error(`not stopped within ${deadlineMs} ms`));
    });
    let clean = true;
    for (const component of components) clean = (await this.#stop(component, deadline.signal, deadlineMs)) && clean;
    timer.cancel();
    return clean;
  }

  async #stop(component: Component, deadline: AbortSignal, deadlineMs: number): Promise<boolean> {
    const overdue = new Promise<'overdue'>((resolve) => {
      // Past the deadline each part still gets one turn: what only has to close its sockets does so in it.
      if (deadline.aborted) setImmediate(resolve, 'overdue');
      deadline.addEventListener(
        'abort',
        () => {
          resolve('overdue');
        },
        { once: true },
      );
    });
    try {
      const stopped = Promise.resolve(component.stop?.(deadline)).then(() => 'stopped' as const);
      if ((await Promise.race([stopped, overdue])) === 'stopped') {
        this.#report({ type: 'stopped', component: component.name });
        return true;
      }
      stopped.catch(() => undefined);
      this.#report({ type: 'overdue', component: component.name, deadlineMs });
    } catch (error) {
      this.#report({ type: 'failed', component: component.name, error });
    }
    return false;
  }

  #report(event: LifecycleEvent): void {
    this.#options.report?.(event);
  }
}
