/**
 * Keeps routes out of the table that Skipper could not read.
 *
 * Skipper parses a table as one text: a single route with two Path predicates, or with endpoints of mixed protocols,
 * fails it whole, and every object of the cluster with it. Such routes can only come from what users write.
 */

import { parseRoutes, printRoute, type Route } from '../eskip/index.ts';
import type { Finding } from './problem.ts';

/** Why the route would fail the table, or `undefined`. It costs a parse: ask only about routes with users' text. */
export function unreadable(route: Route): Finding | undefined {
  const parsed = parseRoutes(printRoute(route));
  if (parsed.ok) return undefined;
  return {
    code: 'invalid-route',
    message: `ignoring route ${route.id}: Skipper could not read it: ${parsed.error.message}`,
  };
}
