import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import * as fc from '../../../test/support/properties.ts';
import type { Route } from '../../eskip/index.ts';
import { systemClock } from '../../runtime/index.ts';
import { bytesOf, chunksOf } from './chunks.test-support.ts';
import { Snapshot } from './snapshot.ts';
import type { Table } from './table.ts';

const shunt = (id: string): Route => ({ id, predicates: [], filters: [], backend: { type: 'shunt' } });
const inZones = (id: string, ...zones: readonly string[]): Route => ({
  ...shunt(id),
  backend: {
    type: 'lb',
    algorithm: '',
    endpoints: zones.map((zone, at) => ({ address: `http://10.0.0.${at}`, zone })),
  },
});
const snapshotOf = (routes: readonly Route[], nowMs = 0): Promise<Snapshot> =>
  Snapshot.of(chunksOf(routes), { ...systemClock, now: () => nowMs });
const textOf = ({ identity }: Table): string => bytesOf(identity.body).toString();
/** Enough for several chunks. */
const many = Array.from({ length: 10_000 }, (_, at) => `r${at}`);

test('the same routes in any order give the same bytes, at any time', async () => {
  const ids = fc.uniqueArray(fc.stringMatching(/^[a-z_]{1,8}$/), { minLength: 1 });
  await fc.assert(
    fc.asyncProperty(
      ids.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
      async ([a, b]) => {
        const [left, right] = await Promise.all([snapshotOf(a.map(shunt), 1), snapshotOf(b.map(shunt), 2)]);
        assert.equal(left.etag, right.etag);
        assert.equal(textOf(left.table), textOf(right.table));
        assert.deepEqual(left.table.gzip.body.parts, right.table.gzip.body.parts);
      },
    ),
  );
});

test('another route gives another tag', async () => {
  const [a, b] = await Promise.all([snapshotOf([shunt('a')]), snapshotOf([shunt('b')])]);
  assert.notEqual(a.etag, b.etag);
});

test('a table of many chunks is all its routes, a line each, also compressed', async () => {
  const { table } = await snapshotOf(many.map(shunt));
  const text = textOf(table);
  assert.equal(
    text,
    many
      .toSorted()
      .map((id) => `${id}: * -> <shunt>;`)
      .join('\n'),
  );
  assert.ok(table.identity.body.parts.length > 1);
  assert.equal(gunzipSync(bytesOf(table.gzip.body)).toString(), text);
});

test('the table of a zone is made once', async () => {
  const snapshot = await snapshotOf([inZones('a', 'x', 'x', 'x', 'y')]);
  const [first, second] = await Promise.all([snapshot.zone('x'), snapshot.zone('x')]);
  assert.equal(first, second);
  assert.notEqual(first, snapshot.table);
});

test('the table of a zone has only its endpoints where they are enough', async () => {
  const snapshot = await snapshotOf([inZones('a', 'x', 'x', 'x', 'y'), inZones('b', 'x', 'y'), shunt('c')]);
  const [a, b, c] = textOf(await snapshot.zone('x')).split('\n');
  const [, ...whole] = textOf(snapshot.table).split('\n');
  assert.match(a ?? '', /^a: .*"http:\/\/10\.0\.0\.2\?zone=x">;$/);
  assert.deepEqual([b, c], whole);
});

test('the table of a zone is otherwise, byte for byte, the whole one', async () => {
  const predicates = ['PathSubtree', 'Host', 'Method'].map((name) => ({ name, args: ['/x'] }));
  const route = { ...inZones('a', 'x', 'x', 'x', 'y'), predicates };
  const snapshot = await snapshotOf([route]);
  const upToBackend = (text: string) => text.slice(0, text.indexOf('<'));
  assert.equal(upToBackend(textOf(await snapshot.zone('x'))), upToBackend(textOf(snapshot.table)));
});

test('a zone in which nothing is narrowed has the tag of the whole table', async () => {
  const snapshot = await snapshotOf([inZones('a', 'x', 'x', 'y')]);
  assert.equal((await snapshot.zone('x')).identity.etag, snapshot.etag);
});

test('a zone that no endpoint is in gets the whole table', async () => {
  const snapshot = await snapshotOf([shunt('a')]);
  assert.equal(await snapshot.zone('constructor'), snapshot.table);
});

test('nobody can change what was published', async () => {
  const snapshot = await snapshotOf([shunt('b'), shunt('a')]);
  assert.equal(snapshot.count, 2);
  assert.ok(Object.isFrozen(snapshot) && Object.isFrozen(snapshot.table.identity));
});
