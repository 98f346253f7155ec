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

/** Edits, then clones, each rule upon what the one before it has left. Every route is changed for itself. */
function edited(table: Table, options: CompileOptions): Table {
  let current = table;
  for (const edit of options.editRoutes) current = changed(current, editRoutes(edit, current.routes));
  for (const edit of options.cloneRoutes) current = changed(current, cloneRoutes(edit, current.routes));
  return current;
}

/** Applies the flags in the order of Go's route server, then sorts by id: equal clusters give equal bytes. */
export function applyRouteChanges(table: Table, options: CompileOptions): Table {
  // A cluster without a route is taken for one that could not be read. It must not become a table of one route.
  if (table.routes.length === 0) return table;
  const filtered = withDefaultFilters(table.routes, options.defaultFilterFlags);
  const current = edited({ ...table, routes: [...filtered, ...grantCallback(options.oauth2CallbackPath)] }, options);
  return { ...current, routes: current.routes.toSorted((a, b) => compareText(a.id, b.id)) };
}

/** What the flags make of one route: itself, and its clones. */
export function changedRoute(route: Route, options: CompileOptions): Table {
  return edited({ routes: withDefaultFilters([route], options.defaultFilterFlags), problems: [] }, options);
}

/** The routes that are in every table which has others. */
export function addedRoutes(options: CompileOptions): Table {
  return edited({ routes: grantCallback(options.oauth2CallbackPath), problems: [] }, options);
}
