/** Gets one RouteGroup, gives its routes and its problems. It sees other objects only through the lookup. */

import type { ObjectRef, RouteGroup, RouteGroupSpec } from '../../api/index.ts';
import type { Route } from '../../eskip/index.ts';
import { isZoneAwarenessOff, rulesFor, withAnnotationRules } from '../annotation-rules.ts';
import { isRouteGroupOfClass } from '../class-filter.ts';
import type { CompileContext } from '../context.ts';
import { call } from '../draft.ts';
import { hostPattern, isInDomains } from '../hosts.ts';
import { routeGroupSideId } from '../ids.ts';
import type { RouteGroupOutcome } from '../outcome.ts';
import { problemsOf, type Finding } from '../problem.ts';
import { unreadable } from '../readable.ts';
import { redirectPolicy } from '../redirect.ts';
import { tlsOutcome } from '../tls.ts';
import { routeGroupCatchAlls } from './catch-all.ts';
import type { RouteGroupContext } from './context.ts';
import { groupRoutes } from './routes.ts';
import { rejectingFindings } from './validate.ts';

const protocolAnnotation = 'zalando.org/skipper-backend-protocol';

/** One side of a group: `undefined` when it could not be compiled. */
function sideRoutes(context: RouteGroupContext): readonly Route[] | undefined {
  const { hosts, internal, metadata, options } = context;
  const compiled = groupRoutes(context);
  if (compiled === undefined) return undefined;
  const catchAlls = options.catchAllRoutes ? routeGroupCatchAlls(hosts, compiled.considered, internal) : [];
  const rangePredicates = internal ? options.eastWest.rangePredicates : [];
  const rules = rulesFor(options, internal);
  const inRange = (route: Route): Route =>
    rangePredicates.length === 0 ? route : { ...route, predicates: [...route.predicates, ...rangePredicates] };
  return [...compiled.routes, ...catchAlls].map((route) => withAnnotationRules(inRange(route), rules, metadata));
}

/** Hosts outside and hosts inside the cluster. A group without hosts is for all, and counts as outside. */
function sidesOf(
  spec: RouteGroupSpec,
  domains: readonly string[],
): readonly Pick<RouteGroupContext, 'hosts' | 'internal'>[] {
  const inside = spec.hosts.filter((host) => isInDomains(host, domains));
  const outside = spec.hosts.filter((host) => !isInDomains(host, domains));
  return [
    ...(outside.length > 0 || spec.hosts.length === 0 ? [{ hosts: outside, internal: false }] : []),
    ...(inside.length > 0 ? [{ hosts: inside, internal: true }] : []),
  ];
}

/** A side that fails takes the later one with it, and the certificates. */
function allSides(contexts: readonly RouteGroupContext[]): {
  readonly routes: readonly Route[];
  readonly complete: boolean;
} {
  const routes: Route[] = [];
  for (const context of contexts) {
    const side = sideRoutes(context);
    if (side === undefined) return { routes, complete: false };
    routes.push(...side);
  }
  return { routes, complete: true };
}

type Converted = Omit<RouteGroupOutcome, 'problems'> & { readonly findings: readonly Finding[] };

function convert(group: RouteGroup, spec: RouteGroupSpec, compile: CompileContext): Converted {
  const { metadata } = group;
  const { options, lookup, defaultFilters } = compile;
  const { policy, findings: redirectFindings } = redirectPolicy(metadata, options);
  const findings: Finding[] = [...redirectFindings];
  const contexts = sidesOf(spec, options.eastWest.rangeDomains).map(({ hosts, internal }): RouteGroupContext => {
    const zone = internal || isZoneAwarenessOff(metadata) ? '' : options.topologyZone;
    const protocol = metadata.annotations.get(protocolAnnotation);
    const namespace = metadata.namespace === '' ? 'default' : metadata.namespace;
    return {
      metadata,
      namespace,
      spec,
      backends: new Map(spec.backends.map((backend) => [backend.name, backend])),
      options,
      endpoints: { lookup, endpointSlices: options.endpointSlices, zone, protocol },
      defaultFilters,
      hosts,
      hostPredicates: hosts.length === 0 ? [] : [call('Host', hostPattern(hosts))],
      id: routeGroupSideId(namespace, metadata.name, internal),
      resolved: new Map(),
      internal,
      redirects: !internal && policy.mode === 'on',
      report: (finding) => findings.push(finding),
    };
  });
  const { routes, complete } = allSides(contexts);
  if (!options.tls || !complete) return { routes, certificates: [], findings };
  const owner = { kind: 'RouteGroup' as const, namespace: metadata.namespace, hosts: spec.hosts };
  const tls = tlsOutcome(spec.tls, owner, lookup);
  return { routes, certificates: tls.certificates, findings: [...findings, ...tls.findings] };
}

function hasUsersText({ metadata }: RouteGroup, { routes, backends }: RouteGroupSpec): boolean {
  const inRoutes = routes.some((route) => route !== null && route.predicates.length > 0);
  return inRoutes || backends.some(({ type }) => type === 'lb') || metadata.annotations.has(protocolAnnotation);
}

/** Routes of a group with text of its user's are looked through once more, for the sake of all others. */
function withoutUnreadable(outcome: Converted, group: RouteGroup, spec: RouteGroupSpec): Converted {
  if (!hasUsersText(group, spec)) return outcome;
  const looked = outcome.routes.map((route) => ({ route, finding: unreadable(route) }));
  const findings = looked.flatMap(({ finding }) => finding ?? []);
  const routes = looked.filter(({ finding }) => finding === undefined).map(({ route }) => route);
  return { ...outcome, routes, findings: [...outcome.findings, ...findings] };
}

/** Compiles one RouteGroup. One of another class gives nothing, not even problems: it is somebody else's. */
export function compileRouteGroup(group: RouteGroup, compile: CompileContext): RouteGroupOutcome {
  const { metadata, spec } = group;
  const object: ObjectRef = { kind: 'RouteGroup', namespace: metadata.namespace, name: metadata.name };
  const none = { routes: [], certificates: [] };
  if (!isRouteGroupOfClass(group, compile.options.routeGroupClass)) return { ...none, problems: [] };
  const rejecting = rejectingFindings(group);
  if (spec === undefined || rejecting.length > 0) return { ...none, problems: problemsOf(object, rejecting) };
  const { routes, certificates, findings } = withoutUnreadable(convert(group, spec, compile), group, spec);
  return { routes, certificates, problems: problemsOf(object, findings) };
}
