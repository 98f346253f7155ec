/** Gets a valid RouteGroup and a set of its hosts, gives the routes for them. */

import type { BackendReference, RouteGroupBackend, RouteGroupRoute } from '../../api/index.ts';
import { parseFilters, parsePredicates, type Filter, type Predicate, type Route } from '../../eskip/index.ts';
import { applicationFilters } from '../annotation-rules.ts';
import { call } from '../draft.ts';
import { eastWestHost, routeGroupEastWest } from '../east-west.ts';
import { routeGroupPartId } from '../ids.ts';
import { gathered, joined } from '../lists.ts';
import type { Finding } from '../problem.ts';
import { decidesByProtocol, routeGroupRedirect } from '../redirect.ts';
import { trafficShares, wholeTraffic, type TrafficShare } from '../traffic/traffic.ts';
import { resolveBackend } from './backend.ts';
import type { RouteGroupContext } from './context.ts';
import { isServiceBackend } from './validate.ts';

export interface GroupRoutes {
  readonly routes: readonly Route[];
  /** Routes by which it is decided whether a host needs a catch-all: also those that another backend spoilt. */
  readonly considered: readonly Route[];
}

/** The outcome of one route of the group, or of a group without routes. */
type RouteOutcome =
  | { readonly ok: true; readonly routes: GroupRoutes }
  | { readonly ok: false; readonly finding: Finding; readonly considered: readonly Route[] };

interface RoutePlan {
  readonly id: string;
  readonly predicates: readonly Predicate[];
  readonly filters: readonly Filter[];
  readonly backend: RouteGroupBackend;
  readonly share: TrafficShare;
}

function defaultFilters(backend: RouteGroupBackend, context: RouteGroupContext): readonly Filter[] {
  if (!isServiceBackend(backend)) return [];
  const found = context.defaultFilters(context.namespace, backend.serviceName);
  if (found.ok) return found.filters;
  const message = `failed to retrieve default filters of service ${context.namespace}/${backend.serviceName}: ${found.message}`;
  context.report({ code: 'invalid-default-filters', message });
  return [];
}

function compileRoute(plan: RoutePlan, context: RouteGroupContext): Route | Finding {
  const outcome = resolveBackend(plan.backend, plan.filters, context);
  if (!outcome.ok) return outcome.finding;
  const application = applicationFilters(context.metadata, context.options.applicationLabel);
  return {
    id: plan.id,
    predicates: joined(plan.predicates, plan.share.predicates),
    filters: joined(application, joined(defaultFilters(plan.backend, context), outcome.filters)),
    backend: outcome.backend,
  };
}

/** The route and what comes with it: its east-west twin and its redirect. */
function companions(route: Route, context: RouteGroupContext): readonly Route[] {
  const { metadata, namespace, options, hosts, internal } = context;
  const { eastWest } = options;
  const routes = [route];
  const hasTwin = !internal && eastWest.enabled && !hosts.some((host) => host.endsWith(eastWest.domain));
  if (hasTwin) routes.push(routeGroupEastWest(route, eastWestHost(metadata.name, namespace, eastWest)));
  if (context.redirects && !decidesByProtocol(route.predicates)) {
    routes.push(routeGroupRedirect(route, options.httpsRedirectCode));
  }
  return routes;
}

const noShares: ReadonlyMap<string, TrafficShare> = new Map();

/** None for a single backend, which gets everything, whatever its weight. */
function sharesOf(
  references: readonly BackendReference[],
  { options }: RouteGroupContext,
): ReadonlyMap<string, TrafficShare> {
  if (references.length === 1) return noShares;
  const weighted = references.map(({ backendName, weight }) => ({ name: backendName, weight }));
  return trafficShares(options.trafficAlgorithm, weighted);
}

/** Compiles until the first failure, which takes all routes of the plan list with it. */
function compileAll(plans: readonly RoutePlan[], context: RouteGroupContext): RouteOutcome {
  const considered: Route[] = [];
  for (const plan of plans) {
    const route = compileRoute(plan, context);
    if (!('id' in route)) return { ok: false, finding: route, considered };
    considered.push(route);
  }
  return { ok: true, routes: { routes: gathered(considered, (route) => companions(route, context)), considered } };
}

/** What the plans of one method of a route have in common. */
interface PlanPart {
  readonly shares: ReadonlyMap<string, TrafficShare>;
  readonly subName: string;
  readonly routeIndex: number;
  readonly predicates: readonly Predicate[];
  readonly filters: readonly Filter[];
}

function plansFor(
  references: readonly BackendReference[],
  part: PlanPart,
  context: RouteGroupContext,
): readonly RoutePlan[] {
  const { subName, routeIndex, predicates, filters, shares } = part;
  return gathered(references, ({ backendName }, backendIndex) => {
    const backend = context.backends.get(backendName);
    if (backend === undefined) return [];
    const id = routeGroupPartId(context.id, { subName, routeIndex, backendIndex });
    return [{ id, predicates, filters, backend, share: shares.get(backendName) ?? wholeTraffic }];
  });
}

function pathPredicates({ path, pathSubtree, pathRegexp }: RouteGroupRoute): readonly Predicate[] {
  const tree = path === '' ? pathSubtree : path;
  return [
    ...(tree === '' ? [] : [call(path === '' ? 'PathSubtree' : 'Path', tree)]),
    ...(pathRegexp === '' ? [] : [call('PathRegexp', pathRegexp)]),
  ];
}

function ownPredicates({ predicates }: RouteGroupRoute): readonly Predicate[] {
  return gathered(predicates.map(parsePredicates), (parsed) => (parsed.ok ? parsed.predicates : []));
}

function ownFilters({ filters }: RouteGroupRoute): readonly Filter[] {
  return gathered(filters.map(parseFilters), (parsed) => (parsed.ok ? parsed.filters : []));
}

function explicitRoute(route: RouteGroupRoute, routeIndex: number, context: RouteGroupContext): RouteOutcome {
  const references = route.backends.length === 0 ? context.spec.defaultBackends : route.backends;
  const methods = route.methods.length === 0 ? [''] : [...new Set(route.methods)];
  const filters = ownFilters(route);
  const shares = sharesOf(references, context);
  const before = joined(pathPredicates(route), context.hostPredicates);
  const behind = ownPredicates(route);
  const plans = gathered(methods, (method) => {
    const methodPredicates = method === '' ? [] : [call('Method', method.toUpperCase())];
    const predicates = joined(joined(before, methodPredicates), behind);
    const subName = method === '' ? 'all' : method.toLowerCase();
    return plansFor(references, { subName, routeIndex, predicates, filters, shares }, context);
  });
  return compileAll(plans, context);
}

function explicitRoutes(context: RouteGroupContext): GroupRoutes {
  const outcomes = context.spec.routes.map((route, index) => {
    const outcome = route === null ? undefined : explicitRoute(route, index, context);
    if (outcome?.ok === false) {
      const message = `ignoring route: ${outcome.finding.message}`;
      context.report({ ...outcome.finding, field: `spec.routes[${String(index)}]`, message });
      return { routes: [], considered: outcome.considered };
    }
    return outcome?.routes ?? { routes: [], considered: [] };
  });
  return {
    routes: gathered(outcomes, ({ routes }) => routes),
    considered: gathered(outcomes, ({ considered }) => considered),
  };
}

/** `undefined` when the group has no routes of its own and one of its default backends cannot be used. */
function implicitRoutes(context: RouteGroupContext): GroupRoutes | undefined {
  const references = context.spec.defaultBackends;
  const shares = sharesOf(references, context);
  const part = { subName: 'all', routeIndex: 0, predicates: context.hostPredicates, filters: [], shares };
  const outcome = compileAll(plansFor(references, part, context), context);
  if (outcome.ok) return outcome.routes;
  const message = `no routes for the group: ${outcome.finding.message}`;
  context.report({ ...outcome.finding, field: 'spec.defaultBackends', message });
  return undefined;
}

export function groupRoutes(context: RouteGroupContext): GroupRoutes | undefined {
  return context.spec.routes.length === 0 ? implicitRoutes(context) : explicitRoutes(context);
}
