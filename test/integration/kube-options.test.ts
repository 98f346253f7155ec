/**
 * Each option that a `.kube` file of upstream may have does something to a cluster with a bit of everything, and the same
 * here as there: cases of what we compile are run by the runner of Skipper's own tests.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { printRoutes } from '../../src/eskip/index.ts';
import { findCases } from '../harness/fixtures/case.ts';
import { withoutZones } from '../harness/fixtures/compare.ts';
import { runCase } from '../harness/fixtures/run-case.ts';
import { createAuthority } from '../harness/pki/certificate.ts';
import { skipperModule } from '../harness/scenario/route-group-crd.ts';
import { skipperVerdict } from '../oracle/oracle.ts';

type Json = Readonly<Record<string, unknown>>;

const call = { name: 'Tested', args: ['x', 1.5] };
const zoneRule = { key: 'zalando.org/zone', value: 'a' };
const inRange = { eastWestRangeDomains: ['in.example.org'] };
const external = { enableExternalNames: true };

/** Values of each key, with what it takes for it to do something. */
const options: Readonly<Record<string, readonly Json[]>> = {
  eastWest: [{ eastWest: true }],
  eastWestDomain: [{ eastWest: true, eastWestDomain: 'mesh.local' }],
  eastWestRangeDomains: [inRange],
  eastWestRangePredicatesAppend: [{ ...inRange, eastWestRangePredicatesAppend: [call] }],
  httpsRedirect: [{ httpsRedirect: true }],
  httpsRedirectCode: [{ httpsRedirect: true, httpsRedirectCode: 301 }, { httpsRedirectCode: 302 }],
  disableCatchAllRoutes: [{ disableCatchAllRoutes: true }],
  backendNameTracingTag: [{ backendNameTracingTag: true }],
  enableExternalNames: [external],
  externalNamePreserveHost: [{ ...external, externalNamePreserveHost: true }],
  onlyAllowedExternalNames: [{ ...external, onlyAllowedExternalNames: true }],
  allowedExternalNames: [
    { ...external, onlyAllowedExternalNames: true, allowedExternalNames: ['^b[.]'] },
    { ...external, onlyAllowedExternalNames: true, allowedExternalNames: ['^b[.]', 'a'] },
  ],
  'kubernetes-ingress-class': [{ 'kubernetes-ingress-class': 'other|skipper' }],
  'enable-kubernetes-endpointslices': [{ 'enable-kubernetes-endpointslices': true }],
  'kubernetes-enable-tls': [{ 'kubernetes-enable-tls': true }],
  'kubernetes-ingresses-label-selector': [{ 'kubernetes-ingresses-label-selector': { app: 'web' } }],
  'kubernetes-services-label-selector': [{ 'kubernetes-services-label-selector': { app: 'web' } }],
  'kubernetes-endpoints-label-selector': [{ 'kubernetes-endpoints-label-selector': { app: 'web' } }],
  'force-kubernetes-service': [{ 'force-kubernetes-service': true }],
  'backend-traffic-algorithm': [{ 'backend-traffic-algorithm': 'traffic-segment-predicate' }],
  'default-lb-algorithm': [{ 'default-lb-algorithm': 'consistentHash' }],
  'forward-backend-url': [{ 'forward-backend-url': 'http://forward.example.org' }],
  'topology-zone': [{ 'enable-kubernetes-endpointslices': true, 'topology-zone': 'north' }],
  kubernetesAnnotationPredicates: [{ kubernetesAnnotationPredicates: [{ ...zoneRule, predicates: [call] }] }],
  kubernetesAnnotationFiltersAppend: [{ kubernetesAnnotationFiltersAppend: [{ ...zoneRule, filters: [call] }] }],
  'kubernetes-application-annotation-label': [{ 'kubernetes-application-annotation-label': 'app' }],
  kubernetesEastWestRangeAnnotationPredicates: [
    { ...inRange, kubernetesEastWestRangeAnnotationPredicates: [{ ...zoneRule, predicates: [call] }] },
  ],
  kubernetesEastWestRangeAnnotationFiltersAppend: [
    { ...inRange, kubernetesEastWestRangeAnnotationFiltersAppend: [{ ...zoneRule, filters: [call] }] },
  ],
};
/** Read by upstream, and passed on to nothing. */
const idle: Readonly<Record<string, Json>> = {
  ingressv1: { ingressv1: false },
  'kubernetes-endpointslice-label-selector': {
    'enable-kubernetes-endpointslices': true,
    'kubernetes-endpointslice-label-selector': { app: 'web' },
  },
};

const named = (kind: string, name: string, fields: Json, metadata: Json = {}): Json => ({
  kind,
  metadata: { namespace: 'shop', name, ...metadata },
  ...fields,
});
const pathTo = (service: string, path = '/'): Json => ({
  path,
  pathType: 'Prefix',
  backend: { service: { name: service, port: { number: 80 } } },
});
const ingress = (name: string, paths: readonly Json[], metadata: Json = {}, fields: Json = {}): Json =>
  named('Ingress', name, { spec: { rules: [{ host: `${name}.example.org`, http: { paths } }], ...fields } }, metadata);
const labelled = { labels: { app: 'web' } };
const annotated = (annotations: Json): Json => ({ annotations });
const ports = [{ name: 'http', port: 80, targetPort: 8080 }];
const slicePorts = [{ name: 'http', port: 8080, protocol: 'TCP' }];
const outside = (name: string): Json =>
  named('Service', name, { spec: { type: 'ExternalName', externalName: `${name}.org`, ports } });
const group = (name: string, backend: Json, metadata: Json = {}): Json => {
  const backends = [{ name: 'it', ...backend }];
  const spec = { hosts: [`${name}.example.org`, `${name}.in.example.org`], backends };
  const routes = [{ pathSubtree: '/', backends: [{ backendName: 'it' }] }];
  return named('RouteGroup', name, { spec: { ...spec, routes } }, metadata);
};
const slice = (name: string, zone: string, port: number, addresses: readonly string[]): Json =>
  named(
    'EndpointSlice',
    name,
    {
      endpoints: addresses.map((address) => ({ addresses: [address], zone })),
      ports: [{ name: 'http', port, protocol: 'TCP' }],
    },
    { labels: { 'kubernetes.io/service-name': 'cart' } },
  );

function objects(): readonly Json[] {
  const { certificate, key } = createAuthority('web.example.org');
  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  const data = { 'tls.crt': base64(certificate), 'tls.key': base64(key) };
  const tls = { tls: [{ hosts: ['web.example.org'], secretName: 'web' }] };
  const weights = { 'zalando.org/backend-weights': '{"cart": 30, "stock": 70}' };
  return [
    ingress('web', [pathTo('cart')], { ...labelled, ...annotated({ 'zalando.org/zone': 'a' }) }, tls),
    ingress('parts', [pathTo('cart', '/p'), pathTo('stock', '/p')], annotated(weights)),
    ingress('away', [pathTo('a'), pathTo('b', '/b')]),
    ingress('other', [pathTo('cart')], annotated({ 'kubernetes.io/ingress.class': 'other' })),
    ingress('forwarded', [pathTo('cart')], annotated({ 'zalando.org/skipper-backend': 'forward' })),
    group('group', { serviceName: 'cart', servicePort: 80 }, annotated({ 'zalando.org/zone': 'a' })),
    group('net', { type: 'network', address: 'https://b.org' }),
    named('Service', 'cart', { spec: { type: 'ClusterIP', clusterIP: '10.3.0.1', ports } }, labelled),
    named('Service', 'stock', { spec: { type: 'ClusterIP', clusterIP: '10.3.0.2', ports } }),
    ...['a', 'b'].map(outside),
    named(
      'Endpoints',
      'cart',
      { subsets: [{ addresses: [{ ip: '10.1.0.1' }, { ip: '10.1.0.9' }], ports: slicePorts }] },
      labelled,
    ),
    named('Endpoints', 'stock', { subsets: [{ addresses: [{ ip: '10.1.1.1' }], ports: slicePorts }] }),
    // The last one in the file has the ports, whatever it is called.
    slice('cart-2', 'north', 8080, ['10.1.0.1', '10.1.0.2', '10.1.0.3']),
    slice('cart-1', 'south', 8081, ['10.1.0.4']),
    named('Secret', 'web', { type: 'kubernetes.io/tls', data }),
  ];
}

const folder = mkdtempSync(join(tmpdir(), 'kube-options-'));
const manifests = objects()
  .map((object) => JSON.stringify(object))
  .join('\n---\n');

interface Case {
  readonly name: string;
  readonly kube: Json;
}

/** Writes a case whose expectation is what we compile; gives that. */
function write({ name, kube }: Case): string {
  writeFileSync(join(folder, `${name}.yaml`), manifests);
  writeFileSync(join(folder, `${name}.kube`), JSON.stringify(kube));
  const path = (suffix: string): string => join(folder, `${name}.${suffix}`);
  const { routes, log } = runCase({ folder, name, yaml: path('yaml'), kube: path('kube') });
  const table = printRoutes(routes.map(withoutZones));
  writeFileSync(path('eskip'), table);
  const expressions = log.map((line) => line.replaceAll(/[[\]().*+?$]/g, String.raw`\$&`));
  if (log.length > 0) writeFileSync(path('log'), expressions.join('\n'));
  return [table, ...log].join('\n');
}

const all = Object.entries({
  ...options,
  ...Object.fromEntries(Object.entries(idle).map(([key, kube]) => [key, [kube]])),
});
const made = new Map<string, string>();

before(() => {
  made.set('none', write({ name: 'none', kube: {} }));
  for (const [key, values] of all) {
    for (const [at, kube] of values.entries()) {
      made.set(`${key}-${at}`, write({ name: `${key}-${at}`, kube }));
      const without = Object.fromEntries(Object.entries(kube).filter(([name]) => name !== key));
      made.set(`${key}-${at}-without`, write({ name: `${key}-${at}-without`, kube: without }));
    }
  }
});

after(() => {
  rmSync(folder, { recursive: true, force: true });
});

test("the keys are those of upstream's own runner", async () => {
  const path = 'dataclients/kubernetes/kubernetestest/fixtures.go';
  const source = readFileSync(join(await skipperModule(), path), 'utf8');
  const keys = Array.from(source.matchAll(/`yaml:"([^"]+)"`/g), ([, key = '']) => key);
  assert.deepEqual(all.map(([key]) => key).toSorted(), keys.toSorted());
});

suite('an option of a .kube file', () => {
  for (const [key, values] of Object.entries(options)) {
    for (const [at, kube] of values.entries()) {
      // Nothing is redirected by a code alone.
      const isIdle = key === 'httpsRedirectCode' && kube['httpsRedirect'] === undefined;
      test(`${JSON.stringify(kube)} ${isIdle ? 'does nothing' : 'does something'}`, () => {
        const [with_, without] = [made.get(`${key}-${at}`), made.get(`${key}-${at}-without`)];
        assert.equal(with_ === without, isIdle, with_);
      });
    }
  }
  for (const [key, kube] of Object.entries(idle)) {
    test(`${JSON.stringify(kube)} does nothing, as there`, () => {
      assert.equal(made.get(`${key}-0`), made.get(`${key}-0-without`));
    });
  }
});

test("Skipper's own tests pass with what we make of each option", async () => {
  assert.equal(await skipperVerdict([folder]), undefined);
  assert.equal(findCases(folder).length, made.size);
});
