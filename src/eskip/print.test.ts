import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fieldPredicate } from './fields.ts';
import { parseRoutes } from './parse.ts';
import { printBackend, printExpression, printPredicates, printRoute, printRoutes } from './print.ts';
import type { Route } from './route.ts';

function routesOf(text: string): readonly Route[] {
  const parsed = parseRoutes(text);
  if (!parsed.ok) throw parsed.error;
  return parsed.routes;
}

const aRoute = (parts: Partial<Route>): Route => ({
  id: 'a',
  predicates: [],
  filters: [],
  backend: { type: 'shunt' },
  ...parts,
});

describe('printRoutes', () => {
  // Printed by Skipper's own `eskip print` from the same input.
  const asSkipper: Record<string, readonly [text: string, printed: string]> = {
    'no routes as an empty text': [';;', ''],
    'a route without an id as a bare expression': ['* -> <shunt>', '* -> <shunt>'],
    'a semicolon behind each route and a line for each': [
      'b: * -> <shunt>;a: * -> <loopback>;;',
      'b: * -> <shunt>;\na: * -> <loopback>;',
    ],
    'a * for predicates that always hold': ['a: Any() && Path("") && Method("") -> <loopback>', 'a: * -> <loopback>;'],
    'predicates in fields first and the rest as written': [
      'a: Foo(1) && Method("GET") && PathRegexp(/^\\/x/) && Host(/b[.]c/) && Header("B", "2") && Header("A", "1") && ' +
        'HeaderRegexp("D", /y/) && HeaderRegexp("C", /z/) && Bar() && Path("/p") -> "http://x"',
      'a: Path("/p") && Host(/b[.]c/) && PathRegexp(/^\\/x/) && Method("GET") && Header("A", "1") && Header("B", "2") ' +
        '&& HeaderRegexp("C", /z/) && HeaderRegexp("D", /y/) && Foo(1) && Bar() -> "http://x";',
    ],
    'headers ordered by the bytes of their names': [
      'a: Header("\u{1F600}","x") && Header("\ue000","x") -> <shunt>',
      'a: Header("\ue000", "x") && Header("\u{1F600}", "x") -> <shunt>;',
    ],
    'several hosts in their order': [
      'a: Host(/b/) && Host(/a/) -> <dynamic>',
      'a: Host(/b/) && Host(/a/) -> <dynamic>;',
    ],
    'patterns of fields in slashes and others in quotes': [
      'a: Foo(/x/) && Host("^(a[.]b)$") -> <dynamic>',
      'a: Host(/^(a[.]b)$/) && Foo("x") -> <dynamic>;',
    ],
    'slashes and backslashes of patterns escaped': [
      'a: Host(/a\\/b/) && PathRegexp("\\\\d[/]") -> <shunt>',
      'a: Host(/a\\/b/) && PathRegexp(/\\\\d[\\/]/) -> <shunt>;',
    ],
    'numbers in their shortest form': [
      'a: * -> f(1, -0.5, .25, 007, 12345678901234567890123, -0, 0.0001) -> <shunt>',
      'a: * -> f(1, -0.5, 0.25, 7, 12345678901234567741440, -0, 0.0001) -> <shunt>;',
    ],
    'strings in double quotes and escaped': [
      'a: * -> f("q\\"b\\\\n\\n\\t\\a\\d", `x"y\\`z`, /a\\/b[/]\\d/) -> <shunt>',
      'a: * -> f("q\\"b\\\\n\\n\\t\\a\\\\d", "x\\"y`z", "a/b[/]\\\\d") -> <shunt>;',
    ],
    'endpoints in their order, with zones': [
      'a: * -> <"http://b:1", "http://a:1?zone=eu-1a">',
      'a: * -> <"http://b:1", "http://a:1?zone=eu-1a">;',
    ],
    'an algorithm before the endpoints': [
      'a: * -> < random,"HTTP://a","http://b" >',
      'a: * -> <random, "HTTP://a", "http://b">;',
    ],
    'addresses without escapes': ['a: * -> "http://a\\d"', 'a: * -> "http://a\\d";'],
  };
  for (const [name, [text, printed]] of Object.entries(asSkipper)) {
    test(`prints ${name}`, () => {
      assert.equal(printRoutes(routesOf(text)), printed);
    });
  }

  test('puts filters and backend on lines of their own when it is to be pretty', () => {
    const routes = routesOf('a: Path("/a") && B() -> f() -> g() -> <shunt>; b: * -> <loopback>');
    const want = 'a: Path("/a") && B()\n    -> f()\n    -> g()\n    -> <shunt>;\n\nb: *\n    -> <loopback>;';
    assert.equal(printRoutes(routes, { pretty: true, indent: '    ' }), want);
  });

  test('indents by two spaces unless told otherwise', () => {
    assert.equal(printRoutes(routesOf('* -> f() -> <shunt>'), { pretty: true }), '*\n  -> f()\n  -> <shunt>');
  });

  // Skipper's parser cannot read what Skipper prints for these.
  const betterThanSkipper: Record<string, readonly [text: string, printed: string]> = {
    'a forward backend, which Skipper leaves out': ['a: * -> <forward>', 'a: * -> <forward>;'],
    'small fractions without an exponent': ['a: T(0.00001) -> <shunt>', 'a: T(0.00001) -> <shunt>;'],
    'large fractions without an exponent': ['a: T(1234567.5) -> <shunt>', 'a: T(1234567.5) -> <shunt>;'],
    'an empty pattern in quotes': ['a: Host("") -> <shunt>', 'a: Host("") -> <shunt>;'],
    'a pattern with a lone escaped bracket in quotes': ['a: Host(/a\\[/) -> <shunt>', 'a: Host("a\\\\[") -> <shunt>;'],
    'a pattern with a line break in quotes': ['a: Host("a\\nb") -> <shunt>', 'a: Host("a\\nb") -> <shunt>;'],
    'an address with a quote in it escaped': ['a: * -> `http://"`', 'a: * -> "http://\\"";'],
    'an address with a backslash at its end escaped': ['a: * -> "http://a\\\\"', 'a: * -> "http://a\\\\";'],
    'an address with a backslash that would be read as an escape': ['a: * -> `\\\\n`', 'a: * -> "\\\\n";'],
    'a zone behind a query': ['a: * -> <"http://a?b=1&zone=z">', 'a: * -> <"http://a?b=1&zone=z">;'],
  };
  for (const [name, [text, printed]] of Object.entries(betterThanSkipper)) {
    test(`prints ${name}`, () => {
      assert.equal(printRoutes(routesOf(text)), printed);
      assert.deepEqual(routesOf(printed), routesOf(text));
    });
  }
});

describe('printRoute', () => {
  test('ends a named route with a semicolon and without a newline', () => {
    assert.equal(printRoute(aRoute({ id: 'x' })), 'x: * -> <shunt>;');
  });

  test('leaves the id out of the expression', () => {
    assert.equal(printExpression(aRoute({ filters: [{ name: 'f', args: [] }] })), '* -> f() -> <shunt>');
  });
});

describe('printPredicates', () => {
  test('prints predicates of the list as they stand, though fields have the same names', () => {
    const predicates = [
      { name: 'PathSubtree', args: ['/a'] },
      { name: 'Host', args: ['^a$'] },
      { name: 'Path', args: [''] },
    ];
    assert.equal(printPredicates(predicates), 'PathSubtree("/a") && Host("^a$") && Path("")');
  });

  test('prints predicates in fields before those of the list', () => {
    const predicates = [{ name: 'Weight', args: [1000] }, fieldPredicate('Header', 'X-Forwarded-Proto', 'http')];
    assert.equal(printPredicates(predicates), 'Header("X-Forwarded-Proto", "http") && Weight(1000)');
  });
});

describe('printBackend', () => {
  test('escapes a zone as a query does', () => {
    const backend = { type: 'lb', algorithm: '', endpoints: [{ address: 'http://a', zone: 'ü &%41' }] } as const;
    assert.equal(printBackend(backend), '<"http://a?zone=%C3%BC+%26%2541">');
  });

  test('leaves an empty zone out', () => {
    const backend = { type: 'lb', algorithm: '', endpoints: [{ address: 'http://a', zone: '' }] } as const;
    assert.equal(printBackend(backend), '<"http://a">');
  });
});
