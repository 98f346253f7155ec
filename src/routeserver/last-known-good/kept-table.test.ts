import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from '../../../test/support/properties.ts';
import { systemClock } from '../../runtime/index.ts';
import { snapshotOf as servedOf } from '../http/serving.test-support.ts';
import { bytesOf } from '../snapshot/chunks.test-support.ts';
import { decodeTable, encodeTable, snapshotOf, UnusableTable } from './kept-table.ts';

const lines = Array.from({ length: 3_000 }, (_, at) => `r${at}: Path("/\\n${at}") -> <shunt>;`).sort();
const text = lines.join('\n');
const dataAtMs = Date.UTC(2026, 0, 1);

async function file(): Promise<Buffer> {
  return Buffer.concat(encodeTable({ snapshot: await servedOf(text), dataAtMs, shards: { redis: ['10.0.0.1:6379'] } }));
}

test('a table comes back with equal bytes, tag and times, and with its shards', async () => {
  const before = await servedOf(text);
  const after = await decodeTable(await file(), systemClock);
  assert.equal(after.dataAtMs, dataAtMs);
  assert.deepEqual(after.shards, { redis: ['10.0.0.1:6379'] });
  for (const encoding of ['identity', 'gzip'] as const) {
    const [was, is] = [before.table[encoding], after.snapshot.table[encoding]];
    assert.deepEqual({ ...is, body: undefined }, { ...was, body: undefined });
    assert.deepEqual(bytesOf(is.body), bytesOf(was.body));
  }
});

test('a file that was cut anywhere is refused', async () => {
  const whole = await file();
  const cuts = fc.integer({ min: 0, max: whole.length - 1 });
  await fc.assert(
    fc.asyncProperty(cuts, (at) => assert.rejects(decodeTable(whole.subarray(0, at), systemClock), UnusableTable)),
  );
});

test('a file with another byte anywhere is refused', async () => {
  const whole = await file();
  const places = fc.integer({ min: 0, max: whole.length - 1 });
  await fc.assert(
    fc.asyncProperty(places, fc.integer({ min: 1, max: 255 }), (at, flip) => {
      const damaged = Buffer.from(whole);
      damaged[at] = (damaged[at] ?? 0) ^ flip;
      return assert.rejects(decodeTable(damaged, systemClock), UnusableTable);
    }),
  );
});

const unusable: Readonly<Record<string, string>> = {
  'fewer routes than were announced': lines.slice(1).join('\n'),
  'no routes': '',
  'a line that is no route': [...lines.slice(1), '<html>'].join('\n'),
  'a line that was cut': text.slice(0, -3),
};
for (const [what, given] of Object.entries(unusable)) {
  test(`a text with ${what} is refused`, () =>
    assert.rejects(snapshotOf(given, { routes: lines.length, publishedAtMs: 0 }, systemClock), UnusableTable));
}

test('routes that share an id stand together', async () => {
  const shared = 'a: Path("/1") -> <shunt>;\na: Path("/2") -> <shunt>;\nb: * -> <shunt>;';
  const snapshot = await snapshotOf(shared, { routes: 3, publishedAtMs: 0 }, systemClock);
  assert.equal(bytesOf(snapshot.table.identity.body).toString(), shared);
});
