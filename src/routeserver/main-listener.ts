/**
 * Gets what there is to serve; gives the listener for Skippers: the main thread's and those of serving threads beside it.
 *
 * All threads share one port. Every answer is decided on here, where all clients are known; a serving thread takes a
 * connection's requests and sends what was decided (docs/adr/0087).
 */
import type { Clock } from '../runtime/index.ts';
import type { Logger } from '../telemetry/index.ts';
import type { ClientBook } from './http/client-book.ts';
import { assertFree, Listener } from './http/listener.ts';
import { router } from './http/router.ts';
import type { Routing } from './http/router.ts';
import { RoutesHandler } from './http/routes-handler.ts';
import type { RoutesHandlerOptions } from './http/routes-handler.ts';
import { answering } from './http/send.ts';
import { loadTls } from './http/tls.ts';
import type { RouteServerOptions } from './options.ts';
import { ServingThreads } from './threads/serving-threads.ts';

export interface MainListenerOptions
  extends
    Pick<RouteServerOptions, 'address' | 'mutualTls' | 'servingThreads' | 'drainDelayMs'>,
    Pick<Routing, 'health' | 'shards'>,
    Pick<RoutesHandlerOptions, 'current' | 'sourceAgeMs' | 'heldBackRoutes' | 'onAnswered' | 'onEnded'> {
  readonly clients: ClientBook;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Serves tables, health and shards. */
export class MainListener {
  readonly #options: MainListenerOptions;
  readonly #handler: RoutesHandler;
  readonly #listener: Listener;
  readonly #threads: ServingThreads;
  #isListening = false;

  constructor(options: MainListenerOptions) {
    this.#options = options;
    const { address, mutualTls, servingThreads: count, health, shards, clock, log } = options;
    this.#handler = new RoutesHandler({ ...options, settled: () => this.settled() });
    const decide = router({
      ...{ health, shards },
      routes: this.#handler.answer.bind(this.#handler),
      onFailure: (error: unknown) => {
        log.error({ err: error }, 'a request could not be answered');
      },
    });
    const connectionEnded = this.#handler.connectionEnded.bind(this.#handler);
    this.#listener = new Listener({
      ...{ address, sharesPort: count > 0, tls: mutualTls && loadTls(mutualTls) },
      answer: answering(decide, clock),
      onEnd: connectionEnded,
    });
    this.#threads = new ServingThreads({ count, settings: { address, mutualTls }, decide, connectionEnded, log });
  }

  /** Where it listens. */
  get port(): number {
    return this.#listener.port;
  }

  /** Resolves when what serving threads know of their clients is known here; undefined where there are none. */
  settled(): Promise<void> | undefined {
    return this.#threads.settled();
  }

  /** Sends the whole table to the clients at `address` when they poll next; gives how many there are. */
  resendTo(address: string): number {
    return this.#handler.resendTo(address);
  }

  /** Resolves when it listens, before there are routes: a probe learns more from 503 than from a refused connection. */
  async listen(): Promise<void> {
    const { address, servingThreads, log } = this.#options;
    if (servingThreads > 0) await assertFree(address);
    await this.#listener.listen();
    this.#isListening = true;
    log.info({ port: this.port }, 'listening');
    this.#startThreads();
  }

  /** There is another table. */
  tableChanged(): void {
    this.#threads.forgetTold();
    this.#startThreads();
  }

  /** Serves on for the delay, then lets answers under way end until `deadline` fires. */
  async stop(deadline: AbortSignal): Promise<void> {
    const { clock, drainDelayMs } = this.#options;
    // Load balancers go on sending for a while; whoever comes is served like before.
    await clock.sleep(drainDelayMs, deadline).catch(() => undefined);
    await Promise.all([this.#listener.close(deadline), this.#threads.close(deadline)]);
  }

  /** With the first table: before it they would take from a start what it needs. */
  #startThreads(): void {
    if (this.#isListening && this.#options.current() !== undefined) this.#threads.start(this.port);
  }
}
