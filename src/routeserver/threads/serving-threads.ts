/**
 * Gets a port on which the main thread serves; has other threads serve on it, too.
 */
import type { Logger } from '../../telemetry/index.ts';
import { ServingThread } from './serving-thread.ts';
import type { ServingThreadOptions } from './serving-thread.ts';

export interface ServingThreadsOptions extends ServingThreadOptions {
  readonly count: number;
  readonly log: Logger;
}

/** All serving threads of a route server. */
export class ServingThreads {
  readonly #options: ServingThreadsOptions;
  #threads: readonly ServingThread[] = [];
  #isStarted = false;
  #isClosed = false;

  constructor(options: ServingThreadsOptions) {
    this.#options = options;
  }

  /** Has them listen on `port`; does nothing the second time. */
  start(port: number): void {
    if (this.#isStarted || this.#isClosed) return;
    this.#isStarted = true;
    const { count, settings, log } = this.#options;
    const address = { ...settings.address, port };
    this.#threads = Array.from({ length: count }, () => {
      const thread = new ServingThread({ ...this.#options, settings: { ...settings, address } });
      thread.listening().then(
        () => {
          log.info({ port }, 'a serving thread listens');
        },
        (error: unknown) => {
          log.warn({ err: error, port }, 'a serving thread cannot listen; the others serve');
        },
      );
      return thread;
    });
  }

  /** Resolves when everything is known here that they knew when this was asked; undefined where there are none. */
  settled(): Promise<void> | undefined {
    if (this.#threads.length === 0) return undefined;
    return Promise.all(this.#threads.map((thread) => thread.settled())).then(() => undefined);
  }

  /** Another table is served now. */
  forgetTold(): void {
    for (const thread of this.#threads) thread.forgetTold();
  }

  /** As a listener's. */
  async close(deadline: AbortSignal): Promise<void> {
    this.#isClosed = true;
    await Promise.all(this.#threads.map((thread) => thread.close(deadline)));
  }
}
