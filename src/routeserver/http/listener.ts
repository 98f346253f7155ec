/**
 * Gets a way to answer requests; gives a listener that ends without cutting an answer.
 */
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createServer as createNetServer } from 'node:net';
import type { TlsOptions } from 'node:tls';
import type { Server as NetServer, Socket } from 'node:net';
import type { ListenAddress } from '../options.ts';
import type { Connection, ConnectionEnd } from './exchange.ts';

export interface ListenerOptions {
  readonly address: ListenAddress;
  /** Undefined: plain HTTP. */
  readonly tls?: TlsOptions | undefined;
  readonly answer: (request: IncomingMessage, response: ServerResponse) => void;
  /** A connection went on to its end, of which there are several steps. */
  readonly onEnd?: (connection: Connection, end: ConnectionEnd) => void;
  /**
   * A connection over which nothing goes for so long is closed: one that is idle, or one whose reader is gone, which frees
   * its share of the kernel's buffers. Default 60 s.
   */
  readonly stalledMs?: number;
  /** Other listeners of this process may have the same port; the system gives each a share of the connections. */
  readonly sharesPort?: boolean;
}

/** As Go's: longer than any poll, so that it is the client who closes. */
const defaultStalledMs = 60_000;
/** From the first byte of a request to its last. */
const requestMs = 60_000;

/** An HTTP listener. */
export class Listener {
  readonly #options: ListenerOptions;
  readonly #server: Server;
  #isDraining = false;

  constructor(options: ListenerOptions) {
    this.#options = options;
    // The time for idle connections is that for stalled ones: one of its own would be set after each answer and taken
    // back at each request, a twentieth of a 304.
    const limits = { keepAliveTimeout: 0, requestTimeout: requestMs, headersTimeout: requestMs };
    // A request without a body is one from its beginning: no events of a stream that nobody reads, a tenth of a 304.
    const settings = { ...limits, optimizeEmptyRequests: true };
    const serve = (request: IncomingMessage, response: ServerResponse): void => {
      this.#answer(request, response);
    };
    const { tls } = options;
    this.#server = tls === undefined ? createServer(settings, serve) : createTlsServer({ ...settings, ...tls }, serve);
    this.#server.setTimeout(options.stalledMs ?? defaultStalledMs);
    // What a request calls its socket: with TLS, 'connection' gives the one below it.
    this.#server.on(tls === undefined ? 'connection' : 'secureConnection', (socket: Socket) => {
      socket.once('end', () => options.onEnd?.(socket, 'ended'));
      socket.once('close', (hadError) => options.onEnd?.(socket, hadError ? 'reset' : 'closed'));
    });
  }

  /** The port it listens on: the system's choice where 0 was asked for. */
  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : this.#options.address.port;
  }

  /** Resolves when it listens; rejects when the address cannot be had. */
  listen(): Promise<void> {
    const { address, sharesPort = false } = this.#options;
    return listen(this.#server, address, sharesPort);
  }

  /** Takes no new connections, lets answers under way end, then resolves. What is left when `deadline` fires is cut. */
  close(deadline: AbortSignal): Promise<void> {
    this.#isDraining = true;
    return new Promise((resolve) => {
      const cut = (): void => {
        this.#server.closeAllConnections();
      };
      this.#server.close(() => {
        deadline.removeEventListener('abort', cut);
        resolve();
      });
      if (deadline.aborted) cut();
      else deadline.addEventListener('abort', cut, { once: true });
    });
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    if (this.#isDraining) response.setHeader('Connection', 'close');
    this.#options.answer(request, response);
    // Whose answer is over already left nothing to wait for; most answers are 304 and are.
    if (!response.writableEnded) response.once('close', this.#onAnswered);
  }

  // A connection whose answer ended after the drain began has gone idle since the idle ones were closed.
  readonly #onAnswered = (): void => {
    if (!this.#isDraining) return;
    setImmediate(() => {
      this.#server.closeIdleConnections();
    });
  };
}

/** Has `server` listen. `reusePort`: others may listen on the same port, each of which says so, too. */
function listen(server: NetServer, { host, port }: ListenAddress, reusePort = false): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    // Without a host Node listens on all addresses of both families, as Go does for `:9990`.
    server.listen({ port, reusePort, ...(host === '' ? {} : { host }) }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/** Rejects when another program has the address: one that shares its ports would else be joined without a word. */
export async function assertFree(address: ListenAddress): Promise<void> {
  const probe = createNetServer();
  await listen(probe, address);
  await new Promise((resolve) => probe.close(resolve));
}
