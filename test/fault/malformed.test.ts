/**
 * Objects that an API server should never have let in, and some that it does: each is a problem that is told, and the
 * routes of all others are served as before.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import * as fc from '../support/properties.ts';
import { until } from '../harness/wait.ts';
import { workload } from '../integration/routeserver/manifests.ts';
import { BadRoad } from './bad-road.ts';
import type { FaultKind } from './fault-cluster.ts';
import { randomFrom, seedOf } from './random.ts';

const deadlineMs = 60_000;
const seed = seedOf(42);
const runs = Number(process.env['FAULT_STEPS'] ?? 10) * 10;
let road: BadRoad;
let version = 0;

before(async () => {
  road = await BadRoad.open(randomFrom(seed), 'watch');
  await road.apply(...workload('good'));
  await road.start();
  await nextChangeIsServed('the start');
});

after(() => road.close());

const good = (host: string): object => ({
  metadata: { annotations: { 'zalando.org/skipper-filter': `setPath("/${version}")` } },
  spec: { rules: [{ host, http: { paths: [{ path: '/', pathType: 'Prefix', backend: backendOf('good', 80) }] } }] },
});
const backendOf = (name: unknown, port: unknown): object => ({ service: { name, port: { number: port } } });

/** Whatever came before, it was read by the time that this change is in the table. */
async function nextChangeIsServed(after: string): Promise<void> {
  version++;
  await road.putRaw('Ingress', 'good', good('good.example.org'));
  const explain = () => Promise.resolve(road.logged.slice(-10).join(''));
  await until(
    { what: `a good Ingress to be served after ${after} (FAULT_SEED=${seed})`, deadlineMs, explain },
    async () => (await road.served()).includes(`setPath("/${version}")`),
  );
}

const ingressOf = (path: object, rule: object = {}): object => ({
  spec: { rules: [{ host: 'bad.example.org', ...rule, http: { paths: [path] } }] },
});
const path = { path: '/', pathType: 'Prefix', backend: backendOf('good', 80) };
const annotated = (annotations: object): object => ({ ...ingressOf(path), metadata: { annotations } });
const routeGroup = (route: object, spec: object = {}): object => ({
  spec: {
    hosts: ['bad.example.org'],
    backends: [{ name: 'b', type: 'shunt' }],
    defaultBackends: [{ backendName: 'b' }],
    routes: [route],
    ...spec,
  },
});
/** Takes for ever in an engine that backtracks, if it is ever run. */
const bomb = '^(a+)+$|^(([a-z])+.)+[A-Z]([a-z])+$';
const large = 'x'.repeat(5 * 1024 * 1024);

const told: Readonly<Record<string, readonly [FaultKind, object]>> = {
  'a filter that is none': ['Ingress', annotated({ 'zalando.org/skipper-filter': 'setPath("' })],
  'a predicate that is none': ['Ingress', annotated({ 'zalando.org/skipper-predicate': 'Host(/(/' })],
  'routes that are none': ['Ingress', annotated({ 'zalando.org/skipper-routes': 'a: b: c' })],
  'a filter of 5 MB that never ends': ['Ingress', annotated({ 'zalando.org/skipper-filter': `setPath("${large}` })],
  'an annotation that is a number': ['Ingress', annotated({ 'zalando.org/skipper-filter': 7 })],
  'rules that are a word': ['Ingress', { spec: { rules: 'all' } }],
  'paths that are a map': ['Ingress', { spec: { rules: [{ host: 'a', http: { paths: { a: 1 } } }] } }],
  'a host that is a list': ['Ingress', ingressOf(path, { host: ['a', 'b'] })],
  'a spec that is a list': ['Ingress', { spec: [] }],
  'a RouteGroup without a spec': ['RouteGroup', {}],
  'a RouteGroup with a backend that is nobody’s': ['RouteGroup', routeGroup({ backends: [{ backendName: 'none' }] })],
  'a RouteGroup with hosts of wrong types': ['RouteGroup', routeGroup({ path: '/' }, { hosts: [1, null, {}] })],
  'a RouteGroup whose route is null': ['RouteGroup', { spec: { backends: [], routes: [null] } }],
};

const borne: Readonly<Record<string, readonly [FaultKind, object]>> = {
  'an annotation of 5 MB that nobody reads': ['Ingress', annotated({ note: large })],
  'a filter with an argument of 5 MB': ['Ingress', annotated({ 'zalando.org/skipper-filter': `setPath("${large}")` })],
  'a regex bomb in a path': ['Ingress', ingressOf({ ...path, path: bomb, pathType: 'ImplementationSpecific' })],
  'a regex bomb in a host': ['Ingress', ingressOf(path, { host: `${'a.'.repeat(120)}${bomb}` })],
  // As the original: only a Skipper would try to use it.
  'a RouteGroup with a regex that is none': ['RouteGroup', routeGroup({ pathRegexp: '(((' })],
  'a regex bomb in a RouteGroup': ['RouteGroup', routeGroup({ pathRegexp: bomb })],
  'a predicate with a regex bomb': ['Ingress', annotated({ 'zalando.org/skipper-predicate': `PathRegexp("${bomb}")` })],
  'names with quotes, line breaks and other alphabets': [
    'Ingress',
    ingressOf({ ...path, path: '/"\n\u0000\u2028ä😀', backend: backendOf('"; drop: * -> <shunt>;\n', 80) }),
  ],
  'a port that is no port': ['Ingress', ingressOf({ ...path, backend: backendOf('good', -1e300) })],
  'a thousand paths': [
    'Ingress',
    { spec: { rules: [{ http: { paths: Array.from({ length: 1_000 }, () => path) } }] } },
  ],
};

function problems(text: string): number {
  const counts = text.split('\n').filter((line) => line.startsWith('routesrv_problems{'));
  return counts.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}

describe('is a problem that is counted and logged with its object, and goes with it:', () => {
  for (const [what, [kind, object]] of Object.entries(told)) {
    test(what, async () => {
      const earlier = problems(await road.metrics());
      const name = `bad-${what.replaceAll(/[^a-z]+/gi, '-').toLowerCase()}`;
      await road.putRaw(kind, name, object);
      await nextChangeIsServed(what);
      assert.ok(problems(await road.metrics()) > earlier, 'it is counted');
      const lines = road.logged.filter((line) => line.includes(`default/${name}`));
      assert.ok(lines.length > 0, 'it is logged');
      assert.ok(
        lines.every((line) => line.length < 100_000),
        'and not with all that it holds',
      );
      await road.putRaw(kind, name, undefined);
      await nextChangeIsServed(`the end of ${what}`);
      assert.equal(problems(await road.metrics()), earlier);
    });
  }
});

describe('is borne:', () => {
  for (const [what, [kind, object]] of Object.entries(borne)) {
    test(what, async () => {
      await road.putRaw(kind, 'odd', object);
      await nextChangeIsServed(what);
      await road.putRaw(kind, 'odd', undefined);
      await nextChangeIsServed(`the end of ${what}`);
    });
  }
});

const fields = fc.constantFrom(
  ...['rules', 'host', 'http', 'paths', 'path', 'pathType', 'backend', 'service', 'name', 'port', 'number'],
  ...['defaultBackend', 'hosts', 'backends', 'type', 'defaultBackends', 'backendName', 'weight', 'routes', 'filters'],
  ...['predicates', 'methods', 'ports', 'endpoints', 'addresses', 'conditions', 'externalName', '__proto__', 'length'],
);

/** A value of any type, with words that mean something to the compiler strewn in. */
const anything = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    fc.constantFrom(null, true, 0, -1, 1e300, '', '/', '*', '\u0000', 'service', 'shunt', 'Prefix', bomb),
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fields, tie('value'), { maxKeys: 5 }),
  ),
}));

test('objects of every kind with anything at all in them never stop the others', async (t) => {
  t.diagnostic(`FAULT_SEED=${seed}`);
  const kinds = fc.constantFrom<FaultKind[]>('Ingress', 'RouteGroup', 'Service', 'EndpointSlice');
  const objects = fc.record({
    spec: anything.value,
    endpoints: anything.value,
    ports: anything.value,
    metadata: fc.record({ annotations: anything.value, labels: anything.value }),
  });
  const all = fc.sample(fc.tuple(kinds, objects), { numRuns: runs, seed });
  for (const [at, [kind, object]] of all.entries()) {
    await road.putRaw(kind, `odd-${at % 7}`, object);
    if (at % 10 === 9) await nextChangeIsServed(`object ${at}`);
  }
  assert.ok(!road.logged.some((line) => line.includes('the table could not be made')));
});
