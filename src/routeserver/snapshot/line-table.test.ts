import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from '../../../test/support/properties.ts';
import type { PrintedRoutes } from '../../compile/index.ts';
import { LineTable } from './line-table.ts';

type Lines = ReadonlyMap<string, PrintedRoutes | undefined>;

function linesOf(ids: Iterable<string>, text = (id: string) => id): Lines {
  return new Map(Array.from(ids, (id) => [id, { id, text: text(id), count: 1 }]));
}

function tableOf(...changes: readonly Lines[]): LineTable {
  const table = new LineTable();
  for (const change of changes) table.change(change);
  return table;
}

const textsOf = ({ chunks }: LineTable) => chunks.map(({ lines }) => lines.map(({ text }) => text));
const all = Array.from({ length: 10_000 }, (_, at) => `route_${at}`);

test('whatever happened before, the same lines are in the same chunks', () => {
  // Few enough ids to hit borders often: about ten of these begin a chunk.
  const someIds = fc.uniqueArray(fc.constantFrom(...all), { maxLength: 200 });
  const change = fc.tuple(someIds, fc.boolean(), fc.integer({ min: 0, max: 3 }));
  fc.assert(
    fc.property(fc.array(change, { maxLength: 6 }), (history) => {
      const table = tableOf(linesOf(all));
      const now = new Map(linesOf(all));
      for (const [ids, isRemoval, version] of history) {
        const lines = isRemoval ? new Map(ids.map((id) => [id, undefined])) : linesOf(ids, (id) => `${id} ${version}`);
        for (const [id, printed] of lines) {
          if (printed === undefined) now.delete(id);
          else now.set(id, printed);
        }
        table.change(lines);
      }
      assert.deepEqual(textsOf(table), textsOf(tableOf(now)));
      assert.deepEqual(
        textsOf(table).flat(),
        [...now].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, { text = '' } = {}]) => text),
      );
    }),
    { numRuns: 50 },
  );
});

test('borders that come and go leave the chunks that the ids ask for', () => {
  const borders = tableOf(linesOf(all)).chunks.flatMap(({ lines }) => lines.slice(0, 1).map(({ id }) => id));
  assert.ok(borders.length > 5);
  const without = all.filter((id) => !borders.includes(id));
  const gone: Lines = new Map(borders.map((id) => [id, undefined]));
  assert.deepEqual(textsOf(tableOf(linesOf(all), gone)), textsOf(tableOf(linesOf(without))));
  assert.deepEqual(textsOf(tableOf(linesOf(without), linesOf(borders))), textsOf(tableOf(linesOf(all))));
});

test('a change leaves all chunks but its own as they are', () => {
  const table = tableOf(linesOf(all));
  const before = table.chunks;
  table.change(linesOf(['route_1234'], () => 'changed'));
  const kept = table.chunks.filter((chunk) => before.includes(chunk));
  assert.equal(kept.length, before.length - 1);
});

test('a table that was given out does not change any more', () => {
  const table = tableOf(linesOf(['a']));
  const before = table.chunks;
  table.change(new Map([['a', undefined]]));
  assert.deepEqual([before.length, table.chunks.length], [1, 0]);
});

test('lines with the same id count as many routes', () => {
  const table = tableOf(new Map([['a', { id: 'a', text: 'one\ntwo', count: 2 }]]));
  assert.deepEqual(
    table.chunks.map(({ count }) => count),
    [2],
  );
});

test('lines that are appended part by part are in the same chunks as all at once', () => {
  const lines = [...linesOf(all).values()].filter((line) => line !== undefined).sort((a, b) => (a.id < b.id ? -1 : 1));
  const borders = fc.array(fc.integer({ min: 0, max: all.length }), { maxLength: 8 });
  fc.assert(
    fc.property(borders, (places) => {
      const table = new LineTable();
      const ends = [...places, all.length].sort((a, b) => a - b);
      for (const [at, end] of ends.entries()) table.append(lines.slice(ends[at - 1] ?? 0, end));
      assert.deepEqual(textsOf(table), textsOf(tableOf(linesOf(all))));
    }),
    { numRuns: 20 },
  );
});
