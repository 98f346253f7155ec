/**
 * Gets the outcomes of all objects, gives the table: what no object can decide alone is decided here.
 *
 * That is catch-all routes of hosts that several Ingresses share, routes with the same id, and the few routes that
 * belong to no object.
 */

import { printExpression, type Route } from '../eskip/index.ts';
import { hostFacts, ingressCatchAlls, mergeHostFacts } from './catch-all.ts';
import { compareText } from './cluster.ts';
import { finish } from './draft.ts';
import { healthRoutes } from './health.ts';
import type { CompileOptions } from './options.ts';
import type { HostRoutes, IngressOutcome, RouteGroupOutcome } from './outcome.ts';
import type { Problem } from './problem.ts';
import { globalRedirectRoutes } from './redirect.ts';

/** Outcomes in the order of their objects' namespaces and names, as Skipper reads them. */
export interface Outcomes {
  readonly ingresses: readonly IngressOutcome[];
  readonly routeGroups: readonly RouteGroupOutcome[];
}

export interface Table {
  readonly routes: readonly Route[];
  readonly problems: readonly Problem[];
}

/** What rules have for each host, in their order. */
function byHost(rules: readonly HostRoutes[]): ReadonlyMap<string, readonly HostRoutes[]> {
  const hosts = new Map<string, HostRoutes[]>();
  for (const rule of rules) {
    const ofHost = hosts.get(rule.host);
    if (ofHost === undefined) hosts.set(rule.host, [rule]);
    else ofHost.push(rule);
  }
  return hosts;
}

function ingressRoutes(ingresses: readonly IngressOutcome[], options: CompileOptions): readonly Route[] {
  const hosts = [...byHost(ingresses.flatMap((ingress) => ingress.hosts))].sort(([a], [b]) => compareText(a, b));
  const drafts = hosts.flatMap(([host, rules]) => [
    ...rules.flatMap((rule) => rule.drafts),
    ...(options.catchAllRoutes ? ingressCatchAlls(host, mergeHostFacts(rules.map(hostFacts))) : []),
  ]);
  const defaults = ingresses.flatMap(({ defaultRoutes }) => defaultRoutes);
  const eastWest = ingresses.flatMap(({ eastWestRoutes }) => eastWestRoutes);
  return [...defaults, ...drafts, ...eastWest].map(finish);
}

/** Two different routes want the same id. */
export function duplicateProblem(id: string): Problem {
  const message = `ignoring route with the same id ${id} as another one: rename one of their objects or hosts`;
  const object = { kind: 'Route', namespace: '', name: id };
  return { object, code: 'duplicate-route-id', severity: 'error', message };
}

/** The table has room for one route of an id. Equal ones are no mistake: objects of one host share its catch-all. */
function withoutDuplicates(routes: readonly Route[]): Table {
  const byId = new Map<string, Route>();
  const problems: Problem[] = [];
  for (const route of routes) {
    const existing = byId.get(route.id);
    if (existing === undefined) byId.set(route.id, route);
    else if (printExpression(existing) !== printExpression(route)) problems.push(duplicateProblem(route.id));
  }
  return { routes: [...byId.values()], problems };
}

/** Makes the table, before the route server's own changes and in no particular order. */
export function assemble({ ingresses, routeGroups }: Outcomes, options: CompileOptions): Table {
  const { routes, problems } = withoutDuplicates([
    ...ingressRoutes(ingresses, options),
    ...routeGroups.flatMap((group) => group.routes),
    ...healthRoutes(options.healthcheck),
    ...globalRedirectRoutes(options),
  ]);
  const ofObjects = [...ingresses, ...routeGroups].flatMap((outcome) => outcome.problems);
  return { routes, problems: [...ofObjects, ...problems] };
}
