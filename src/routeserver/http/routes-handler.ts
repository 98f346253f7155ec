/**
 * Gets the current snapshot and requests for /routes and /routes/{zone}; gives tables, or 304 to those who surely
 * have them.
 */
import type { Clock } from '../../runtime/index.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { Table } from '../snapshot/table.ts';
import { answer, whole } from './answer.ts';
import type { Answer, Variant } from './answer.ts';
import { Callers, isAt } from './callers.ts';
import type { ClientBook } from './client-book.ts';
import { DeliveryMemory } from './delivery-memory.ts';
import type { Delivery } from './delivery-memory.ts';
import type { Ask, Connection, ConnectionEnd, OnOver, Reply } from './exchange.ts';

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
  /** Resolves when what other threads knew of bodies is known here; undefined where there are no others. */
  readonly settled?: () => Promise<void> | undefined;
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

  /** Answers one request; `zone` is `''` for the whole table. */
  answer(ask: Ask, zone: string): Reply | Promise<Reply> {
    if (ask.method !== 'GET' && ask.method !== 'HEAD') return this.#refuse(405, ['Allow', 'GET, HEAD']);
    // A request on the same connection proves that the last answer arrived; a reset after it says nothing any more.
    this.#lastDelivery.delete(ask.socket);
    // Read once: this request keeps the snapshot that it began with.
    const snapshot = this.#options.current();
    if (snapshot === undefined) return this.#refuse(404);
    if (zone === '') return this.#settle(ask, this.#identify(ask, snapshot.table, snapshot.etag));
    return snapshot.zone(zone).then((table) => this.#settle(ask, this.#identify(ask, table, snapshot.etag)));
  }

  /**
   * Sends the whole table to the clients at `address` when they poll next, whatever they say they have. Returns how many
   * clients there are: a Skipper is one for each URL and User-Agent.
   */
  resendTo(address: string): number {
    return this.#memory.doubt((client) => isAt(address, client));
  }

  /** After a reset what was sent over the connection last may not have arrived. */
  connectionEnded(connection: Connection, end: ConnectionEnd): void {
    if (end === 'reset') this.#lastDelivery.get(connection)?.broken();
    this.#memory.ended(connection);
  }

  #identify(ask: Ask, table: Table, version: string): Asked {
    const { client, caller, acceptsGzip } = this.#callers.of(ask);
    this.#options.clients?.polled(client, caller, ask.headers['if-none-match']);
    return { client, variant: acceptsGzip ? table.gzip : table.identity, version };
  }

  /** Whoever has a body to its last byte may ask again before another thread has told that it is out. */
  #settle(ask: Ask, asked: Asked): Reply | Promise<Reply> {
    const isUnsettled = ask.headers['if-none-match'] !== undefined && this.#memory.isUnderWay(asked.client);
    const settled = isUnsettled ? this.#options.settled?.() : undefined;
    return settled === undefined ? this.#reply(ask, asked) : settled.then(() => this.#reply(ask, asked));
  }

  #reply(ask: Ask, asked: Asked): Reply {
    const decided = this.#decide(ask, asked);
    const { status } = decided;
    const isSent = ask.method !== 'HEAD';
    // Plain text is made when first asked for: a HEAD does not ask for it.
    const body = isSent ? decided.body : [];
    const { onAnswered, holdBackMs = defaultHoldBackMs } = this.#options;
    onAnswered?.(
      status,
      body.reduce((sum, part) => sum + part.length, 0),
    );
    if (status === 304) this.#note(asked);
    const headers = status === 200 ? this.#withState(decided.headers) : decided.headers;
    if (status !== 200 || !isSent) return { status, headers, body, onOver: this.#ended };
    const isConditional = ask.headers['if-none-match'] !== undefined;
    const delivery = this.#begin(ask.socket, asked, isConditional);
    const onOver = (isWhole: boolean, durationMs: number): void => {
      if (isWhole) delivery.completed();
      else delivery.broken();
      this.#ended(isWhole, durationMs);
    };
    return { status, headers, body, holdBackMs: isConditional ? holdBackMs : 0, onOver };
  }

  readonly #ended: OnOver = (_isWhole, durationMs) => {
    this.#options.onEnded?.(durationMs);
  };

  /** The operator asks for headers only, and reads in them what holds a promotion. */
  #withState(headers: readonly string[]): readonly string[] {
    const { sourceAgeMs, heldBackRoutes } = this.#options;
    const ageMs = sourceAgeMs?.();
    const heldBack = heldBackRoutes?.() ?? 0;
    const told = headers.slice();
    if (ageMs !== undefined) told.push(sourceAgeHeader, String(Math.ceil(ageMs / 1000)));
    if (heldBack !== 0) told.push(heldBackHeader, String(heldBack));
    return told;
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

  #decide(ask: Ask, { client, variant }: Asked): Answer {
    const reply = answer(ask.headers, variant);
    if (reply.status !== 304 || ask.method === 'HEAD') return reply;
    const isHeld = this.#memory.holds(client, variant.etag, ask.socket);
    return isHeld ? reply : whole(variant);
  }

  #refuse(status: number, headers: readonly string[] = []): Reply {
    this.#options.onAnswered?.(status, 0);
    return { status, headers: [...headers, 'Content-Length', '0'], body: [], onOver: this.#ended };
  }
}
