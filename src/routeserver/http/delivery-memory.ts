/**
 * Gets what became of each body that was sent; gives whether a client may be told that its copy is current.
 *
 * Skipper's client stores the ETag before it reads the body, so after a cut transfer it asks with the new ETag for
 * a table of which it holds a part. A 304 would pin it to that part until the table changes. Nothing in its requests
 * tells a whole copy from a cut one: it opens a new connection for each poll, whether or not the last one ended well.
 * So 304 goes only to clients for which this replica saw the current version through to its last byte.
 */
import type { Clock } from '../../runtime/index.ts';
import type { Connection } from './exchange.ts';
import { PollRhythm } from './poll-rhythm.ts';

export interface DeliveryMemoryOptions {
  readonly clock: Clock;
  /** Clients that are remembered; the one that was silent longest is forgotten first. */
  readonly capacity?: number;
}

/** What is sent to whom. */
export interface Shipment {
  /** Whatever tells clients apart. */
  readonly client: string;
  readonly etag: string;
  readonly connection: Connection;
  /** The request named an ETag. */
  readonly isConditional: boolean;
}

/** A body that is on its way. It may be broken even when it was completed: by a reset afterwards. */
export interface Delivery {
  /** All bytes were handed to the system. */
  completed(): void;
  /** The connection ended before that. */
  broken(): void;
}

interface Client {
  /** Open connections and when they were last used (monotonic), in that order. */
  readonly connections: Map<Connection, number>;
  readonly rhythm: PollRhythm;
  /** Bodies of which nobody knows yet what becomes of them. */
  underWay: number;
  copy: Copy | undefined;
}

interface Copy {
  readonly etag: string;
  /** Complete deliveries since the last broken one. */
  deliveries: number;
  /** Monotonic, of the last delivery. */
  begunAtMs: number;
  deliveredAtMs: number;
  /** Monotonic. Until then nobody at this address gets a 304. */
  doubtfulUntilMs: number;
  /** How many clients seem to share the address. */
  crowd: number;
  /** The last delivery was to a request with an ETag, so not to a Skipper that starts: it exits when that fails. */
  isConditional: boolean;
  wasRepeated: boolean;
}

/** Several clients may share an address. After a cut each of them gets the body for as long as two polls take. */
const doubtMs = 10_000;
/** A client that asks one thing after the other would use a connection that lay open for so long. */
const leftAloneMs = 200;

/** What each client is known to hold. */
export class DeliveryMemory {
  readonly #clock: Clock;
  readonly #capacity: number;
  /** In the order of last use. */
  readonly #clients = new Map<string, Client>();
  /** The last of them. */
  #newest: Client | undefined;
  readonly #clientOf = new WeakMap<Connection, Client>();
  readonly #readToTheEnd = new WeakMap<Connection, string>();
  /** Over which the request under way came, when it was refused a 304: what is sent now answers that request. */
  #refused: Connection | undefined;

  constructor({ clock, capacity = 10_000 }: DeliveryMemoryOptions) {
    this.#clock = clock;
    this.#capacity = capacity;
  }

  /** How many clients are remembered. */
  get size(): number {
    return this.#clients.size;
  }

  /** Whether it is open what becomes of a body that `client` is sent. */
  isUnderWay(client: string): boolean {
    return (this.#clients.get(client)?.underWay ?? 0) > 0;
  }

  /** Whether `client`, asking over `connection`, surely holds all of version `etag`. */
  holds(client: string, etag: string, connection: Connection): boolean {
    const now = this.#clock.monotonic();
    const known = this.#touch(client, connection, now);
    const isHeld = this.#isHeld(known, etag, connection, now);
    known.rhythm.asked(now);
    this.#refused = isHeld ? undefined : connection;
    return isHeld;
  }

  /** Notes that version `etag` is being sent to `client`. `isConditional`: the request had an ETag. */
  begin({ client, etag, connection, isConditional }: Shipment): Delivery {
    this.#readToTheEnd.delete(connection);
    const begunAtMs = this.#clock.monotonic();
    const known = this.#touch(client, connection, begunAtMs);
    const { connections, rhythm } = known;
    if (this.#refused !== connection) rhythm.asked(begunAtMs);
    this.#refused = undefined;
    const crowd = crowdOf(connections, connection, begunAtMs);
    known.underWay++;
    let isUnderWay = true;
    const over = (): void => {
      if (isUnderWay) known.underWay--;
      isUnderWay = false;
    };
    return {
      completed: () => {
        over();
        this.#readToTheEnd.set(connection, etag);
        const copy = this.#copyOf(client, etag);
        copy.crowd = Math.max(copy.crowd, crowd);
        copy.deliveries++;
        copy.begunAtMs = begunAtMs;
        copy.deliveredAtMs = this.#clock.monotonic();
        copy.isConditional = isConditional;
      },
      broken: () => {
        over();
        this.#readToTheEnd.delete(connection);
        doubtFor(this.#copyOf(client, etag), this.#clock.monotonic());
      },
    };
  }

  /** Takes the copies of some clients for incomplete: each gets the body at its next poll. Returns how many there are. */
  doubt(isMeant: (client: string) => boolean): number {
    let doubted = 0;
    for (const [name, client] of this.#clients) {
      if (!isMeant(name)) continue;
      client.copy = undefined;
      for (const connection of client.connections.keys()) this.#readToTheEnd.delete(connection);
      doubted++;
    }
    return doubted;
  }

  /** To call when the other end has closed `connection`. */
  ended(connection: Connection): void {
    this.#clientOf.get(connection)?.connections.delete(connection);
  }

  #isHeld({ copy, connections, rhythm }: Client, etag: string, connection: Connection, now: number): boolean {
    // The next request on a connection proves that the answer before it was read to its end.
    if (this.#readToTheEnd.get(connection) === etag) return true;
    if (copy?.etag !== etag) return false;
    copy.crowd = Math.max(copy.crowd, crowdOf(connections, connection, now));
    if (copy.deliveries < copy.crowd || now < copy.doubtfulUntilMs) return false;
    if (!copy.isConditional || copy.wasRepeated) return true;
    // A proxy may have taken the whole body and cut it on its way on: then the client asks again as after a failure.
    const promptness = rhythm.promptness(now, copy);
    if (promptness === 'as ever') return true;
    // Once per version, so that a client without a rhythm is not sent the table for ever.
    copy.wasRepeated = true;
    // What is sent now may be cut likewise, and after a second failure Skipper keeps to its ticks.
    if (promptness === 'at once') doubtFor(copy, now);
    return false;
  }

  #touch(name: string, connection: Connection, now: number): Client {
    const client = this.#remember(name);
    client.connections.delete(connection);
    client.connections.set(connection, now);
    if (this.#clientOf.get(connection) !== client) this.#clientOf.set(connection, client);
    return client;
  }

  #remember(name: string): Client {
    const client = this.#clients.get(name) ?? {
      connections: new Map<Connection, number>(),
      rhythm: new PollRhythm(),
      underWay: 0,
      copy: undefined,
    };
    // It stands last already: each answer with a body looks for its client two or three times.
    if (client === this.#newest) return client;
    this.#newest = client;
    this.#clients.delete(name);
    this.#clients.set(name, client);
    if (this.#clients.size <= this.#capacity) return client;
    const oldest = this.#clients.keys().next();
    if (oldest.done !== true) this.#clients.delete(oldest.value);
    return client;
  }

  #copyOf(name: string, etag: string): Copy {
    const client = this.#remember(name);
    if (client.copy?.etag === etag) return client.copy;
    const nothing = { deliveries: 0, begunAtMs: 0, deliveredAtMs: 0, doubtfulUntilMs: 0, crowd: 1 };
    client.copy = { etag, ...nothing, isConditional: false, wasRepeated: false };
    return client.copy;
  }
}

/** Nobody at this address is taken to have a whole copy, for as long as two polls take. */
function doubtFor(copy: Copy, now: number): void {
  copy.deliveries = 0;
  copy.doubtfulUntilMs = now + doubtMs;
}

/** This client, and one for each other connection that lies open. */
function crowdOf(connections: ReadonlyMap<Connection, number>, own: Connection, now: number): number {
  let crowd = 1;
  for (const [connection, usedAtMs] of connections) {
    // The others were used later still.
    if (now - usedAtMs < leftAloneMs) break;
    if (connection !== own) crowd++;
  }
  return crowd;
}
