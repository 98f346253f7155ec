/**
 * Gets the cluster; gives the JSON in which Skipper's swarm finds its shards, one body per Service.
 *
 * Source: routesrv/redishandler.go and valkeyhandler.go of Skipper v0.27.65.
 */
import { serviceAddresses } from '../compile/index.ts';
import type { ClusterLookup } from '../compile/index.ts';
import type { ShardService } from './options.ts';

/** Addresses of Services as of the last time that they were looked up. */
export class Shards {
  readonly #services: readonly ShardService[];
  readonly #readsSlices: boolean;
  readonly #addresses = new Map<ShardService, readonly string[]>();

  constructor(services: readonly ShardService[], readsSlices: boolean) {
    this.#services = services;
    this.#readsSlices = readsSlices;
  }

  /** Looks the addresses up again. */
  update(lookup: ClusterLookup): void {
    for (const service of this.#services) {
      this.#addresses.set(service, serviceAddresses(lookup, this.#readsSlices, service));
    }
  }

  /** How many ready addresses `service` has. */
  count(service: ShardService): number {
    return this.#addresses.get(service)?.length ?? 0;
  }

  /** The body for `service`; without endpoints before the first time, as in the original. */
  body(service: ShardService): string {
    const ips = this.#addresses.get(service) ?? [];
    return JSON.stringify({ endpoints: ips.map((ip) => ({ address: joinPort(ip, service.port) })) });
  }
}

function joinPort(ip: string, port: number): string {
  return ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`;
}
