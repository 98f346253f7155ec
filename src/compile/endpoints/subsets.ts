/** Gets Endpoints, gives addresses. Only the first subset that fits counts, as in Skipper. */

import type { EndpointPort, Endpoints, EndpointSubset, ServicePort } from '../../api/index.ts';
import type { LbEndpoint } from '../../eskip/index.ts';
import { joinHostPort } from '../hosts.ts';

function targetsOf(
  endpoints: Endpoints | undefined,
  scheme: string,
  portOf: (subset: EndpointSubset) => EndpointPort | undefined,
): readonly LbEndpoint[] {
  for (const subset of endpoints?.subsets ?? []) {
    const port = portOf(subset);
    if (port === undefined) continue;
    return subset.addresses.map((ip) => ({ address: `${scheme}://${joinHostPort(ip, port.port)}` }));
  }
  return [];
}

export function subsetTargets(
  endpoints: Endpoints | undefined,
  port: ServicePort,
  scheme: string,
): readonly LbEndpoint[] {
  // A single port fits whatever its name: Kubernetes lets a Service with one port leave it unnamed.
  return targetsOf(endpoints, scheme, ({ ports }) =>
    ports.length === 1 ? ports[0] : ports.find(({ name }) => name === port.name),
  );
}

export function subsetTargetsByTarget(
  endpoints: Endpoints | undefined,
  target: number | string,
  scheme: string,
): readonly LbEndpoint[] {
  return targetsOf(endpoints, scheme, ({ ports }) =>
    ports.find(({ name, port }) => (typeof target === 'string' ? name === target : port === target)),
  );
}
