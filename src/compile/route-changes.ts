/** What a route server does to the whole table: flags that name filters for all routes, edit or clone them. */

import { cloneRoutes, editRoutes, withDefaultFilters, type EditOutcome, type Route } from '../eskip/index.ts';
import type { Table } from './assemble.ts';
import { compareText } from './cluster.ts';
import { call } from './draft.ts';
import type { CompileOptions } from './options.ts';
import type { Problem } from './problem.ts';

function grantCallback(path: string | undefined): readonly Route[] {
  if (path === undefined) return [];
  return [
    {
      id: '__oauth2_grant_callback',
      predicates: [call('Path', path)],
      filters: [call('grantCallback')],
      backend: { type: 'shunt' },
    },
  ];
}

function changed({ problems }: Table, outcome: EditOutcome): Table {
  const failures = outcome.problems.map(({ routeId, message }): Problem => {
    const object = { kind: 'Route', namespace: '', name: routeId };
    return { object, code: 'route-change-failed', severity: 'error', message };
  });
  return { routes: outcome.routes, problems: [...problems, ...failures] };
}

/** Applies the flags in the order of Go's route server, then sorts by id: equal clusters give equal bytes. */
export function applyRouteChanges(table: Table, options: CompileOptions): Table {
  // A cluster without a route is taken for one that could not be read. It must not become a table of one route.
  if (table.routes.length === 0) return table;
  const filtered = withDefaultFilters(table.routes, options.defaultFilterFlags);
  const routes = [...filtered, ...grantCallback(options.oauth2CallbackPath)];
  let current: Table = { ...table, routes };
  for (const edit of options.editRoutes) current = changed(current, editRoutes(edit, current.routes));
  for (const edit of options.cloneRoutes) current = changed(current, cloneRoutes(edit, current.routes));
  return { ...current, routes: current.routes.toSorted((a, b) => compareText(a.id, b.id)) };
}
