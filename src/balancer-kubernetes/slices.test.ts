import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeSlice, endpointsOf } from './index.ts';
import type { PortChoice } from './index.ts';

interface Case {
  readonly slices: readonly object[];
  readonly choice?: PortChoice;
  readonly want: readonly string[];
}

const http = [{ name: 'http', port: 8080, protocol: 'TCP' }];
const at = (address: string, conditions: object = {}) => ({ addresses: [address], conditions });
const slice = (name: string, endpoints: readonly object[], ports: unknown = http) => ({ name, endpoints, ports });

const cases: Readonly<Record<string, Case>> = {
  'addresses are written as Skipper writes them, sorted': {
    slices: [slice('s', [at('10.2.0.2'), at('10.2.0.1')])],
    want: ['http://10.2.0.1:8080', 'http://10.2.0.2:8080'],
  },
  'IPv6 goes into brackets': { slices: [slice('s', [at('fd00::1')])], want: ['http://[fd00::1]:8080'] },
  'a DNS name stays as it is': { slices: [slice('s', [at('db.example.org')])], want: ['http://db.example.org:8080'] },
  'only the first address of an endpoint counts': {
    slices: [slice('s', [{ addresses: ['10.2.0.1', '10.2.0.9'] }, { addresses: [] }])],
    want: ['http://10.2.0.1:8080'],
  },
  'what is not ready is left out; unknown is ready; serving does not count': {
    slices: [
      slice('s', [
        at('10.2.0.1', { ready: null }),
        at('10.2.0.2', { ready: false, serving: true }),
        at('10.2.0.3', { ready: true, serving: false }),
        { addresses: ['10.2.0.4'] },
      ]),
    ],
    want: ['http://10.2.0.1:8080', 'http://10.2.0.3:8080', 'http://10.2.0.4:8080'],
  },
  'terminating in one slice outweighs ready in another': {
    slices: [
      slice('a', [at('10.2.0.1', { ready: true }), at('10.2.0.2', { ready: true })]),
      slice('b', [at('10.2.0.1', { ready: false, terminating: true })]),
    ],
    want: ['http://10.2.0.2:8080'],
  },
  'an address in two slices counts once': {
    slices: [slice('a', [at('10.2.0.1')]), slice('b', [at('10.2.0.1')])],
    want: ['http://10.2.0.1:8080'],
  },
  'a slice without ports says nothing': {
    slices: [slice('a', [at('10.2.0.1')]), slice('b', [at('10.2.0.2')], null)],
    want: ['http://10.2.0.1:8080'],
  },
  'the ports are those of the last slice': {
    slices: [
      slice('b', [at('10.2.0.2')], [{ name: 'http', port: 9090 }]),
      slice('a', [at('10.2.0.1')], [{ name: 'http', port: 8080 }]),
    ],
    want: ['http://10.2.0.1:9090', 'http://10.2.0.2:9090'],
  },
  'a port by its name': {
    slices: [slice('s', [at('10.2.0.1')], [...http, { name: 'admin', port: 9 }])],
    choice: { port: 'admin' },
    want: ['http://10.2.0.1:9'],
  },
  'a port by its number': {
    slices: [slice('s', [at('10.2.0.1')], [...http, { name: 'admin', port: 9 }])],
    choice: { port: 9 },
    want: ['http://10.2.0.1:9'],
  },
  'UDP is passed over': {
    slices: [slice('s', [at('10.2.0.1')], [{ name: 'dns', port: 53, protocol: 'UDP' }, ...http])],
    want: ['http://10.2.0.1:8080'],
  },
  'appProtocol says h2c': {
    slices: [slice('s', [at('10.2.0.1')], [{ port: 8080, appProtocol: 'kubernetes.io/h2c' }])],
    want: ['h2c://10.2.0.1:8080'],
  },
  'the scheme that was asked for wins': {
    slices: [slice('s', [at('10.2.0.1')], [{ port: 8443, appProtocol: 'kubernetes.io/h2c' }])],
    choice: { scheme: 'https' },
    want: ['https://10.2.0.1:8443'],
  },
  'nothing ready is an empty list, whatever the ports': {
    slices: [slice('s', [at('10.2.0.1', { ready: false })], [])],
    want: [],
  },
  'no slices are an empty list': { slices: [], want: [] },
};

const decoded = (slices: readonly object[]) =>
  slices.map((one) => {
    const { name, ...rest } = one as { name: string };
    return decodeSlice({ metadata: { name }, ...rest });
  });

for (const [name, { slices, choice = {}, want }] of Object.entries(cases)) {
  test(name, () => {
    assert.deepEqual(
      endpointsOf(decoded(slices), choice).map(({ address }) => address),
      want,
    );
  });
}

test('pod, node and zone come along', () => {
  const endpoint = { ...at('10.2.0.1'), nodeName: 'n1', zone: 'north', targetRef: { kind: 'Pod', name: 'search-1' } };
  assert.deepEqual(endpointsOf(decoded([slice('s', [endpoint])]), {}), [
    { address: 'http://10.2.0.1:8080', zone: 'north', node: 'n1', pod: 'search-1' },
  ]);
});

test('says which ports there are when none or the wrong one was named', () => {
  const two = decoded([slice('s', [at('10.2.0.1')], [...http, { port: 9 }])]);
  assert.throws(
    () => endpointsOf(two, {}),
    /not exactly one TCP port: name the one to use; there are: http \(8080\), 9/,
  );
  assert.throws(() => endpointsOf(two, { port: 'admin' }), /no TCP port admin; there are: http \(8080\), 9/);
  const none = decoded([slice('s', [at('10.2.0.1')], [])]);
  assert.throws(() => endpointsOf(none, {}), /there are: none/);
});

test('names the field that cannot be read', () => {
  assert.throws(() => decoded([slice('s', [{ addresses: [7] }])]), /EndpointSlice s: endpoints\[0\]\.addresses\[0\]/);
});
