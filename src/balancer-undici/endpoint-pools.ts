/** Gets endpoints, gives each one's connections; closes those of endpoints that have left. */
import { H2CClient, Pool } from 'undici';
import type { Dispatcher } from 'undici';
import type { Endpoint } from '../balancer/index.ts';

export type CreatePool = (origin: string, endpoint: Endpoint) => Dispatcher;

/** In a cluster a connection takes milliseconds; undici would wait 10 s for a pod that is gone. */
const connectTimeoutMs = 1_000;

/** undici's Pool for http and https; h2c, which undici's Pool cannot know by its address, gets a client of its own. */
export function poolFactory(options: Pool.Options = {}): CreatePool {
  const settings = { connectTimeout: connectTimeoutMs, ...options };
  return (address) => {
    if (!address.startsWith('h2c://')) return new Pool(address, settings);
    const origin = address.replace('h2c://', 'http://');
    return new Pool(origin, { factory: () => new H2CClient(origin, { connectTimeout: connectTimeoutMs }) });
  };
}

/** One pool per address, made when the first request needs it. */
export class EndpointPools {
  readonly #create: CreatePool;
  readonly #pools = new Map<string, Dispatcher>();
  readonly #closing = new Map<Dispatcher, Promise<void>>();

  constructor(create: CreatePool) {
    this.#create = create;
  }

  /** Pools that hold or may hold sockets, those that are being closed included. */
  get size(): number {
    return this.#pools.size + this.#closing.size;
  }

  of(endpoint: Endpoint): Dispatcher {
    const known = this.#pools.get(endpoint.address);
    if (known !== undefined) return known;
    const pool = this.#create(endpoint.address, endpoint);
    this.#pools.set(endpoint.address, pool);
    return pool;
  }

  /** Lets go of all others. Requests under way on them end in peace; one that comes back gets new connections. */
  keepOnly(endpoints: readonly Endpoint[]): void {
    const stays = new Set(endpoints.map(({ address }) => address));
    for (const [address, pool] of this.#pools) {
      if (stays.has(address)) continue;
      this.#pools.delete(address);
      this.#letGo(pool);
    }
  }

  async close(): Promise<void> {
    this.keepOnly([]);
    await Promise.all(this.#closing.values());
  }

  async destroy(error: Error | null): Promise<void> {
    const pools = [...this.#pools.values(), ...this.#closing.keys()];
    this.#pools.clear();
    await Promise.all(pools.map((pool) => pool.destroy(error)));
    await Promise.all(this.#closing.values());
  }

  #letGo(pool: Dispatcher): void {
    const closed = pool
      .close()
      // Destroyed meanwhile: that is as closed as can be.
      .catch(() => undefined)
      .finally(() => this.#closing.delete(pool));
    this.#closing.set(
      pool,
      closed.then(() => undefined),
    );
  }
}
