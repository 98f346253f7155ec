/** Gets a Service's port, gives the endpoints behind it: from Endpoints or from EndpointSlices, by the options. */

import type { ServicePort } from '../../api/index.ts';
import type { LbEndpoint } from '../../eskip/index.ts';
import { compareText, type ClusterLookup } from '../cluster.ts';
import { subsetTargets, subsetTargetsByTarget } from './subsets.ts';
import { sliceTargets, sliceTargetsByTarget } from './slices.ts';
import { preferZone } from './zone.ts';

/** How the endpoints of one object's backends are found. */
export interface EndpointContext {
  readonly lookup: ClusterLookup;
  readonly endpointSlices: boolean;
  /** Zone to prefer, `''` for none. */
  readonly zone: string;
  /** From the annotation; `undefined` leaves it to the slice's `appProtocol` and to plain HTTP. */
  readonly protocol: string | undefined;
}

function sorted(endpoints: readonly LbEndpoint[]): readonly LbEndpoint[] {
  if (endpoints.length < 2) return endpoints;
  // Nearly always they are: a Service with few pods, in the order of their addresses.
  if (endpoints.every(({ address }, at) => at === 0 || (endpoints[at - 1]?.address ?? '') <= address)) return endpoints;
  return endpoints.toSorted((a, b) => compareText(a.address, b.address));
}

/** Endpoints for an Ingress backend, which names a port of the Service. */
export function endpointsOfPort(
  context: EndpointContext,
  namespace: string,
  serviceName: string,
  port: ServicePort,
): readonly LbEndpoint[] {
  const { lookup, protocol, zone } = context;
  if (context.endpointSlices) {
    const slices = lookup.endpointSlices(namespace, serviceName);
    return preferZone(zone, sorted(sliceTargets(slices, port, protocol)));
  }
  return sorted(subsetTargets(lookup.endpoints(namespace, serviceName), port, protocol ?? 'http'));
}

/** Endpoints for a RouteGroup backend, which was resolved to the Service's target port. */
export function endpointsOfTarget(
  context: EndpointContext,
  namespace: string,
  serviceName: string,
  target: number | string,
): readonly LbEndpoint[] {
  const { lookup, protocol, zone } = context;
  if (context.endpointSlices) {
    const slices = lookup.endpointSlices(namespace, serviceName);
    return preferZone(zone, sorted(sliceTargetsByTarget(slices, target, protocol)));
  }
  return sorted(subsetTargetsByTarget(lookup.endpoints(namespace, serviceName), target, protocol ?? 'http'));
}
