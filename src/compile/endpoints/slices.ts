/** Gets the EndpointSlices of one Service, gives addresses with their zones. */

import type { EndpointSlice, ServicePort, SlicePort } from '../../api/index.ts';
import type { LbEndpoint } from '../../eskip/index.ts';
import { joinHostPort } from '../hosts.ts';

interface ReadyEndpoints {
  /** Zone by IP. */
  readonly zones: ReadonlyMap<string, string>;
  readonly ports: readonly SlicePort[];
}

/**
 * One list of a Service's ready IPs. While pods move between slices an IP can be in several of them: one slice that
 * says `terminating` outweighs all that say `ready`. The ports are those of the last slice.
 */
function readyEndpoints(slices: readonly EndpointSlice[]): ReadyEndpoints {
  const relevant = slices.filter((slice) => slice.ports !== undefined);
  const zones = new Map<string, string>();
  for (const { endpoints } of relevant) {
    for (const { address, ready, zone } of endpoints) if (ready) zones.set(address, zone);
  }
  for (const { endpoints } of relevant) {
    for (const { address, terminating } of endpoints) if (terminating) zones.delete(address);
  }
  return { zones, ports: relevant[relevant.length - 1]?.ports ?? [] };
}

function findPort(ports: readonly SlicePort[], name: string, number: number): SlicePort | undefined {
  return ports.find(
    (port) => port.protocol === 'TCP' && (port.name === name || (number !== 0 && port.port === number)),
  );
}

function schemeOf(port: SlicePort | undefined, protocol: string | undefined): string {
  return protocol ?? (port?.appProtocol === 'kubernetes.io/h2c' ? 'h2c' : 'http');
}

function targets(ready: ReadyEndpoints, scheme: string, port: number): readonly LbEndpoint[] {
  const found: LbEndpoint[] = [];
  // Not a loop over entries: that makes two objects for each.
  ready.zones.forEach((zone, ip) => {
    const address = `${scheme}://${joinHostPort(ip, port)}`;
    found.push(zone === '' ? { address } : { address, zone });
  });
  return found;
}

export function sliceTargets(
  slices: readonly EndpointSlice[],
  port: ServicePort,
  protocol: string | undefined,
): readonly LbEndpoint[] {
  const ready = readyEndpoints(slices);
  const found = findPort(ready.ports, port.name, port.port);
  // The target port counts only where the Service's port has no name to find it by. Port 0 for a port that no slice
  // has is Skipper's own answer; a table that differed there would only hide the mistake.
  const number = port.name === '' && typeof port.targetPort === 'number' ? port.targetPort : (found?.port ?? 0);
  return targets(ready, schemeOf(found, protocol), number);
}

export function sliceTargetsByTarget(
  slices: readonly EndpointSlice[],
  target: number | string,
  protocol: string | undefined,
): readonly LbEndpoint[] {
  const ready = readyEndpoints(slices);
  const found = typeof target === 'string' ? findPort(ready.ports, target, 0) : findPort(ready.ports, '', target);
  return targets(ready, schemeOf(found, protocol), found?.port ?? 0);
}

/** Addresses of all ready endpoints of a Service without ports. */
export function readyAddresses(slices: readonly EndpointSlice[]): readonly string[] {
  return [...readyEndpoints(slices).zones.keys()];
}
