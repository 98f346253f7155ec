import assert from 'node:assert/strict';
import { gunzipSync } from 'node:zlib';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Route } from '../../eskip/index.ts';
import { Snapshot } from './snapshot.ts';

const shunt = (id: string): Route => ({ id, predicates: [], filters: [], backend: { type: 'shunt' } });
const inZones = (id: string, ...zones: readonly string[]): Route => ({
  ...shunt(id),
  backend: {
    type: 'lb',
    algorithm: '',
    endpoints: zones.map((zone, at) => ({ address: `http://10.0.0.${at}`, zone })),
  },
});

test('the same routes in any order give the same bytes, at any time', () => {
  const ids = fc.uniqueArray(fc.stringMatching(/^[a-z_]{1,8}$/), { minLength: 1 });
  fc.assert(
    fc.property(
      ids.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
      ([a, b]) => {
        const [left, right] = [new Snapshot(a.map(shunt), 1), new Snapshot(b.map(shunt), 2)];
        assert.equal(left.etag, right.etag);
        assert.deepEqual(left.table.identity.body, right.table.identity.body);
      },
    ),
  );
});

test('another route gives another tag', () => {
  assert.notEqual(new Snapshot([shunt('a')], 0).etag, new Snapshot([shunt('b')], 0).etag);
});

test('the compressed form is made once', async () => {
  const { table } = new Snapshot([shunt('a')], 0);
  const [first, second] = await Promise.all([table.gzip(), table.gzip()]);
  assert.equal(first, second);
  assert.deepEqual(gunzipSync(first.body), table.identity.body);
});

test('the table of a zone is made once', () => {
  const snapshot = new Snapshot([inZones('a', 'x', 'x', 'x', 'y')], 0);
  assert.equal(snapshot.zone('x'), snapshot.zone('x'));
  assert.notEqual(snapshot.zone('x'), snapshot.table);
});

test('a zone in which nothing is narrowed has the tag of the whole table', () => {
  const snapshot = new Snapshot([inZones('a', 'x', 'x', 'y')], 0);
  assert.equal(snapshot.zone('x').identity.etag, snapshot.etag);
});

test('a zone that no endpoint is in gets the whole table', () => {
  const snapshot = new Snapshot([shunt('a')], 0);
  assert.equal(snapshot.zone('constructor'), snapshot.table);
});

test('nobody can change what was published', () => {
  const routes = [shunt('b'), shunt('a')];
  const snapshot = new Snapshot(routes, 0);
  routes.push(shunt('c'));
  assert.equal(snapshot.count, 2);
  assert.ok(Object.isFrozen(snapshot) && Object.isFrozen(snapshot.table.identity));
});
