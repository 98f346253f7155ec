import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from '../../test/support/properties.ts';
import { parseFilters, parsePredicates, parseRoutes } from './parse.ts';
import type { Route } from './route.ts';
import { EskipSyntaxError } from './syntax-error.ts';

function routesOf(text: string): readonly Route[] {
  const parsed = parseRoutes(text);
  if (!parsed.ok) throw parsed.error;
  return parsed.routes;
}

function routeOf(text: string): Route {
  const [route] = routesOf(text);
  assert.ok(route);
  return route;
}

function errorOf(result: { ok: true } | { ok: false; error: EskipSyntaxError }): EskipSyntaxError {
  assert.ok(!result.ok, 'the text was taken');
  return result.error;
}

const shunt = { type: 'shunt' } as const;

describe('parseRoutes', () => {
  test('reads a route with everything in it', () => {
    const text = 'r1: Path("/a") && Traffic(.3, "x", /y/) -> setPath("/b") -> status(200) -> "http://a:8080";';
    assert.deepEqual(routesOf(text), [
      {
        id: 'r1',
        predicates: [
          { name: 'Path', args: ['/a'], inField: true },
          { name: 'Traffic', args: [0.3, 'x', 'y'] },
        ],
        filters: [
          { name: 'setPath', args: ['/b'] },
          { name: 'status', args: [200] },
        ],
        backend: { type: 'network', address: 'http://a:8080' },
      },
    ]);
  });

  const idCases: Record<string, readonly [text: string, ids: readonly string[]]> = {
    'reads an empty text as no routes': ['', []],
    'reads semicolons alone as no routes': [';;', []],
    'reads a comment alone as no routes': ['// none', []],
    'needs no semicolon behind the last route': ['a: * -> <shunt>; b: * -> <shunt>', ['a', 'b']],
    'takes semicolons at the start and in a row': [';a: * -> <shunt>;;; b: * -> <shunt>;;', ['a', 'b']],
    'keeps routes that repeat an id, in order': ['b: * -> <shunt>; a: * -> <shunt>; b: * -> <shunt>', ['b', 'a', 'b']],
    'reads one route without an id': ['* -> <shunt>', ['']],
    'reads one route without an id that begins with a predicate': ['Foo() && Bar() -> <shunt>', ['']],
    'takes a comment between the id and the colon': ['a // x\n : * -> <shunt>', ['a']],
  };
  for (const [name, [text, ids]] of Object.entries(idCases)) {
    test(name, () => {
      assert.deepEqual(
        routesOf(text).map(({ id }) => id),
        ids,
      );
    });
  }

  const predicateCases: Record<string, readonly [text: string, predicates: Route['predicates']]> = {
    'leaves out * and Any()': ['* && Any() && Any(1) && A()', [{ name: 'A', args: [] }]],
    'keeps the order in which predicates were written': [
      'B() && Host(/x/) && A()',
      [
        { name: 'B', args: [] },
        { name: 'Host', args: ['x'], inField: true },
        { name: 'A', args: [] },
      ],
    ],
    'takes nothing before the first comma for no argument': ['A(, 1)', [{ name: 'A', args: [1] }]],
    'takes a pattern in quotes': ['Host("^a$")', [{ name: 'Host', args: ['^a$'], inField: true }]],
    'tells names of headers apart by case': [
      'Header("a", "1") && Header("A", "2")',
      [
        { name: 'Header', args: ['a', '1'], inField: true },
        { name: 'Header', args: ['A', '2'], inField: true },
      ],
    ],
  };
  for (const [name, [text, predicates]] of Object.entries(predicateCases)) {
    test(name, () => {
      assert.deepEqual(routeOf(`${text} -> <shunt>`).predicates, predicates);
    });
  }

  const backends: Record<string, Route['backend']> = {
    '<shunt>': shunt,
    '<loopback>': { type: 'loopback' },
    '<dynamic>': { type: 'dynamic' },
    '<forward>': { type: 'forward' },
    '"http://a"': { type: 'network', address: 'http://a' },
    '"no url at all"': { type: 'network', address: 'no url at all' },
    '<"http://a">': { type: 'lb', algorithm: '', endpoints: [{ address: 'http://a' }] },
    '< random , "http://b", `http://a?zone=z` >': {
      type: 'lb',
      algorithm: 'random',
      endpoints: [{ address: 'http://b' }, { address: 'http://a', zone: 'z' }],
    },
    '<shunt, "http://a">': { type: 'lb', algorithm: 'shunt', endpoints: [{ address: 'http://a' }] },
  };
  for (const [text, backend] of Object.entries(backends)) {
    test(`reads the backend ${text}`, () => {
      assert.deepEqual(routeOf(`a: * -> f() -> ${text};`).backend, backend);
    });
  }

  // What follows was held against Skipper's own parser, which refuses each of these texts.
  const refused: Record<string, readonly [text: string, place: string, problem: string]> = {
    'a semicolon behind a route without an id': [
      '* -> <shunt>;',
      '1:13',
      'expected the end of the text after a route without an id, found ";"',
    ],
    'a route without an id behind a semicolon': [';* -> <shunt>', '1:2', 'expected a route id, found "*"'],
    'a second route without an id': [
      'a: * -> <shunt>; Foo() -> <shunt>',
      '1:21',
      'expected ":" after the route id, found "("',
    ],
    'two routes without a semicolon between them': [
      'a: * -> <shunt> b: * -> <shunt>',
      '1:17',
      'expected ";" or the end of the text, found the name "b"',
    ],
    'an id that begins with a digit': ['1a: * -> <shunt>', '1:1', 'expected a route id, found a number'],
    'an id with a dash': ['a-b: * -> <shunt>', '1:2', '"-" has no meaning here; text must be in quotes'],
    'a route without predicates': ['a: -> <shunt>', '1:4', 'expected a predicate, found "->"'],
    'a route without a backend': ['a: * -> f() -> ;', '1:16', 'expected a filter or a backend, found ";"'],
    'a filter behind which nothing comes': [
      'a: * -> f()',
      '1:12',
      'expected "->" after a filter, found the end of the text',
    ],
    'a predicate without parentheses': ['a: Foo -> <shunt>', '1:8', 'expected "(" after the name, found "->"'],
    'a comma behind the last argument': [
      'a: Foo(1,) -> <shunt>',
      '1:10',
      'expected an argument: a string, a number or a regular expression, found ")"',
    ],
    'arguments without a comma': [
      'a: Foo(1 2) -> <shunt>',
      '1:10',
      'expected "," or ")" after an argument, found a number',
    ],
    'a * among filters': ['a: * -> * -> <shunt>', '1:9', 'expected a filter or a backend, found "*"'],
    'no endpoint': ['a: * -> <>', '1:10', 'expected an endpoint in double quotes, found ">"'],
    'an algorithm without an endpoint': ['a: * -> <random>', '1:16', 'expected "," after the algorithm, found ">"'],
    'a blank in <shunt >': ['a: * -> <shunt >', '1:16', 'expected "," after the algorithm, found ">"'],
    'an endpoint list without an end': [
      'a: * -> <"http://a" "http://b">',
      '1:21',
      'expected "," or ">" after an endpoint, found a string',
    ],
    'endpoints of two schemes': [
      'a: * -> <"http://a", "https://b">',
      '1:22',
      'the endpoints of one backend must all have the same scheme',
    ],
    'an endpoint that is no URL': [
      'a: * -> <"a.example.org">',
      '1:10',
      'the endpoint is not a URL: it begins with neither a scheme such as http:// nor a slash',
    ],
    'two paths': [
      'a: Path("/a") && Path("") -> <shunt>',
      '1:18',
      'a route takes only one Path predicate; remove one, or make two routes',
    ],
    'two methods': [
      'a: Method("") && Method("GET") -> <shunt>',
      '1:18',
      'a route takes only one Method predicate; remove one, or make two routes',
    ],
    'two values for a header': [
      'a: Header("A", "b") && Header("A", "c") -> <shunt>',
      '1:24',
      'a route takes only one Header predicate for each name; there are two for "A"',
    ],
    'a path that is a number': ['a: Path(1) -> <shunt>', '1:4', 'Path takes 1 string argument'],
    'a header without a value': ['a: Header("A") -> <shunt>', '1:4', 'Header takes 2 string arguments'],
    'a first predicate with a wrong argument and no id before it': [
      'Host() -> <shunt>',
      '1:1',
      'Host takes 1 string argument',
    ],
  };
  for (const [name, [text, place, problem]] of Object.entries(refused)) {
    test(`refuses ${name}`, () => {
      const error = errorOf(parseRoutes(text));
      const message = error.message.replace(/^line \d+, column \d+(, in route \w+)?: /, '');
      assert.deepEqual([`${error.line}:${error.column}`, message], [place, problem]);
    });
  }

  test('names line, column and route of what is wrong', () => {
    const error = errorOf(parseRoutes('a: * -> <shunt>;\nb: * ->\n  setPath("/") <shunt>;'));
    assert.equal(error.message, 'line 3, column 16, in route b: expected "->" after a filter, found "<shunt>"');
    assert.deepEqual([error.line, error.column, error.offset, error.routeId], [3, 16, 40, 'b']);
  });

  test('names no route for what stands between routes', () => {
    assert.equal(errorOf(parseRoutes('a: * -> <shunt>; )')).routeId, '');
  });

  test('does not repeat strings, which may be secret, in its messages', () => {
    const error = errorOf(parseRoutes('a: * -> setRequestHeader("Authorization", "hunter2" "x") -> <shunt>'));
    assert.doesNotMatch(error.message, /hunter2/);
  });

  test('gives routes or a syntax error for any text', () => {
    const words = [
      'a',
      ': ',
      'Path("/a")',
      '*',
      ' && ',
      ' -> ',
      'f(1, /x/)',
      '<shunt>',
      '<',
      '>',
      '"http://a"',
      ';',
      ',',
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...words), { maxLength: 12 }), (parts) => {
        const parsed = parseRoutes(parts.join(''));
        return parsed.ok ? parsed.routes.length <= parts.length : parsed.error instanceof EskipSyntaxError;
      }),
    );
  });
});

describe('parsePredicates', () => {
  const cases: Record<string, readonly [text: string, predicates: Route['predicates']]> = {
    'reads an empty text as none': [' \n', []],
    'reads a comment as none': ['// none', []],
    'reads * as none': ['*', []],
    'reads predicates and marks none as in a field': [
      'Path("/a") && Host(/x/)',
      [
        { name: 'Path', args: ['/a'] },
        { name: 'Host', args: ['x'] },
      ],
    ],
    'leaves repeats and wrong arguments to the caller': [
      'Path(1) && Path()',
      [
        { name: 'Path', args: [1] },
        { name: 'Path', args: [] },
      ],
    ],
    'keeps Any(), as Skipper does here': ['Any() && *', [{ name: 'Any', args: [] }]],
    'takes blanks of any script off both ends': ['\u00a0\u2003Foo()\u0085', [{ name: 'Foo', args: [] }]],
  };
  for (const [name, [text, predicates]] of Object.entries(cases)) {
    test(name, () => {
      assert.deepEqual(parsePredicates(text), { ok: true, predicates });
    });
  }

  const refused: Record<string, readonly [text: string, message: string]> = {
    'a name without parentheses': ['foo', 'line 1, column 4: expected "(" after the name, found the end of the text'],
    'two predicates with nothing between them': [
      'Foo() Bar()',
      'line 1, column 7: expected "&&" or the end of the text, found the name "Bar"',
    ],
    'a filter behind predicates': [
      'Foo() -> a()',
      'line 1, column 7: expected "&&" or the end of the text, found "->"',
    ],
    'an && that ends the text': ['Foo() &&', 'line 1, column 9: expected a predicate, found the end of the text'],
  };
  for (const [name, [text, message]] of Object.entries(refused)) {
    test(`refuses ${name}`, () => {
      assert.equal(errorOf(parsePredicates(text)).message, message);
    });
  }
});

describe('parseFilters', () => {
  test('reads filters in their order', () => {
    assert.deepEqual(parseFilters(' b(1) -> a("x")\n-> b() '), {
      ok: true,
      filters: [
        { name: 'b', args: [1] },
        { name: 'a', args: ['x'] },
        { name: 'b', args: [] },
      ],
    });
  });

  test('reads an empty text as none', () => {
    assert.deepEqual(parseFilters(''), { ok: true, filters: [] });
  });

  const refused: Record<string, readonly [text: string, message: string]> = {
    'a backend behind filters': ['a() -> <shunt>', 'line 1, column 8: expected a filter, found "<shunt>"'],
    'filters joined by &&': ['a() && b()', 'line 1, column 5: expected "->" or the end of the text, found "&&"'],
    'an arrow that ends the text': ['a() ->', 'line 1, column 7: expected a filter, found the end of the text'],
    'a semicolon': ['a();', 'line 1, column 4: expected "->" or the end of the text, found ";"'],
  };
  for (const [name, [text, message]] of Object.entries(refused)) {
    test(`refuses ${name}`, () => {
      assert.equal(errorOf(parseFilters(text)).message, message);
    });
  }
});
