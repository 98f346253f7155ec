/** Routes by which services inside the cluster reach each other: `<name>.<namespace>.<domain>`. */

import type { Route } from '../eskip/index.ts';
import { canonicalPredicates } from './canonical.ts';
import { call, hostPredicate, type Draft } from './draft.ts';
import { hostPattern, isInDomains } from './hosts.ts';
import { eastWestRouteId } from './ids.ts';
import type { CompileOptions, EastWestOptions } from './options.ts';

const defaultDomain = 'skipper.cluster.local';

/** Without a domain Skipper's own is used; dots around the domain do not count. */
export function effectiveEastWest(eastWest: EastWestOptions): EastWestOptions {
  if (!eastWest.enabled) return eastWest;
  return { ...eastWest, domain: eastWest.domain === '' ? defaultDomain : eastWest.domain.replaceAll(/^\.+|\.+$/g, '') };
}

/** The host by which an object is known inside the cluster. */
export function eastWestHost(name: string, namespace: string, { domain }: EastWestOptions): string {
  return `${name}.${namespace}.${domain}`;
}

/** Traffic inside the cluster is not redirected and has annotation rules of its own. */
export function isInternalHost(host: string, { eastWest }: CompileOptions): boolean {
  return isInDomains(host, eastWest.rangeDomains) || (eastWest.domain !== '' && host.endsWith(eastWest.domain));
}

export function ingressEastWest(draft: Draft, host: string): Draft {
  return { ...draft, id: eastWestRouteId(draft.id), hosts: [hostPredicate(host)] };
}

export function routeGroupEastWest(route: Route, host: string): Route {
  const others = canonicalPredicates(route.predicates).filter(({ name }) => name !== 'Host');
  const predicates = [...others, call('Host', hostPattern([host]))];
  return { ...route, id: eastWestRouteId(route.id), predicates };
}

/** A host in two overlapping domains gets the predicates twice, as in Skipper. */
export function withRangePredicates(
  drafts: readonly Draft[],
  host: string,
  { eastWest }: CompileOptions,
): readonly Draft[] {
  const matching = eastWest.rangeDomains.filter((domain) => host.endsWith(domain));
  const added = matching.flatMap(() => eastWest.rangePredicates);
  if (added.length === 0) return drafts;
  return drafts.map((draft) => ({ ...draft, predicates: [...draft.predicates, ...added] }));
}
