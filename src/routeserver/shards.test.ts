import assert from 'node:assert/strict';
import { test } from 'node:test';
import { indexCluster } from '../compile/index.ts';
import type { ClusterState } from '../compile/index.ts';
import { addressesInBody, Shards } from './shards.ts';

const redis = { store: 'redis', namespace: 'kube-system', name: 'redis', port: 6379 } as const;
const nothing: ClusterState = {
  ingresses: [],
  routeGroups: [],
  services: [],
  endpoints: [],
  endpointSlices: [],
  secrets: [],
};

function slice(name: string, ...addresses: readonly string[]): ClusterState['endpointSlices'][number] {
  const endpoints = addresses.map((address) => ({ address, zone: '', ready: true, terminating: false }));
  return { namespace: 'kube-system', name: `${name}-x`, serviceName: name, endpoints, ports: [] };
}

test('there are no shards before the cluster is known', () => {
  assert.equal(new Shards([redis], true).body(redis), '{"endpoints":[]}');
});

test('shards are the ready addresses of their Service, sorted, with its port', () => {
  const shards = new Shards([redis], true);
  shards.update(
    indexCluster({
      ...nothing,
      endpointSlices: [slice('redis', '10.0.0.2', '10.0.0.1', 'fd00::1'), slice('other', '10.0.0.9')],
    }),
  );
  assert.equal(shards.count(redis), 3);
  assert.deepEqual(JSON.parse(shards.body(redis)), {
    endpoints: [{ address: '10.0.0.1:6379' }, { address: '10.0.0.2:6379' }, { address: '[fd00::1]:6379' }],
  });
});

test('shards that were found earlier or elsewhere are served until they are looked up', () => {
  const earlier = new Shards([redis], true);
  earlier.update(indexCluster({ ...nothing, endpointSlices: [slice('redis', '10.0.0.1')] }));
  const shards = new Shards([redis], true);
  shards.adopt(earlier.kept());
  assert.equal(shards.body(redis), earlier.body(redis));
  assert.deepEqual(addressesInBody(shards.body(redis)), ['10.0.0.1:6379']);
  shards.update(indexCluster({ ...nothing, endpointSlices: [slice('redis', '10.0.0.2')] }));
  assert.deepEqual(addressesInBody(shards.body(redis)), ['10.0.0.2:6379']);
});

test('a body without endpoints has no addresses, and one of another form is refused', () => {
  for (const empty of ['{}', '{"endpoints":null}', '{"endpoints":[]}']) assert.deepEqual(addressesInBody(empty), []);
  for (const other of ['<html>', '[1]x', '{"endpoints":{}}', '{"endpoints":[{}]}', '{"endpoints":[{"address":7}]}']) {
    assert.throws(() => addressesInBody(other), Error, other);
  }
});

test('shards come from Endpoints where slices are not read', () => {
  const shards = new Shards([redis], false);
  const subsets = [{ addresses: ['10.0.0.1'], ports: [] }];
  shards.update(indexCluster({ ...nothing, endpoints: [{ namespace: 'kube-system', name: 'redis', subsets }] }));
  assert.deepEqual(JSON.parse(shards.body(redis)), { endpoints: [{ address: '10.0.0.1:6379' }] });
});
