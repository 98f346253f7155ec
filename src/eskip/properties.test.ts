import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from '../../test/support/properties.ts';
import { fieldPredicate } from './fields.ts';
import { equalRoutes, normalise } from './normalise.ts';
import { parseFilters, parsePredicates, parseRoutes } from './parse.ts';
import { printCall, printRoutes } from './print.ts';
import type { Backend, Call, Predicate, Route } from './route.ts';

/** Objects as the parser makes them. */
const plain = { noNullPrototype: true } as const;

const name = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,8}$/);
const text = fc.oneof(
  fc.string({ unit: fc.constantFrom(...Array.from('aé\u{1F600}[]\\/"`\n\t\b\x07;')) }),
  fc.string({ unit: 'grapheme' }),
);
const number = fc.double({ noNaN: true });
const args = fc.array(fc.oneof(text, number), { maxLength: 3 });
const filter: fc.Arbitrary<Call> = fc.record({ name, args }, plain);

const fieldNames = new Set(['Path', 'Host', 'PathRegexp', 'Method', 'Header', 'HeaderRegexp', 'Any']);
const listPredicate: fc.Arbitrary<Predicate> = filter.filter((call) => !fieldNames.has(call.name));
const repeatableField: fc.Arbitrary<Predicate> = fc.oneof(
  text.map((pattern) => fieldPredicate('Host', pattern)),
  text.map((pattern) => fieldPredicate('PathRegexp', pattern)),
  fc.tuple(text, text).map((pair) => fieldPredicate('HeaderRegexp', ...pair)),
);
/** In the order in which they print, for the parser keeps the order that it reads. */
const predicates: fc.Arbitrary<readonly Predicate[]> = fc
  .tuple(fc.option(text), fc.array(repeatableField, { maxLength: 2 }), fc.array(listPredicate, { maxLength: 3 }))
  .map(([path, fields, others]) => [
    ...(path === null || path === '' ? [] : [fieldPredicate('Path', path)]),
    ...fields.filter((field) => field.name === 'Host'),
    ...fields.filter((field) => field.name === 'PathRegexp'),
    ...fields.filter((field) => field.name === 'HeaderRegexp').slice(0, 1),
    ...others,
  ]);

const endpoint = fc
  .tuple(fc.ipV4(), fc.nat(65535), fc.constantFrom('', '/', '/a/b'), fc.option(text))
  .map(([host, port, path, zone]) => ({
    address: `http://${host}:${port}${path}`,
    ...(zone === null || zone === '' ? {} : { zone }),
  }));
const backend: fc.Arbitrary<Backend> = fc.oneof(
  fc.constantFrom<Backend>({ type: 'shunt' }, { type: 'loopback' }, { type: 'dynamic' }, { type: 'forward' }),
  text.map((address) => ({ type: 'network' as const, address })),
  fc
    .tuple(fc.oneof(fc.constant(''), name), fc.array(endpoint, { minLength: 1, maxLength: 3 }))
    .map(([algorithm, endpoints]) => ({ type: 'lb' as const, algorithm, endpoints })),
);
const route: fc.Arbitrary<Route> = fc.record(
  { id: name, predicates, filters: fc.array(filter, { maxLength: 3 }), backend },
  plain,
);

/** The same route, its predicates and endpoints in another order. */
function reversed({ id, predicates: all, filters, backend: to }: Route): Route {
  const turned = to.type === 'lb' ? { ...to, endpoints: to.endpoints.toReversed() } : to;
  return { id, predicates: all.toReversed(), filters, backend: turned };
}

test('routes that are printed read back as the same routes', () => {
  fc.assert(
    fc.property(fc.array(route, { maxLength: 4 }), fc.boolean(), (routes, pretty) => {
      assert.deepEqual(parseRoutes(printRoutes(routes, { pretty })), { ok: true, routes });
    }),
  );
});

test('a route without an id that is printed reads back as the same route', () => {
  fc.assert(
    fc.property(route, (named) => {
      const routes = [{ ...named, id: '' }];
      assert.deepEqual(parseRoutes(printRoutes(routes)), { ok: true, routes });
    }),
  );
});

test('predicates and filters that are printed alone read back as the same', () => {
  fc.assert(
    fc.property(filter, (call) => {
      assert.deepEqual(parsePredicates(printCall(call)), { ok: true, predicates: [call] });
      assert.deepEqual(parseFilters(printCall(call)), { ok: true, filters: [call] });
    }),
  );
});

test('to normalise twice is to normalise once', () => {
  fc.assert(
    fc.property(route, (any) => {
      assert.deepEqual(normalise(normalise(any)), normalise(any));
    }),
  );
});

test('a normal form prints and reads back with the same meaning', () => {
  fc.assert(
    fc.property(route, (any) => {
      const parsed = parseRoutes(printRoutes([normalise(any)]));
      assert.ok(parsed.ok && parsed.routes[0] !== undefined && equalRoutes(parsed.routes[0], any));
    }),
  );
});

test('a route is equal to itself in another order, whichever comes first', () => {
  fc.assert(fc.property(route, (any) => equalRoutes(any, reversed(any)) && equalRoutes(reversed(any), any)));
});

test('whether two routes are equal does not depend on which comes first', () => {
  const pair = fc
    .tuple(route, fc.option(backend), fc.option(predicates))
    .map(([left, otherBackend, otherPredicates]): readonly [Route, Route] => [
      left,
      { ...left, backend: otherBackend ?? left.backend, predicates: otherPredicates ?? left.predicates },
    ]);
  fc.assert(
    fc.property(pair, ([left, right]) => {
      assert.equal(equalRoutes(left, right), equalRoutes(right, left));
    }),
  );
});
