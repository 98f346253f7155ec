import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { withDefaultFilters } from './default-filters.ts';
import { parseFilters, parseRoutes } from './parse.ts';
import { printRoutes } from './print.ts';
import type { Filter, Route } from './route.ts';

function filtersOf(text: string): readonly Filter[] {
  const parsed = parseFilters(text);
  if (!parsed.ok) throw parsed.error;
  return parsed.filters;
}

function routesOf(text: string): readonly Route[] {
  const parsed = parseRoutes(text);
  if (!parsed.ok) throw parsed.error;
  return parsed.routes;
}

describe('withDefaultFilters', () => {
  const routes = routesOf('a: * -> own() -> <shunt>; b: * -> <loopback>');
  const cases: Record<string, readonly [prepend: string, append: string, printed: string]> = {
    'puts filters on both sides of those of each route': [
      'first(1) -> second()',
      'last()',
      'a: * -> first(1) -> second() -> own() -> last() -> <shunt>;\nb: * -> first(1) -> second() -> last() -> <loopback>;',
    ],
    'only prepends': ['first()', '', 'a: * -> first() -> own() -> <shunt>;\nb: * -> first() -> <loopback>;'],
    'only appends': ['', 'last()', 'a: * -> own() -> last() -> <shunt>;\nb: * -> last() -> <loopback>;'],
  };
  for (const [name, [prepend, append, printed]] of Object.entries(cases)) {
    test(name, () => {
      const changed = withDefaultFilters(routes, { prepend: filtersOf(prepend), append: filtersOf(append) });
      assert.equal(printRoutes(changed), printed);
    });
  }

  test('gives the same routes when there is nothing to add', () => {
    assert.equal(withDefaultFilters(routes, { prepend: [], append: [] }), routes);
  });
});
