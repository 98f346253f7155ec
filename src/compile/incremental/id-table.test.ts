import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from '../../../test/support/properties.ts';
import { IdTable } from './id-table.ts';

const someId = fc.constantFrom(...Array.from({ length: 20 }, (_, at) => `route_${at}`));

test('it holds at each id what was put there last, like a map', () => {
  const puts = fc.array(fc.tuple(someId, fc.option(fc.integer(), { nil: undefined })));
  fc.assert(
    fc.property(fc.uniqueArray(someId), puts, (first, later) => {
      const ids = first.toSorted();
      const map = new Map(ids.map((id, at) => [id, at]));
      const table = new IdTable(ids, [...map.values()]);
      for (const [id, value] of later) {
        table.set(id, value);
        if (value === undefined) map.delete(id);
        else map.set(id, value);
        assert.equal(table.get(id), value);
      }
      for (let at = -1; at <= 20; at++) assert.equal(table.get(`route_${at}`), map.get(`route_${at}`));
    }),
  );
});

test('it leaves the list that it was made of as it was', () => {
  const values = [1, 2];
  new IdTable(['a', 'b'], values).set('a', 3);
  assert.deepEqual(values, [1, 2]);
});
