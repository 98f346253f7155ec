import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import * as fc from '../../support/properties.ts';
import type { Json } from '../arbitraries/services.ts';
import { tellsOf } from './marker.ts';
import { identityOf, Model, type Write } from './model.ts';
import { keepLive, keptLives } from './run.ts';
import { sequence, type Change } from './sequence.ts';

const group = (name: string): Json => ({ kind: 'RouteGroup', metadata: { name, namespace: 'shop' }, spec: {} });
const slice = {
  kind: 'EndpointSlice',
  metadata: { name: 'cart-1', namespace: 'shop' },
  addressType: 'IPv4',
  endpoints: [{ addresses: ['10.2.0.1'] }, { addresses: ['10.2.0.2'] }],
};

/** A model after these changes, all of which were taken. */
function modelAfter(...changes: readonly Change[]): Model {
  const model = new Model();
  for (const change of changes) for (const write of model.writes(change)) model.took(write);
  return model;
}
const put = (object: Json): Change => ({ type: 'put', object });
const brief = (writes: readonly Write[]) => writes.map(({ verb, object }) => `${verb} ${identityOf(object)}`);

test('what was removed can come back', () => {
  const model = modelAfter(put(group('a')), put(group('b')), { type: 'remove', at: 2 });
  assert.deepEqual(model.objects.map(identityOf), ['RouteGroup/shop/b']);
  assert.deepEqual(brief(model.writes({ type: 'restore', at: 5 })), ['put RouteGroup/shop/a']);
});

test('an object that is made anew is removed first', () => {
  const writes = modelAfter(put(group('a'))).writes({ type: 'again', at: 0 });
  assert.deepEqual(brief(writes), ['remove RouteGroup/shop/a', 'put RouteGroup/shop/a']);
});

test('a workload is replaced as a whole', () => {
  const writes = modelAfter(put(slice)).writes({ type: 'workload', namespace: 'shop', name: 'cart', objects: [] });
  assert.deepEqual(brief(writes), ['remove EndpointSlice/shop/cart-1']);
});

test('one protocol holds for all RouteGroups of a namespace, also for those to come', () => {
  const model = modelAfter(put(group('a')), { type: 'protocol', namespace: 'shop', value: 'h2c' }, put(group('b')));
  const annotations = model.objects.map(({ metadata }) => (metadata as Json)['annotations']);
  assert.deepEqual(annotations, Array(2).fill({ 'zalando.org/skipper-backend-protocol': 'h2c' }));
});

test('readiness and addresses of endpoints change', () => {
  const touch = (change: object) => ({ type: 'touch', kind: 'EndpointSlice', at: 0, touch: change }) as Change;
  const model = modelAfter(put(slice), touch({ on: 'readiness', value: false }), touch({ on: 'addresses', value: 3 }));
  const want = [{ addresses: ['10.2.1.4'], conditions: { ready: false } }, { addresses: ['10.2.1.5'] }];
  assert.deepEqual(model.objects[0]?.['endpoints'], want);
});

test('what the API server refused is not there', () => {
  const model = new Model();
  model.writes(put(group('a')));
  assert.deepEqual(model.objects, []);
});

test('generated lives have changes of every type', () => {
  const lives = fc.sample(sequence, { seed: 1, numRuns: 20 });
  const types = new Set(lives.flatMap(({ batches }) => batches.flat().map(({ type }) => type)));
  assert.deepEqual([...types].toSorted(), ['again', 'protocol', 'put', 'remove', 'restore', 'touch', 'workload']);
});

test('a table tells of a batch when the Ingress, its Service, their endpoints and the RouteGroup are of that batch', () => {
  const table = (host: number, address: string) =>
    `a: Host("^(batch-${host}[.]x)$") -> "http://${address}";\nb: Host("^(group-7[.]x)$") -> <shunt>;`;
  assert.equal(tellsOf(table(7, '10.66.0.8:30007'), 7, false), true);
  assert.equal(tellsOf(table(7, '10.66.0.7:30006'), 7, false), false);
  assert.equal(tellsOf(table(6, '10.66.0.8:30007'), 7, false), false);
  assert.equal(tellsOf(table(7, 'marker.shop:10007'), 7, true), true);
});

test('a life in which the tables differed is kept, and read again as it was', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lives-'));
  try {
    const [life] = fc.sample(sequence, { seed: 2, numRuns: 1 });
    assert.ok(life);
    const failure = { seed: 7, sequence: JSON.parse(JSON.stringify(life)) as typeof life, differences: ['- a'] };
    assert.equal(keepLive(failure, folder), join(folder, 'seed-7.json'));
    assert.deepEqual(keptLives(folder), [failure]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
