/**
 * Gets the cluster; gives the JSON in which Skipper's swarm finds its shards, one body per Service.
 *
 * Source: routesrv/redishandler.go and valkeyhandler.go of Skipper v0.27.65.
 */
import { indexCluster, serviceAddresses } from '../compile/index.ts';
import type { ClusterState } from '../compile/index.ts';
import type { ShardService } from './options.ts';

/** Addresses of Services as of the last state that was given. */
export class Shards {
  readonly #services: readonly ShardService[];
  readonly #readsSlices: boolean;
  readonly #addresses = new Map<ShardService, readonly string[]>();

  constructor(services: readonly ShardService[], readsSlices: boolean) {
    this.#services = services;
    this.#readsSlices = readsSlices;
  }

  /** Looks the addresses up again. */
  update(state: ClusterState): void {
    if (this.#services.length === 0) return;
    const lookup = indexCluster(state);
    for (const service of this.#services) {
      this.#addresses.set(service, serviceAddresses(lookup, this.#readsSlices, service));
    }
  }

  /** How many ready addresses `service` has. */
  count(service: ShardService): number {
    return this.#addresses.get(service)?.length ?? 0;
  }

  /** The body for `service`; without endpoints before the first state, as in the original. */
  body(service: ShardService): string {
    const ips = this.#addresses.get(service) ?? [];
    return JSON.stringify({ endpoints: ips.map((ip) => ({ address: joinPort(ip, service.port) })) });
  }
}

function joinPort(ip: string, port: number): string {
  return ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`;
}
