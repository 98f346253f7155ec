/**
 * Gets routes and the filters that an operator wants around all of them; gives the routes with those filters.
 *
 * Source: Skipper v0.27.65, `eskip/eskip.go` (DefaultFilters), flags `-default-filters-prepend` and `-append`.
 */

import type { Filter, Route } from './route.ts';

export interface DefaultFilters {
  readonly prepend: readonly Filter[];
  readonly append: readonly Filter[];
}

/** Every route with `prepend` before its own filters and `append` behind them; the same array when both are empty. */
export function withDefaultFilters(routes: readonly Route[], defaults: DefaultFilters): readonly Route[] {
  const { prepend, append } = defaults;
  if (prepend.length === 0 && append.length === 0) return routes;
  return routes.map((route) => ({ ...route, filters: [...prepend, ...route.filters, ...append] }));
}
