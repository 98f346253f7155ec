import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { EndpointSlice, ServicePort, SliceEndpoint, SlicePort } from '../../api/index.ts';
import { aService, clusterOf } from '../../../test/harness/fixtures/builders.ts';
import { indexCluster } from '../cluster.ts';
import { endpointsOfPort, endpointsOfTarget } from './endpoints.ts';
import { sliceTargets, sliceTargetsByTarget } from './slices.ts';
import { subsetTargets, subsetTargetsByTarget } from './subsets.ts';
import { preferZone } from './zone.ts';

function aSlice(endpoints: readonly Partial<SliceEndpoint>[], ...ports: readonly Partial<SlicePort>[]): EndpointSlice {
  const anEndpoint = { address: '10.0.0.1', zone: '', ready: true, terminating: false };
  const aPort = { name: 'http', port: 8080, protocol: 'TCP', appProtocol: '' };
  return {
    namespace: 'shop',
    name: 'cart-1',
    serviceName: 'cart',
    endpoints: endpoints.map((endpoint) => ({ ...anEndpoint, ...endpoint })),
    ports: ports.map((port) => ({ ...aPort, ...port })),
  };
}

const http: ServicePort = { name: 'http', port: 80, targetPort: 8080 };

suite('the port among those of the slices', () => {
  const unnamed: ServicePort = { name: '', port: 80, targetPort: 8080 };
  const cases = {
    'has the name of the port of the Service': {
      ports: [{ port: 1, name: 'a' }, {}],
      port: http,
      want: 'http://10.0.0.1:8080',
    },
    'or its number': { ports: [{ name: 'web', port: 80 }], port: http, want: 'http://10.0.0.1:80' },
    'is the target port when the port has no name': {
      ports: [{ name: '' }],
      port: { ...unnamed, targetPort: 99 },
      want: 'http://10.0.0.1:99',
    },
    'is found by name when the target port is one': {
      ports: [{ name: '' }],
      port: { ...unnamed, targetPort: 'web' },
      want: 'http://10.0.0.1:8080',
    },
    'is of no other protocol than TCP': { ports: [{ protocol: 'UDP' }], port: http, want: 'http://10.0.0.1:0' },
    'is 0 when there is none, as in Skipper': { ports: [{ name: 'x' }], port: http, want: 'http://10.0.0.1:0' },
    'tells the protocol': { ports: [{ appProtocol: 'kubernetes.io/h2c' }], port: http, want: 'h2c://10.0.0.1:8080' },
    'does not tell protocols that Skipper cannot speak': {
      ports: [{ appProtocol: 'kubernetes.io/ws' }],
      port: http,
      want: 'http://10.0.0.1:8080',
    },
  };
  for (const [name, { ports, port, want }] of Object.entries(cases)) {
    test(name, () => {
      assert.deepEqual(sliceTargets([aSlice([{}], ...ports)], port, undefined), [{ address: want }]);
    });
  }

  test('for RouteGroups is found by the target port, a number or a name', () => {
    const slices = [aSlice([{}], { name: 'a', port: 1 }, { name: 'b', port: 2 })];
    const found = [1, 'b', 3].map((target) => sliceTargetsByTarget(slices, target, 'https'));
    const addresses = found.map(([endpoint]) => endpoint?.address);
    assert.deepEqual(addresses, ['https://10.0.0.1:1', 'https://10.0.0.1:2', 'https://10.0.0.1:0']);
  });
});

test('the same address in two slices is one endpoint, with the zone of the later one', () => {
  const slices = [aSlice([{ zone: 'north' }], {}), aSlice([{ zone: 'south' }], { port: 9090 })];
  assert.deepEqual(sliceTargets(slices, http, undefined), [{ address: 'http://10.0.0.1:9090', zone: 'south' }]);
});

suite('Endpoints', () => {
  const subset = (ip: string, ...ports: readonly (readonly [string, number])[]) => ({
    addresses: [ip],
    ports: ports.map(([name, port]) => ({ name, port })),
  });
  const endpoints = {
    namespace: 'shop',
    name: 'cart',
    subsets: [subset('10.0.0.1', ['a', 1], ['b', 2]), subset('10.0.0.2', ['http', 8080], ['b', 2])],
  };

  test('are those of the first subset with a port of that name', () => {
    assert.deepEqual(subsetTargets(endpoints, http, 'https'), [{ address: 'https://10.0.0.2:8080' }]);
  });

  test('are those of a subset with a single port, whatever its name', () => {
    const single = { ...endpoints, subsets: [subset('10.0.0.3', ['x', 9])] };
    assert.deepEqual(subsetTargets(single, http, 'http'), [{ address: 'http://10.0.0.3:9' }]);
  });

  test('for RouteGroups have that port by number or name', () => {
    assert.deepEqual(subsetTargetsByTarget(endpoints, 2, 'http'), [{ address: 'http://10.0.0.1:2' }]);
    assert.deepEqual(subsetTargetsByTarget(endpoints, 'http', 'http'), [{ address: 'http://10.0.0.2:8080' }]);
    assert.deepEqual(subsetTargetsByTarget(endpoints, 3, 'http'), []);
  });

  test('that do not exist have no addresses', () => {
    assert.deepEqual(subsetTargets(undefined, http, 'http'), []);
  });
});

suite('endpoints of a Service', () => {
  const lookup = indexCluster(clusterOf(aService('cart', '10.0.0.9', '10.0.0.10', 'fd00::1')));
  for (const endpointSlices of [false, true]) {
    test(`are sorted as text, from ${endpointSlices ? 'slices' : 'Endpoints'}`, () => {
      const context = { lookup, endpointSlices, zone: '', protocol: undefined };
      const want = ['http://10.0.0.10:8080', 'http://10.0.0.9:8080', 'http://[fd00::1]:8080'];
      const ofPort = endpointsOfPort(context, 'shop', 'cart', http).map(({ address }) => address);
      const ofTarget = endpointsOfTarget(context, 'shop', 'cart', 8080).map(({ address }) => address);
      assert.deepEqual([ofPort, ofTarget], [want, want]);
    });
  }
});

suite('a zone is preferred', () => {
  const endpoints = ['north', 'north', 'north', 'south', 'south', undefined].map((zone) =>
    zone === undefined ? {} : { zone },
  );
  test('when three endpoints are in it', () => {
    assert.equal(preferZone('north', endpoints).length, 3);
  });
  for (const zone of ['south', 'east', '']) {
    test(`and all endpoints are kept for the zone "${zone}"`, () => {
      assert.equal(preferZone(zone, endpoints), endpoints);
    });
  }
});
