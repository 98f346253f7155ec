import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import * as fc from '../../../test/support/properties.ts';
import {
  decodeEndpoints,
  decodeEndpointSlice,
  decodeIngress,
  decodeRouteGroup,
  decodeSecret,
  decodeService,
  goYamlValue,
  isDecodeProblem,
  readGoYaml,
} from './index.ts';

const metadata = { name: 'web', namespace: 'shop' };
const decoders = {
  decodeIngress,
  decodeRouteGroup,
  decodeService,
  decodeEndpoints,
  decodeEndpointSlice,
  decodeSecret,
};

suite('decoding keeps what the compiler reads', () => {
  test('of an Ingress, with absent and null fields as zero values', () => {
    const backend = { service: { name: 'cart', port: { name: 'http', number: null } } };
    const decoded = decodeIngress({
      metadata: { ...metadata, managedFields: [{}], annotations: null },
      spec: { rules: [{ host: null, http: { paths: [{ backend }] } }, { host: 'a.org' }] },
      status: {},
    });
    assert.deepEqual(decoded, {
      metadata: { ...metadata, annotations: new Map(), labels: new Map() },
      spec: {
        className: '',
        tls: [],
        rules: [
          {
            host: '',
            paths: [
              { path: '', pathType: '', backend: { serviceName: 'cart', servicePort: { name: 'http', number: 0 } } },
            ],
          },
          { host: 'a.org' },
        ],
      },
    });
  });

  test('of an Ingress, without the copy of the manifest that kubectl leaves', () => {
    const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';
    const annotations = { [lastApplied]: '{}', 'zalando.org/ratelimit': 'x()' };
    const decoded = decodeIngress({ metadata: { ...metadata, annotations } });
    assert.ok(!isDecodeProblem(decoded));
    assert.deepEqual([...decoded.metadata.annotations.keys()], ['zalando.org/ratelimit']);
  });

  test('of an Ingress, a backend that is no Service as one without a name', () => {
    const decoded = decodeIngress({ metadata, spec: { defaultBackend: { resource: { kind: 'Bucket', name: 'b' } } } });
    assert.ok(!isDecodeProblem(decoded));
    assert.equal(decoded.spec?.defaultBackend?.serviceName, '');
  });

  test('of a RouteGroup, field names in any case, as Go reads them', () => {
    const routes = [{ backends: [{ backendname: 'a', Weight: 3 }] }, null];
    const decoded = decodeRouteGroup({ metadata, spec: { routes } });
    assert.ok(!isDecodeProblem(decoded));
    assert.deepEqual(decoded.spec?.routes[0]?.backends, [{ backendName: 'a', weight: 3 }]);
    assert.equal(decoded.spec.routes[1], null);
  });

  test('of a Service, its target ports as numbers, names or nothing', () => {
    const ports = [{ port: 80, targetPort: 8080 }, { name: 'admin', port: 81, targetPort: 'adm' }, { port: 82 }];
    const decoded = decodeService({ metadata: { name: 'web' }, spec: { type: 'ClusterIP', ports } });
    assert.deepEqual(decoded, {
      namespace: 'default',
      name: 'web',
      type: 'ClusterIP',
      externalName: '',
      ports: [
        { name: '', port: 80, targetPort: 8080 },
        { name: 'admin', port: 81, targetPort: 'adm' },
        { name: '', port: 82 },
      ],
    });
  });

  test('of Endpoints, addresses and ports', () => {
    const decoded = decodeEndpoints({
      metadata,
      subsets: [{ addresses: [{ ip: '10.0.0.1' }], ports: [{ port: 80 }] }],
    });
    const subsets = [{ addresses: ['10.0.0.1'], ports: [{ name: '', port: 80 }] }];
    assert.deepEqual(decoded, { ...metadata, subsets });
  });

  test('of an EndpointSlice, the first address of each endpoint and the conditions that count', () => {
    const endpoints = [
      { addresses: ['10.0.0.1', '10.0.0.2'], zone: 'north', conditions: { ready: false, serving: true } },
      { addresses: ['10.0.0.3'], conditions: { ready: null, terminating: true } },
      { addresses: [] },
    ];
    const labels = { 'kubernetes.io/service-name': 'cart' };
    const decoded = decodeEndpointSlice({ metadata: { ...metadata, labels }, endpoints, ports: null });
    assert.deepEqual(decoded, {
      ...metadata,
      serviceName: 'cart',
      endpoints: [
        { address: '10.0.0.1', zone: 'north', ready: false, terminating: false },
        { address: '10.0.0.3', zone: '', ready: true, terminating: true },
      ],
    });
  });
});

suite('a Secret is judged, and nothing of it kept', () => {
  const pem = btoa('-----BEGIN CERTIFICATE-----\nMIIB');
  const cases = {
    'with both entries': { data: { 'tls.crt': pem, 'tls.key': pem }, want: ['present', 'present'] },
    'without data': { data: null, want: ['missing', 'missing'] },
    'with an empty key': { data: { 'tls.crt': pem, 'tls.key': '' }, want: ['present', 'missing'] },
    'with an entry that is not base64': { data: { 'tls.crt': '%%', 'tls.key': pem }, want: ['not base64', 'present'] },
    'with an entry that is no PEM': {
      data: { 'tls.crt': btoa('hello'), 'tls.key': pem },
      want: ['not PEM', 'present'],
    },
  };
  for (const [name, { data, want }] of Object.entries(cases)) {
    test(name, () => {
      const decoded = decodeSecret({ metadata, type: 'kubernetes.io/tls', data });
      const [certificate, key] = want;
      assert.deepEqual(decoded, { ...metadata, type: 'kubernetes.io/tls', certificate, key });
    });
  }

  test('also when an entry has the wrong type: the problem does not quote it', () => {
    const decoded = decodeSecret({ metadata, data: { 'tls.key': ['hunter2'] } });
    assert.ok(isDecodeProblem(decoded));
    assert.equal(decoded.field, 'data.tls.key');
    assert.doesNotMatch(JSON.stringify(decoded), /hunter2/);
  });
});

suite('what cannot be read is a problem that names object and field', () => {
  const cases = {
    'a host that is a number': {
      decoded: decodeIngress({ metadata, spec: { rules: [{ host: 1 }] } }),
      want: { kind: 'Ingress', field: 'spec.rules[0].host' },
    },
    'a rule that is null': {
      decoded: decodeIngress({ metadata, spec: { rules: [null] } }),
      want: { kind: 'Ingress', field: 'spec.rules[0]' },
    },
    'a port in quotes': {
      decoded: decodeRouteGroup({ metadata, spec: { backends: [{ servicePort: '80' }] } }),
      want: { kind: 'RouteGroup', field: 'spec.backends[0].servicePort' },
    },
    'a fraction': {
      decoded: decodeService({ metadata, spec: { ports: [{ port: 1.5 }] } }),
      want: { kind: 'Service', field: 'spec.ports[0].port' },
    },
    'a Service without a spec': { decoded: decodeService({ metadata }), want: { kind: 'Service', field: 'spec' } },
    'addresses that are no list': {
      decoded: decodeEndpoints({ metadata, subsets: [{ addresses: {} }] }),
      want: { kind: 'Endpoints', field: 'subsets[0].addresses' },
    },
    'a condition that is a word': {
      decoded: decodeEndpointSlice({ metadata, endpoints: [{ addresses: ['a'], conditions: { ready: 'yes' } }] }),
      want: { kind: 'EndpointSlice', field: 'endpoints[0].conditions.ready' },
    },
  };
  for (const [name, { decoded, want }] of Object.entries(cases)) {
    test(name, () => {
      assert.ok(isDecodeProblem(decoded));
      assert.deepEqual(decoded.object, { kind: want.kind, ...metadata });
      assert.equal(decoded.field, want.field);
      assert.match(decoded.message, /^expected /);
    });
  }

  test('names that every object of JavaScript has are not found in annotations', () => {
    const decoded = decodeIngress({ metadata });
    assert.ok(!isDecodeProblem(decoded));
    assert.equal(decoded.metadata.annotations.get('constructor'), undefined);
  });

  for (const [name, decode] of Object.entries(decoders)) {
    test(`${name} throws for no JSON whatever`, () => {
      fc.assert(
        fc.property(fc.jsonValue(), (json) => {
          assert.equal(typeof decode(json), 'object');
          assert.equal(
            typeof decode({ metadata: json, spec: json, subsets: json, endpoints: json, data: json }),
            'object',
          );
        }),
      );
    });
  }
});

test('an integer whose digits JavaScript would lose is a problem of its field', () => {
  const [read] = readGoYaml('{weight: 9007199254740993, servicePort: 9007199254740991}').map((it) => goYamlValue(it));
  assert.ok(read?.ok);
  const { weight, servicePort } = read.value as { readonly weight: number; readonly servicePort: number };
  const of = (backend: object, route: object) =>
    decodeRouteGroup({ metadata, spec: { backends: [{ name: 'b', ...backend }], defaultBackends: [route] } });
  const lost = of({}, { backendName: 'b', weight });
  assert.ok(isDecodeProblem(lost));
  assert.deepEqual(
    [lost.object, lost.field, lost.message],
    [{ kind: 'RouteGroup', ...metadata }, 'spec.defaultBackends[0].weight', 'expected an integer of less than 2^53'],
  );
  assert.ok(!isDecodeProblem(of({ servicePort }, { backendName: 'b' })));
});
