import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type RouteEdit, cloneRoutes, editRoutes, parseRouteEdit } from './edit.ts';
import { parseRoutes } from './parse.ts';
import { printRoutes } from './print.ts';
import type { Route } from './route.ts';

function editOf(flag: string): RouteEdit {
  const parsed = parseRouteEdit(flag);
  assert.ok(parsed.ok, 'the flag was refused');
  return parsed.edit;
}

function routesOf(text: string): readonly Route[] {
  const parsed = parseRoutes(text);
  if (!parsed.ok) throw parsed.error;
  return parsed.routes;
}

describe('parseRouteEdit', () => {
  test('takes any character for the separator', () => {
    const { pattern, replacement } = editOf('#Source[(](.*)[)]#ClientIP($1)#');
    assert.deepEqual([pattern.source, replacement], ['Source[(](.*)[)]', 'ClientIP($1)']);
  });

  test('takes an empty replacement', () => {
    assert.equal(editOf('/a//').replacement, '');
  });

  test('ignores what follows the third separator, as Skipper does', () => {
    assert.equal(editOf('/a/b/g').replacement, 'b');
  });

  const refused: Record<string, readonly [flag: string, problem: RegExp]> = {
    'an empty flag': ['', /expected \/pattern\/replacement\/ .*; found 0$/],
    'a flag without its last separator': ['/a/b', /expected \/pattern\/replacement\/ .*; found 2$/],
    'a separator in the pattern': ['/a\\/b/c/', /found 4$/],
    'a pattern that Go refuses': ['/(/b/', /^regular expression "\(": a \( has no \)$/],
  };
  for (const [name, [flag, problem]] of Object.entries(refused)) {
    test(`refuses ${name}`, () => {
      const parsed = parseRouteEdit(flag);
      assert.ok(!parsed.ok);
      assert.match(parsed.problem, problem);
    });
  }
});

// What is expected here was made by Skipper's own editor from the same routes.
const table =
  'r: Path("/a") && Host(/^(a[.]b)$/) && Source("127.0.0.1/8", "10.0.0.0/8") && Method("GET") -> setPath("/b") -> ' +
  'status(200) -> <shunt>; r2: * -> f(1.5) -> <roundRobin, "http://b", "http://a">';
const unchanged2 = 'r2: * -> f(1.5) -> <roundRobin, "http://b", "http://a">;';
const unchanged1 =
  'r: Path("/a") && Host(/^(a[.]b)$/) && Method("GET") && Source("127.0.0.1/8", "10.0.0.0/8") -> setPath("/b") -> ' +
  'status(200) -> <shunt>;';

describe('editRoutes', () => {
  const cases: Record<string, readonly [flag: string, printed: readonly string[]]> = {
    'replaces a predicate, and lists all predicates of its route by name': [
      '/Source[(](.*)[)]/ClientIP($1)/',
      [
        'r: Host("^(a[.]b)$") && Method("GET") && Path("/a") && ClientIP("127.0.0.1/8", "10.0.0.0/8") -> ' +
          'setPath("/b") -> status(200) -> <shunt>;',
        unchanged2,
      ],
    ],
    'replaces a filter, and lists the endpoints of its route by address': [
      '/^f[(]1[.]5/g(2/',
      [unchanged1, 'r2: * -> g(2) -> <roundRobin, "http://a", "http://b">;'],
    ],
    'changes nothing where nothing matches': ['/nowhere/x/', [unchanged1, unchanged2]],
    'takes the first of several filters': [
      '/status.*/a() -> b()/',
      [
        'r: Host("^(a[.]b)$") && Method("GET") && Path("/a") && Source("127.0.0.1/8", "10.0.0.0/8") -> ' +
          'setPath("/b") -> a() -> <shunt>;',
        unchanged2,
      ],
    ],
  };
  for (const [name, [flag, printed]] of Object.entries(cases)) {
    test(name, () => {
      const { routes, problems } = editRoutes(editOf(flag), routesOf(table));
      assert.deepEqual([printRoutes(routes).split('\n'), problems], [printed, []]);
    });
  }

  test('gives the very same route where nothing changes', () => {
    const routes = routesOf(table);
    assert.equal(editRoutes(editOf('/nowhere/x/'), routes).routes[0], routes[0]);
  });

  test('keeps a filter that would become unreadable, and says so', () => {
    const { routes, problems } = editRoutes(editOf('/f[(].*/no filter/'), routesOf(table));
    assert.equal(printRoutes(routes), `${unchanged1}\n${unchanged2}`);
    assert.deepEqual(problems, [
      {
        routeId: 'r2',
        message:
          'the filter f stays as it is: the replaced text is not a filter: line 1, column 4: ' +
          'expected "(" after the name, found the name "filter"',
      },
    ]);
  });

  test('keeps a predicate of which nothing would be left, where Skipper crashes', () => {
    const { routes, problems } = editRoutes(editOf('/^Path.*/*/'), routesOf(table));
    assert.equal(routes.length, 2);
    assert.deepEqual(problems, [
      { routeId: 'r', message: 'the predicate Path stays as it is: the replacement leaves nothing of it' },
    ]);
  });
});

describe('cloneRoutes', () => {
  test('puts a changed copy of each matching route behind all routes', () => {
    const { routes, problems } = cloneRoutes(editOf('/^Host[(]/HostAny(/'), routesOf(table));
    const clone =
      'clone_r: HostAny("^(a[.]b)$") && Method("GET") && Path("/a") && Source("127.0.0.1/8", "10.0.0.0/8") -> ' +
      'setPath("/b") -> status(200) -> <shunt>;';
    assert.deepEqual([printRoutes(routes).split('\n'), problems], [[unchanged1, unchanged2, clone], []]);
  });

  test('copies no route that does not change', () => {
    assert.equal(cloneRoutes(editOf('/nowhere/x/'), routesOf(table)).routes.length, 2);
  });
});
