/** What a route server does to the whole table: flags that name filters for all routes, edit or clone them. */

import { parseFilters, parsePredicates, printCall, type Filter, type Predicate, type Route } from '../eskip/index.ts';
import type { Table } from './assemble.ts';
import { canonicalPredicates } from './canonical.ts';
import { compareText } from './cluster.ts';
import { call } from './draft.ts';
import { replaceAllLikeGo } from './go-pattern.ts';
import type { CompileOptions, RouteChange } from './options.ts';
import type { Problem } from './problem.ts';

interface Edited<C> {
  readonly calls: readonly C[];
  readonly changed: boolean;
  readonly failures: readonly string[];
}

function edit<C extends Predicate | Filter>(
  calls: readonly C[],
  { pattern, replacement }: RouteChange,
  parse: (text: string) => readonly C[] | string,
): Edited<C> {
  const failures: string[] = [];
  let changed = false;
  const edited = calls.map((old) => {
    const before = printCall(old);
    const after = replaceAllLikeGo(before, pattern, replacement);
    if (after === before) return old;
    const parsed = parse(after);
    const [first] = typeof parsed === 'string' ? [] : parsed;
    if (first === undefined) failures.push(`${after}: ${typeof parsed === 'string' ? parsed : 'nothing is left'}`);
    else changed = true;
    return first ?? old;
  });
  return { calls: edited, changed, failures };
}

function parsedPredicates(text: string): readonly Predicate[] | string {
  const parsed = parsePredicates(text);
  return parsed.ok ? parsed.predicates : parsed.error.message;
}

function parsedFilters(text: string): readonly Filter[] | string {
  const parsed = parseFilters(text);
  return parsed.ok ? parsed.filters : parsed.error.message;
}

interface ChangedRoute {
  readonly route: Route;
  readonly changed: boolean;
  readonly problems: readonly Problem[];
}

function changeRoute(route: Route, change: RouteChange): ChangedRoute {
  const predicates = edit(canonicalPredicates(route.predicates), change, parsedPredicates);
  const filters = edit(route.filters, change, parsedFilters);
  const object = { kind: 'Route', namespace: '', name: route.id };
  const problems = [...predicates.failures, ...filters.failures].map((failure): Problem => {
    const message = `a route change of the flags gives no valid eskip for ${failure}`;
    return { object, code: 'route-change-failed', severity: 'error', message };
  });
  const changed = predicates.changed || filters.changed;
  return { route: { ...route, predicates: predicates.calls, filters: filters.calls }, changed, problems };
}

function editAll(table: Table, change: RouteChange): Table {
  const changes = table.routes.map((route) => ({ before: route, after: changeRoute(route, change) }));
  return {
    routes: changes.map(({ before, after }) => (after.changed ? after.route : before)),
    problems: [...table.problems, ...changes.flatMap(({ after }) => after.problems)],
  };
}

function cloneAll(table: Table, change: RouteChange): Table {
  const changes = table.routes.map((route) => changeRoute({ ...route, id: `clone_${route.id}` }, change));
  return {
    routes: [...table.routes, ...changes.filter(({ changed }) => changed).map(({ route }) => route)],
    problems: [...table.problems, ...changes.flatMap(({ problems }) => problems)],
  };
}

function withDefaultFilters(
  routes: readonly Route[],
  { prependFilters, appendFilters }: CompileOptions,
): readonly Route[] {
  if (prependFilters.length === 0 && appendFilters.length === 0) return routes;
  return routes.map((route) => ({ ...route, filters: [...prependFilters, ...route.filters, ...appendFilters] }));
}

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

/** Applies the flags in the order of Go's route server, then sorts by id: equal clusters give equal bytes. */
export function applyRouteChanges(table: Table, options: CompileOptions): Table {
  const routes = [...withDefaultFilters(table.routes, options), ...grantCallback(options.oauth2CallbackPath)];
  const edited = options.editRoutes.reduce(editAll, { ...table, routes });
  const cloned = options.cloneRoutes.reduce(cloneAll, edited);
  return { ...cloned, routes: cloned.routes.toSorted((a, b) => compareText(a.id, b.id)) };
}
