/** Gets a Service, gives the addresses of its pods: Skippers find the shards of their swarm by them. */

import { compareText, type ClusterLookup } from './cluster.ts';
import { readyAddresses } from './endpoints/slices.ts';

/** Sorted IPs, without ports. Empty when the Service has none. */
export function serviceAddresses(
  lookup: ClusterLookup,
  endpointSlices: boolean,
  service: { readonly namespace: string; readonly name: string },
): readonly string[] {
  const { namespace, name } = service;
  const addresses = endpointSlices
    ? readyAddresses(lookup.endpointSlices(namespace, name))
    : (lookup.endpoints(namespace, name)?.subsets ?? []).flatMap((subset) => subset.addresses);
  return addresses.toSorted(compareText);
}
