/** The room of eskip, Skipper's route language: text to routes and back, and whether two routes mean the same. */

export { type DefaultFilters, withDefaultFilters } from './default-filters.ts';
export { type EditOutcome, type RouteEdit, cloneRoutes, editRoutes, parseRouteEdit } from './edit.ts';
export { fieldPredicate } from './fields.ts';
export { compileGoRegexp } from './go-regexp.ts';
export { canonicalText, equalRoutes, normalise } from './normalise.ts';
export { parseFilters, parsePredicates, parseRoutes } from './parse.ts';
export { printBackend, printCall, printExpression, printRoute, printRoutes } from './print.ts';
export { isRouteId } from './route-id.ts';
export { SharedCall } from './shared-call.ts';
export type { Arg, Backend, Call, Filter, LbEndpoint, Predicate, Route } from './route.ts';
