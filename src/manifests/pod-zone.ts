/** Gets a Skipper pod. Gives the zone to whose endpoints its table is narrowed. */
import { parseFlagArgs } from '../api/index.ts';
import { flagValue } from './derive-flags.ts';
import { findSkipperContainer } from './skipper-container.ts';
import type { Container, Pod } from './types.ts';
import type { WiringTarget } from './wiring-state.ts';

/** Where the kubelet's downward API, and so a `$(VAR)` in args, gets a pod's zone from. */
const ZONE_LABEL = 'topology.kubernetes.io/zone';

/**
 * `''` for a pod that uses the whole table. A direct Skipper names its zone in `-kubernetes-topology-zone`, a fed one in
 * the URL that it reads. A `$(VAR)` stands for a value of the container's env, or for the pod's own zone when the value
 * comes from elsewhere. `undefined` when that cannot be told: such a table can be compared with none.
 */
export function podZone(
  { spec }: Pod,
  labels: Readonly<Record<string, string>>,
  target: WiringTarget,
): string | undefined {
  const container = findSkipperContainer(spec, target.containerName)?.container;
  if (container === undefined) return undefined;
  const written = writtenZone(container, target);
  const variable = /^\$\((.+)\)$/.exec(written)?.[1];
  if (variable === undefined) return written;
  return container.env?.find(({ name }) => name === variable)?.value ?? labels[ZONE_LABEL];
}

function writtenZone({ args = [] }: Container, target: WiringTarget): string {
  const parsed = parseFlagArgs(args);
  return flagValue(parsed, 'kubernetes-topology-zone') ?? zoneInUrl(flagValue(parsed, 'routes-urls'), target);
}

function zoneInUrl(urls: string | undefined, { serviceUrl }: WiringTarget): string {
  const before = `${serviceUrl}/routes/`;
  const segment = (urls ?? '').split(',').find((url) => url.startsWith(before)) ?? before;
  const zone = segment.slice(before.length);
  return zone.includes('$(') ? zone : decodeURIComponent(zone);
}
