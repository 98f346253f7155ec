/**
 * Gets the current snapshot and requests for /routes and /routes/{zone}; gives tables, or 304 to those who surely
 * have them.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../../runtime/index.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { answer, whole } from './answer.ts';
import type { Answer, Variant } from './answer.ts';
import type { Caller, ClientBook } from './client-book.ts';
import { DeliveryMemory } from './delivery-memory.ts';
import type { Connection, Delivery } from './delivery-memory.ts';
import { send } from './send.ts';

export interface RoutesHandlerOptions {
  readonly clock: Clock;
  /** What to serve; undefined before the first load. */
  readonly current: () => Snapshot | undefined;
  readonly onAnswered?: (status: number, bytes: number) => void;
  /** An answer has left, or its client has; so long after the request came. */
  readonly onEnded?: (durationMs: number) => void;
  /** Where it is written down who holds what. */
  readonly clients?: ClientBook;
  /** How old the data of what is served may be; sent along with tables for other replicas. */
  readonly sourceAgeMs?: () => number | undefined;
  /** How long the last byte of an update is held back, see send.ts. Default 30 ms. */
  readonly holdBackMs?: number;
}

/** How old the data of a table is, in whole seconds. For other replicas, which choose the freshest table by it. */
export const sourceAgeHeader = 'X-Source-Age';

/** Skipper's faulty client is told of changes by conditional requests; only those need their last byte held back. */
const defaultHoldBackMs = 30;

/** Who asks, and for what. */
interface Asked {
  readonly client: string;
  readonly variant: Variant;
  /** The tag of the whole table. */
  readonly version: string;
}

/** Serves tables. */
export class RoutesHandler {
  readonly #options: RoutesHandlerOptions;
  readonly #memory: DeliveryMemory;
  readonly #lastDelivery = new WeakMap<object, Delivery>();

  constructor(options: RoutesHandlerOptions) {
    this.#options = options;
    this.#memory = new DeliveryMemory({ clock: options.clock });
  }

  /** Answers one request; `zone` is `''` for the whole table. Rejects only for faults of our own. */
  async handle(request: IncomingMessage, response: ServerResponse, zone: string): Promise<void> {
    const { clock, onEnded } = this.#options;
    const beganAtMs = clock.monotonic();
    response.once('close', () => onEnded?.(clock.monotonic() - beganAtMs));
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      this.#finish(response, 405, { Allow: 'GET, HEAD' });
      return;
    }
    // A request on the same connection proves that the last answer arrived; a reset after it says nothing any more.
    this.#lastDelivery.delete(request.socket);
    // Read once: this request keeps the snapshot that it began with.
    const snapshot = this.#options.current();
    if (snapshot === undefined) {
      this.#finish(response, 404);
      return;
    }
    const table = zone === '' ? snapshot.table : await snapshot.zone(zone);
    const variant = acceptsGzip(request) ? table.gzip : table.identity;
    const client = clientOf(request);
    this.#options.clients?.polled(client, callerOf(request), request.headers['if-none-match']);
    this.#send(request, response, { client, variant, version: snapshot.etag });
  }

  /**
   * Sends the whole table to the clients at `address` when they poll next, whatever they say they have. Returns how many
   * clients there are: a Skipper is one for each URL and User-Agent.
   */
  resendTo(address: string): number {
    return this.#memory.doubt((client) => plainAddress(client.split('\n', 1)[0] ?? '') === plainAddress(address));
  }

  /** To call when a connection has ended; after a reset what was sent over it last may not have arrived. */
  connectionEnded(connection: object, wasReset: boolean): void {
    if (wasReset) this.#lastDelivery.get(connection)?.broken();
    this.#memory.ended(connection);
  }

  #send(request: IncomingMessage, response: ServerResponse, asked: Asked): void {
    const reply = this.#decide(request, asked);
    const headersOnly = request.method === 'HEAD';
    const bytes = headersOnly ? 0 : reply.body.reduce((sum, part) => sum + part.length, 0);
    this.#options.onAnswered?.(reply.status, bytes);
    const { clock, holdBackMs = defaultHoldBackMs } = this.#options;
    if (reply.status === 304) this.#note(asked);
    if (reply.status !== 200 || headersOnly) {
      send(response, reply, { clock, headersOnly, holdBackMs: 0 });
      return;
    }
    const ageMs = this.#options.sourceAgeMs?.();
    if (ageMs !== undefined) response.setHeader(sourceAgeHeader, String(Math.ceil(ageMs / 1000)));
    const isConditional = request.headers['if-none-match'] !== undefined;
    const delivery = this.#begin(request.socket, asked, isConditional);
    send(response, reply, {
      ...{ clock, headersOnly, holdBackMs: isConditional ? holdBackMs : 0 },
      onCompleted: () => {
        delivery.completed();
      },
      onBroken: () => {
        delivery.broken();
      },
    });
  }

  #begin(connection: Connection, asked: Asked, isConditional: boolean): Delivery {
    const { client, variant } = asked;
    const delivery = this.#memory.begin({ client, etag: variant.etag, connection, isConditional });
    const noted: Delivery = {
      completed: () => {
        delivery.completed();
        this.#note(asked);
      },
      broken: () => {
        delivery.broken();
        this.#options.clients?.lost(client);
      },
    };
    this.#lastDelivery.set(connection, noted);
    return noted;
  }

  #note({ client, variant: { etag, lastModifiedMs }, version }: Asked): void {
    this.#options.clients?.holds(client, { etag, publishedAtMs: lastModifiedMs, version });
  }

  #decide(request: IncomingMessage, { client, variant }: Asked): Answer {
    const reply = answer(request.headers, variant);
    if (reply.status !== 304 || request.method === 'HEAD') return reply;
    const isHeld = this.#memory.holds(client, variant.etag, request.socket);
    return isHeld ? reply : whole(variant);
  }

  #finish(response: ServerResponse, status: number, headers: Readonly<Record<string, string>> = {}): void {
    this.#options.onAnswered?.(status, 0);
    response.writeHead(status, { ...headers, 'Content-Length': '0' }).end();
  }
}

/** Go looks for the word alone: a `q=0` behind it has never kept routesrv from compressing. */
function acceptsGzip(request: IncomingMessage): boolean {
  return request.headers['accept-encoding']?.includes('gzip') === true;
}

/** The User-Agent tells a Skipper from a person with curl behind the same address, the URL one table from another. */
function clientOf(request: IncomingMessage): string {
  const { headers, socket, url } = request;
  const encoding = acceptsGzip(request) ? 'gzip' : '';
  return [socket.remoteAddress ?? '', headers['user-agent'] ?? '', url ?? '', encoding].join('\n');
}

/** Callers are remembered by the thousand, so each may take only so much room. */
const longestText = 200;

function callerOf({ headers, socket, url }: IncomingMessage): Caller {
  return {
    // As the pod has it, not as a listener for both families of addresses sees it.
    address: plainAddress(socket.remoteAddress ?? ''),
    userAgent: (headers['user-agent'] ?? '').slice(0, longestText),
    url: (url ?? '').slice(0, longestText),
  };
}

/** An IPv4 client of a listener for both families has its address in the form of the other one. */
function plainAddress(address: string): string {
  return address.replace(/^::ffff:/, '');
}
