/**
 * Gets the cluster; gives the JSON in which Skipper's swarm finds its shards, one body per Service.
 *
 * Source: routesrv/redishandler.go and valkeyhandler.go of Skipper v0.27.65.
 */
import { serviceAddresses } from '../compile/index.ts';
import type { ClusterLookup } from '../compile/index.ts';
import type { ShardService } from './options.ts';

/** Addresses with ports by store, kept for a start without the API server. */
export type KeptShards = Readonly<Partial<Record<ShardService['store'], readonly string[]>>>;

/** Addresses of Services as of the last time that they were looked up. */
export class Shards {
  readonly #services: readonly ShardService[];
  readonly #readsSlices: boolean;
  /** With ports. */
  readonly #addresses = new Map<ShardService, readonly string[]>();

  constructor(services: readonly ShardService[], readsSlices: boolean) {
    this.#services = services;
    this.#readsSlices = readsSlices;
  }

  /** The stores that there are shards of. */
  get stores(): readonly ShardService['store'][] {
    return this.#services.map(({ store }) => store);
  }

  /** Looks the addresses up again. */
  update(lookup: ClusterLookup): void {
    for (const service of this.#services) {
      const ips = serviceAddresses(lookup, this.#readsSlices, service);
      this.#addresses.set(
        service,
        ips.map((ip) => joinPort(ip, service.port)),
      );
    }
  }

  /** Takes addresses that were found earlier or elsewhere, until they are looked up. */
  adopt(kept: KeptShards): void {
    for (const service of this.#services) this.#addresses.set(service, kept[service.store] ?? []);
  }

  /** What `adopt` takes. */
  kept(): KeptShards {
    return Object.fromEntries(this.#services.map((service) => [service.store, this.#addresses.get(service) ?? []]));
  }

  /** How many ready addresses `service` has. */
  count(service: ShardService): number {
    return this.#addresses.get(service)?.length ?? 0;
  }

  /** The body for `service`; without endpoints before the first time, as in the original. */
  body(service: ShardService): string {
    return JSON.stringify({ endpoints: (this.#addresses.get(service) ?? []).map((address) => ({ address })) });
  }
}

/** The addresses in such a body, ours or the original's. Throws where it is none. */
export function addressesInBody(body: string): readonly string[] {
  const { endpoints } = JSON.parse(body) as { readonly endpoints?: unknown };
  // The original has null for none.
  const list: unknown = endpoints ?? [];
  if (!Array.isArray(list)) throw new Error('the body has no list of endpoints');
  return list.map((endpoint: unknown) => {
    const address = typeof endpoint === 'object' && endpoint !== null && 'address' in endpoint ? endpoint.address : '';
    if (typeof address !== 'string' || address === '') throw new Error('an endpoint has no address');
    return address;
  });
}

function joinPort(ip: string, port: number): string {
  return ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`;
}
