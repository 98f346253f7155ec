/** The room of eskip, Skipper's route language: text to routes and back, and whether two routes mean the same. */

export { fieldPredicate } from './fields.ts';
export {
  type FiltersResult,
  type ParseResult,
  type PredicatesResult,
  parseFilters,
  parsePredicates,
  parseRoutes,
} from './parse.ts';
export {
  type PrintOptions,
  printBackend,
  printCall,
  printExpression,
  printPredicates,
  printRoute,
  printRoutes,
} from './print.ts';
export type { Arg, Backend, Call, Filter, LbEndpoint, Predicate, Route } from './route.ts';
export { EskipSyntaxError } from './syntax-error.ts';
