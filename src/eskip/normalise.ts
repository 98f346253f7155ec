/**
 * Gets a route; gives the one that stands for all routes with its meaning.
 *
 * Two tables that different programs compiled or printed are compared in this form. It goes further than Skipper's
 * own `eskip.Canonical` (v0.27.65, `eskip/eq.go`), which orders predicates by name alone.
 */

import { printEndpoint } from './endpoint.ts';
import { matchesAnything } from './fields.ts';
import { printCall, printRoute } from './print.ts';
import type { Arg, Backend, Call, Filter, LbEndpoint, Predicate, Route } from './route.ts';
import { compareLikeGo } from './utf8.ts';

/** What Skipper uses for a backend that names no algorithm: `loadbalancer/algorithm.go`, defaultAlgorithm. */
const defaultAlgorithm = 'roundRobin';

/**
 * The canonical form of a route.
 *
 * - Predicates are sorted, for all must hold; those that hold for every request are left out; `inField` is dropped,
 *   so that `Host(/x/)` and `Host("x")` are the same.
 * - Filters keep their order, for each works on what the one before it made.
 * - Endpoints are sorted: no algorithm depends on their order. The default algorithm is named.
 */
export function normalise(route: Route): Route {
  return {
    id: route.id,
    predicates: normalisePredicates(route.predicates),
    filters: route.filters.map(normaliseFilter),
    backend: normaliseBackend(route.backend),
  };
}

/** One line of eskip that is the same for all routes with the same id and meaning, and only for them. */
export function canonicalText(route: Route): string {
  return printRoute(normalise(route));
}

/** True if both have the same id and mean the same to Skipper. */
export function equalRoutes(left: Route, right: Route): boolean {
  return left === right || (left.id === right.id && canonicalText(left) === canonicalText(right));
}

/** Orders by the texts that `print` gives; each is printed once. */
export function sortedByText<T>(items: readonly T[], print: (item: T) => string): readonly T[] {
  if (items.length < 2) return items;
  return items
    .map((item) => ({ item, text: print(item) }))
    .sort((left, right) => compareLikeGo(left.text, right.text))
    .map(({ item }) => item);
}

function normalisePredicates(predicates: readonly Predicate[]): readonly Predicate[] {
  const conditions = predicates.filter((predicate) => !matchesAnything(predicate));
  return sortedByText(conditions.map(normaliseCall), printCall);
}

function normaliseFilter(filter: Filter): Filter {
  return filter.args.some(isNegativeZero) ? normaliseCall(filter) : filter;
}

function normaliseCall({ name, args }: Call): Call {
  return { name, args: args.some(isNegativeZero) ? args.map((arg) => (isNegativeZero(arg) ? 0 : arg)) : args };
}

/** Equal to zero for Skipper, though it prints another text. */
function isNegativeZero(arg: Arg): boolean {
  return Object.is(arg, -0);
}

function normaliseBackend(backend: Backend): Backend {
  if (backend.type !== 'lb') return backend;
  const endpoints = sortedByText(backend.endpoints.map(withoutEmptyZone), printEndpoint);
  return { type: 'lb', algorithm: backend.algorithm === '' ? defaultAlgorithm : backend.algorithm, endpoints };
}

function withoutEmptyZone(endpoint: LbEndpoint): LbEndpoint {
  return endpoint.zone === '' ? { address: endpoint.address } : endpoint;
}
