/**
 * Gets the outcomes of all objects, gives the table: what no object can decide alone is decided here.
 *
 * That is catch-all routes of hosts that several Ingresses share, routes with the same id, and the few routes that
 * belong to no object.
 */

import { printExpression, type Route } from '../eskip/index.ts';
import { hostFacts, ingressCatchAlls } from './catch-all.ts';
import { compareText } from './cluster.ts';
import { finish, type Draft } from './draft.ts';
import { healthRoutes } from './health.ts';
import type { CompileOptions } from './options.ts';
import type { IngressOutcome, RouteGroupOutcome } from './outcome.ts';
import type { Problem } from './problem.ts';
import { globalRedirectRoutes, type RedirectPolicy } from './redirect.ts';

/** Outcomes in the order of their objects' namespaces and names, as Skipper reads them. */
export interface Outcomes {
  readonly ingresses: readonly IngressOutcome[];
  readonly routeGroups: readonly RouteGroupOutcome[];
}

export interface Table {
  readonly routes: readonly Route[];
  readonly problems: readonly Problem[];
}

interface HostRoutes {
  readonly drafts: Draft[];
  readonly redirects: RedirectPolicy[];
}

/** What Ingresses have for each host, in their order. */
export function byHost(ingresses: readonly IngressOutcome[]): ReadonlyMap<string, HostRoutes> {
  const hosts = new Map<string, HostRoutes>();
  const at = (host: string): HostRoutes => {
    const known = hosts.get(host) ?? { drafts: [], redirects: [] };
    hosts.set(host, known);
    return known;
  };
  for (const { hostRoutes, hostRedirects } of ingresses) {
    for (const { host, draft } of hostRoutes) at(host).drafts.push(draft);
    for (const { host, policy } of hostRedirects) at(host).redirects.push(policy);
  }
  return hosts;
}

function ingressRoutes(ingresses: readonly IngressOutcome[], options: CompileOptions): readonly Route[] {
  const hosts = Array.from(byHost(ingresses)).toSorted(([a], [b]) => compareText(a, b));
  const drafts = hosts.flatMap(([host, { drafts: ofHost, redirects }]) => [
    ...ofHost,
    ...(options.catchAllRoutes ? ingressCatchAlls(host, hostFacts(ofHost, redirects)) : []),
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
