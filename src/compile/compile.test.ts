import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import * as fc from '../../test/support/properties.ts';
import { canonicalText, parseRoutes, printRoutes, type Route } from '../eskip/index.ts';
import { anIngress, aRouteGroup, aService, clusterOf } from '../../test/harness/fixtures/builders.ts';
import { loadState, type Manifest } from '../../test/harness/fixtures/manifests.ts';
import { compile } from './compile.ts';
import { defaultCompileOptions, type CompileOptions } from './options.ts';

const good = [
  aService('cart', '10.0.0.1', '10.0.0.2'),
  anIngress('web', 'a.org', 'cart'),
  aRouteGroup('group', 'b.org', 'cart'),
];
const eastWest = { ...defaultCompileOptions.eastWest, enabled: true };
const everything: CompileOptions = { ...defaultCompileOptions, eastWest, httpsRedirect: true, endpointSlices: true };

function idsOf(routes: readonly Route[]): readonly string[] {
  return routes.map(({ id }) => id);
}

suite('a table', () => {
  test('does not depend on the order of the objects', () => {
    const state = clusterOf(...good, aService('stock', '10.0.1.1'), anIngress('more', 'a.org', 'stock'));
    const table = printRoutes(compile(state, everything).routes);
    const shuffled = <T>(list: readonly T[]) => fc.shuffledSubarray([...list], { minLength: list.length });
    const orders = fc.tuple(shuffled(state.ingresses), shuffled(state.services), shuffled(state.endpointSlices));
    fc.assert(
      fc.property(orders, ([ingresses, services, endpointSlices]) => {
        const other = compile({ ...state, ingresses, services, endpointSlices }, everything);
        assert.equal(printRoutes(other.routes), table);
      }),
    );
  });

  test('means the same when it has been printed and parsed', () => {
    const { routes } = compile(clusterOf(...good), everything);
    const parsed = parseRoutes(printRoutes(routes));
    assert.ok(parsed.ok);
    assert.deepEqual(parsed.routes.map(canonicalText), routes.map(canonicalText));
  });

  test('of an empty cluster has the routes that belong to no object', () => {
    const healthcheck = { ...defaultCompileOptions.healthcheck, enabled: true };
    const { routes } = compile(clusterOf(), { ...everything, healthcheck });
    assert.deepEqual(idsOf(routes), ['kube__healthz_down', 'kube__healthz_up', 'kube__redirect']);
  });

  test('without any route is empty, also when the flags would add one', () => {
    const { routes } = compile(clusterOf(), { ...defaultCompileOptions, oauth2CallbackPath: '/callback' });
    assert.deepEqual(routes, []);
  });
});

suite('whatever users write', () => {
  const texts = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 30 }),
    fc.constantFrom(
      'Path("/a")',
      'Path("/a") && Path("/b")',
      'Method("A") && Method("B")',
      'Header("a")',
      'a() -> b()',
    ),
    fc.constantFrom('r: * -> <shunt>', '(a+)+$', '"', '/', 'true', '{"cart": 1}', 'https', 'forward', '\u0000', '999'),
  );
  const names = [
    'skipper-filter',
    'skipper-predicate',
    'skipper-routes',
    'skipper-backend-protocol',
    'skipper-backend',
  ].concat([
    'skipper-ingress-path-mode',
    'skipper-ingress-redirect-code',
    'backend-weights',
    'ratelimit',
    'skipper-loadbalancer',
  ]);
  const annotations = fc.dictionary(fc.constantFrom(...names.map((name) => `zalando.org/${name}`)), texts);
  const ingress = fc.record({
    host: texts,
    path: texts,
    pathType: fc.constantFrom('Exact', 'Prefix', ''),
    annotations,
  });
  const backend = fc.record({
    name: fc.constant('a'),
    type: fc.constantFrom('service', 'network', 'lb', 'forward', 'x'),
    serviceName: fc.constant('cart'),
    servicePort: fc.constantFrom(80, 81, -1),
    address: texts,
    endpoints: fc.array(texts, { maxLength: 2 }),
  });
  const route = fc.record({
    path: texts,
    pathRegexp: texts,
    predicates: fc.array(texts, { maxLength: 2 }),
    methods: fc.array(texts, { maxLength: 1 }),
  });
  const group = fc.record({ hosts: fc.array(texts, { maxLength: 2 }), backend, route });

  const options = { ...everything, forwardBackendUrl: 'http://forward.org' };
  const before = idsOf(compile(clusterOf(...good), options).routes);

  function tableWith(bad: Manifest): readonly Route[] {
    const { state } = loadState([bad]);
    const cluster = clusterOf(...good);
    const ingresses = [...cluster.ingresses, ...state.ingresses];
    const routeGroups = [...cluster.routeGroups, ...state.routeGroups];
    return compile({ ...cluster, ingresses, routeGroups }, options).routes;
  }

  function assertHarmless(routes: readonly Route[]): void {
    const parsed = parseRoutes(printRoutes(routes));
    assert.ok(parsed.ok, parsed.ok ? '' : parsed.error.message);
    const ids = new Set(idsOf(routes));
    assert.deepEqual(
      before.filter((id) => !ids.has(id)),
      [],
    );
  }

  test('an Ingress neither throws nor takes anything from the routes of others', () => {
    fc.assert(
      fc.property(ingress, ({ host, path, pathType, annotations: written }) => {
        const paths = [{ path, pathType, backend: { service: { name: 'cart', port: { number: 80 } } } }];
        const metadata = { name: 'bad', namespace: 'shop', annotations: written };
        assertHarmless(
          tableWith({ kind: 'Ingress', metadata, spec: { rules: [{ host, http: { paths } }] } } as Manifest),
        );
      }),
      { numRuns: 500 },
    );
  });

  test('a RouteGroup neither throws nor takes anything from the routes of others', () => {
    fc.assert(
      fc.property(group, ({ hosts, backend: only, route: written }) => {
        const spec = { hosts, backends: [only], defaultBackends: [{ backendName: 'a' }], routes: [written] };
        assertHarmless(
          tableWith({ kind: 'RouteGroup', metadata: { name: 'bad', namespace: 'shop' }, spec } as Manifest),
        );
      }),
      { numRuns: 500 },
    );
  });

  test('five megabytes of an annotation are a problem and not the end', () => {
    const written = { 'zalando.org/skipper-filter': 'a('.repeat(2_500_000) };
    const state = clusterOf(...good, anIngress('huge', 'c.org', 'cart', written));
    const { routes, problems } = compile(state, options);
    assert.deepEqual(idsOf(routes), before);
    assert.deepEqual(
      problems.map(({ code, object }) => `${code} ${object.name}`),
      ['invalid-annotation huge'],
    );
    assert.ok(problems.every(({ message }) => message.length < 1000));
  });
});
