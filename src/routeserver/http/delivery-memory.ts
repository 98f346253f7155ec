/**
 * Gets what became of each body that was sent; gives whether a client may be told that its copy is current.
 *
 * Skipper's client stores the ETag before it reads the body, so after a cut transfer it asks with the new ETag for
 * a table of which it holds a part. A 304 would pin it to that part until the table changes. Nothing in its requests
 * tells a whole copy from a cut one: it opens a new connection for each poll, whether or not the last one ended well.
 * So 304 goes only to clients for which this replica saw the current version through to its last byte.
 */
import type { Clock } from '../../runtime/index.ts';

export interface DeliveryMemoryOptions {
  readonly clock: Clock;
  /** Clients that are remembered; the one that was silent longest is forgotten first. */
  readonly capacity?: number;
}

/** One connection, compared by identity. */
export type Connection = object;

/** What is sent to whom. */
export interface Shipment {
  /** Whatever tells clients apart. */
  readonly client: string;
  readonly etag: string;
  readonly connection: Connection;
  /** The request named an ETag. */
  readonly isConditional: boolean;
}

/** A body that is on its way. */
export interface Delivery {
  /** Its last byte left this machine. */
  completed(): void;
  /** The connection ended before that, or was reset afterwards. */
  broken(): void;
}

interface Copy {
  readonly etag: string;
  /** Monotonic; undefined while there was no complete delivery since the last broken one. */
  deliveredAtMs: number | undefined;
  /** Monotonic. Until then nobody at this address gets a 304. */
  doubtfulUntilMs: number;
  /** The client asked with an ETag, so it is not at its start, where Skipper exits after a failed transfer. */
  isConditional: boolean;
  wasRepeated: boolean;
}

/** Several clients may share an address. After a cut each of them gets the body for as long as two polls take. */
const doubtMs = 10_000;
/** Skipper waits for its next tick after a good transfer, but asks again at once after a failed one. */
const tooSoonMs = 250;

/** What each client is known to hold. */
export class DeliveryMemory {
  readonly #clock: Clock;
  readonly #capacity: number;
  /** In the order of last use. */
  readonly #copies = new Map<string, Copy>();
  readonly #readToTheEnd = new WeakMap<Connection, string>();

  constructor({ clock, capacity = 10_000 }: DeliveryMemoryOptions) {
    this.#clock = clock;
    this.#capacity = capacity;
  }

  /** How many clients are remembered. */
  get size(): number {
    return this.#copies.size;
  }

  /** Whether `client`, asking over `connection`, surely holds all of version `etag`. */
  holds(client: string, etag: string, connection: Connection): boolean {
    // The next request on a connection proves that the answer before it was read to its end.
    if (this.#readToTheEnd.get(connection) === etag) return true;
    const copy = this.#touch(client);
    if (copy?.etag !== etag || copy.deliveredAtMs === undefined) return false;
    const now = this.#clock.monotonic();
    if (now < copy.doubtfulUntilMs) return false;
    // A proxy may have taken the whole body and cut it on its way on. Once per version, so that a client which
    // simply polls fast is not sent the table for ever.
    if (copy.isConditional && !copy.wasRepeated && now - copy.deliveredAtMs < tooSoonMs) {
      copy.wasRepeated = true;
      return false;
    }
    return true;
  }

  /** Notes that version `etag` is being sent to `client`. `isConditional`: the request had an ETag. */
  begin({ client, etag, connection, isConditional }: Shipment): Delivery {
    this.#readToTheEnd.delete(connection);
    return {
      completed: () => {
        this.#readToTheEnd.set(connection, etag);
        const copy = this.#copyOf(client, etag);
        copy.deliveredAtMs = this.#clock.monotonic();
        copy.isConditional = isConditional;
      },
      broken: () => {
        this.#readToTheEnd.delete(connection);
        const copy = this.#copyOf(client, etag);
        copy.deliveredAtMs = undefined;
        copy.doubtfulUntilMs = this.#clock.monotonic() + doubtMs;
      },
    };
  }

  #touch(client: string): Copy | undefined {
    const copy = this.#copies.get(client);
    if (copy !== undefined) {
      this.#copies.delete(client);
      this.#copies.set(client, copy);
    }
    return copy;
  }

  #copyOf(client: string, etag: string): Copy {
    const known = this.#touch(client);
    if (known?.etag === etag) return known;
    const copy: Copy = { etag, deliveredAtMs: undefined, doubtfulUntilMs: 0, isConditional: false, wasRepeated: false };
    this.#copies.delete(client);
    this.#copies.set(client, copy);
    const oldest = this.#copies.keys().next();
    if (this.#copies.size > this.#capacity && oldest.done !== true) this.#copies.delete(oldest.value);
    return copy;
  }
}
