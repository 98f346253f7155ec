import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { canonicalText, equalRoutes, normalise } from './normalise.ts';
import { parsePredicates, parseRoutes } from './parse.ts';
import type { Route } from './route.ts';

function routeOf(expression: string): Route {
  const parsed = parseRoutes(`r: ${expression}`);
  if (!parsed.ok) throw parsed.error;
  const [route] = parsed.routes;
  assert.ok(route);
  return route;
}

describe('equalRoutes', () => {
  const equal: Record<string, readonly [left: string, right: string]> = {
    'predicates in another order': ['A() && Path("/a") && B() -> <shunt>', 'B() && A() && Path("/a") -> <shunt>'],
    'the same predicate with arguments in another order of predicates': [
      'Host(/a/) && Host(/b/) -> <shunt>',
      'Host(/b/) && Host(/a/) -> <shunt>',
    ],
    'a pattern in quotes or slashes': ['Host("^a[.]b$") -> <shunt>', 'Host(/^a[.]b$/) -> <shunt>'],
    'predicates that always hold, or none': ['A() && * && Path("") -> <shunt>', 'A() && Any() -> <shunt>'],
    'a catch-all and an empty method': ['* -> <shunt>', 'Method("") -> <shunt>'],
    'whole numbers with or without decimals': ['Traffic(1) -> f(0) -> <shunt>', 'Traffic(1.0) -> f(-0) -> <shunt>'],
    'endpoints in another order': ['* -> <"http://a", "http://b">', '* -> <"http://b", "http://a">'],
    'the default algorithm named or left out': ['* -> <"http://a">', '* -> <roundRobin, "http://a">'],
    'parameters of an endpoint in another order': [
      '* -> <"http://a?zone=z&b=1&a=2">',
      '* -> <"http://a?a=2&b=1&zone=z">',
    ],
  };
  for (const [name, [left, right]] of Object.entries(equal)) {
    test(`is true for ${name}`, () => {
      assert.equal(canonicalText(routeOf(left)), canonicalText(routeOf(right)));
      assert.ok(equalRoutes(routeOf(left), routeOf(right)));
    });
  }

  const different: Record<string, readonly [left: string, right: string]> = {
    'a path and a path subtree': ['Path("/a") -> <shunt>', 'PathSubtree("/a") -> <shunt>'],
    'filters in another order': ['* -> a() -> b() -> <shunt>', '* -> b() -> a() -> <shunt>'],
    'arguments in another order': ['Header("A", "B") -> <shunt>', 'Header("B", "A") -> <shunt>'],
    'a number and the same number in quotes': ['Traffic(1) -> <shunt>', 'Traffic("1") -> <shunt>'],
    'a predicate once and twice': ['Weight(1) -> <shunt>', 'Weight(1) && Weight(1) -> <shunt>'],
    'names of headers in another case': ['Header("a", "1") -> <shunt>', 'Header("A", "1") -> <shunt>'],
    'one endpoint and a network backend': ['* -> <"http://a">', '* -> "http://a"'],
    'two algorithms': ['* -> <random, "http://a">', '* -> <consistentHash, "http://a">'],
    'zones of an endpoint': ['* -> <"http://a?zone=x">', '* -> <"http://a?zone=y">'],
    'an endpoint once and twice': ['* -> <"http://a">', '* -> <"http://a", "http://a">'],
    'backends without an address': ['* -> <shunt>', '* -> <loopback>'],
    'a header whose value is empty and none': ['Header("A", "") -> <shunt>', '* -> <shunt>'],
  };
  for (const [name, [left, right]] of Object.entries(different)) {
    test(`is false for ${name}`, () => {
      assert.ok(!equalRoutes(routeOf(left), routeOf(right)));
    });
  }

  test('is false for routes with other ids', () => {
    assert.ok(!equalRoutes(routeOf('* -> <shunt>'), { ...routeOf('* -> <shunt>'), id: 'other' }));
  });

  test('does not care whether Skipper would hold a predicate in a field', () => {
    const parsed = parsePredicates('Path("/a") && Host(/b/)');
    assert.ok(parsed.ok);
    const inList: Route = { ...routeOf('* -> <shunt>'), predicates: parsed.predicates };
    assert.ok(equalRoutes(inList, routeOf('Host(/b/) && Path("/a") -> <shunt>')));
  });

  test('does not care whether an endpoint has an empty zone or none', () => {
    const withZone = (zone?: string): Route => ({
      ...routeOf('* -> <shunt>'),
      backend: { type: 'lb', algorithm: '', endpoints: [zone === undefined ? address : { ...address, zone }] },
    });
    const address = { address: 'http://a' };
    assert.ok(equalRoutes(withZone(''), withZone()));
  });
});

describe('normalise', () => {
  test('gives one route for all with its meaning', () => {
    assert.deepEqual(
      normalise(routeOf('B() && Host(/x/) && * && A(2) && A(1) -> g() -> f() -> <"http://b", "http://a">')),
      {
        id: 'r',
        predicates: [
          { name: 'A', args: [1] },
          { name: 'A', args: [2] },
          { name: 'B', args: [] },
          { name: 'Host', args: ['x'] },
        ],
        filters: [
          { name: 'g', args: [] },
          { name: 'f', args: [] },
        ],
        backend: { type: 'lb', algorithm: 'roundRobin', endpoints: [{ address: 'http://a' }, { address: 'http://b' }] },
      },
    );
  });

  test('leaves the route that it was given alone', () => {
    const route = routeOf('B() && A() -> <"http://b", "http://a">');
    const before = structuredClone(route);
    normalise(route);
    assert.deepEqual(route, before);
  });
});

describe('canonicalText', () => {
  test('is a line of eskip', () => {
    const text = canonicalText(routeOf('Path("/a") && Host(/b/) -> f(1) -> <"http://b", "http://a">'));
    assert.equal(text, 'r: Host("b") && Path("/a") -> f(1) -> <roundRobin, "http://a", "http://b">;');
  });
});
