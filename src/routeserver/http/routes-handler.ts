/**
 * Gets the current snapshot and requests for /routes and /routes/{zone}; gives tables, or 304 to those who surely
 * have them.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../../runtime/index.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { Table } from '../snapshot/table.ts';
import { answer, whole } from './answer.ts';
import type { Answer, Variant } from './answer.ts';
import { Callers, isAt } from './callers.ts';
import type { ClientBook } from './client-book.ts';
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
  /** How many of the routes are served on though the cluster has them no more; sent along for the operator. */
  readonly heldBackRoutes?: () => number;
  /** How long the last byte of an update is held back, see send.ts. Default 30 ms. */
  readonly holdBackMs?: number;
}

/** How old the data of a table is, in whole seconds. For other replicas, which choose the freshest table by it. */
export const sourceAgeHeader = 'X-Source-Age';
/** How many routes the guard against vanishing routes serves on; without it none. */
const heldBackHeader = 'X-Held-Back';

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
  readonly #callers = new Callers();
  readonly #lastDelivery = new WeakMap<object, Delivery>();

  constructor(options: RoutesHandlerOptions) {
    this.#options = options;
    this.#memory = new DeliveryMemory({ clock: options.clock });
  }

  /**
   * Answers one request; `zone` is `''` for the whole table. What it gives is settled once the answer has begun, undefined
   * when it has already; it rejects only for faults of our own.
   */
  handle(request: IncomingMessage, response: ServerResponse, zone: string): Promise<void> | undefined {
    const beganAtMs = this.#options.clock.monotonic();
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      this.#refuse(response, beganAtMs, 405, ['Allow', 'GET, HEAD']);
      return undefined;
    }
    // A request on the same connection proves that the last answer arrived; a reset after it says nothing any more.
    this.#lastDelivery.delete(request.socket);
    // Read once: this request keeps the snapshot that it began with.
    const snapshot = this.#options.current();
    if (snapshot === undefined) {
      this.#refuse(response, beganAtMs, 404);
      return undefined;
    }
    const reply = (table: Table): void => {
      this.#send(request, response, this.#identify(request, table, snapshot.etag));
      this.#timed(response, beganAtMs);
    };
    if (zone !== '') return snapshot.zone(zone).then(reply);
    reply(snapshot.table);
    return undefined;
  }

  /**
   * Sends the whole table to the clients at `address` when they poll next, whatever they say they have. Returns how many
   * clients there are: a Skipper is one for each URL and User-Agent.
   */
  resendTo(address: string): number {
    return this.#memory.doubt((client) => isAt(address, client));
  }

  /** To call when a connection has ended; after a reset what was sent over it last may not have arrived. */
  connectionEnded(connection: object, wasReset: boolean): void {
    if (wasReset) this.#lastDelivery.get(connection)?.broken();
    this.#memory.ended(connection);
  }

  #identify(request: IncomingMessage, table: Table, version: string): Asked {
    const { client, caller, acceptsGzip } = this.#callers.of(request);
    this.#options.clients?.polled(client, caller, request.headers['if-none-match']);
    return { client, variant: acceptsGzip ? table.gzip : table.identity, version };
  }

  #send(request: IncomingMessage, response: ServerResponse, asked: Asked): void {
    const reply = this.#decide(request, asked);
    const headersOnly = request.method === 'HEAD';
    const bytes = headersOnly ? 0 : reply.body.reduce((sum, part) => sum + part.length, 0);
    this.#options.onAnswered?.(reply.status, bytes);
    const { clock, holdBackMs = defaultHoldBackMs } = this.#options;
    if (reply.status === 304) this.#note(asked);
    if (reply.status !== 200) {
      send(response, reply, { clock, headersOnly, holdBackMs: 0 });
      return;
    }
    const told = this.#withState(reply);
    if (headersOnly) {
      send(response, told, { clock, headersOnly, holdBackMs: 0 });
      return;
    }
    const isConditional = request.headers['if-none-match'] !== undefined;
    const outcome = this.#begin(request.socket, asked, isConditional);
    send(response, told, { clock, headersOnly, holdBackMs: isConditional ? holdBackMs : 0, outcome });
  }

  /** The operator asks for headers only, and reads in them what holds a promotion. */
  #withState(reply: Answer): Answer {
    const { sourceAgeMs, heldBackRoutes } = this.#options;
    const ageMs = sourceAgeMs?.();
    const heldBack = heldBackRoutes?.() ?? 0;
    // Named one by one: to spread an object with a getter, as `body` is, takes 5 µs.
    const { status, body } = reply;
    const headers = reply.headers.slice();
    if (ageMs !== undefined) headers.push(sourceAgeHeader, String(Math.ceil(ageMs / 1000)));
    if (heldBack !== 0) headers.push(heldBackHeader, String(heldBack));
    return { status, headers, body };
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

  #refuse(response: ServerResponse, beganAtMs: number, status: number, headers: readonly string[] = []): void {
    this.#options.onAnswered?.(status, 0);
    response.writeHead(status, [...headers, 'Content-Length', '0']).end();
    this.#timed(response, beganAtMs);
  }

  /** An answer that has been written whole is over; of a body the last part may take its time. */
  #timed(response: ServerResponse, beganAtMs: number): void {
    const { clock, onEnded } = this.#options;
    const ended = (): void => onEnded?.(clock.monotonic() - beganAtMs);
    if (response.writableEnded) ended();
    else response.once('close', ended);
  }
}
