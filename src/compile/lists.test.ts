import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import * as fc from '../../test/support/properties.ts';
import { gathered, joined } from './lists.ts';

suite('two lists joined', () => {
  const some: readonly number[] = [1, 2];
  const none: readonly number[] = [];

  test('are one behind the other', () => {
    assert.deepEqual(joined(some, [3]), [1, 2, 3]);
  });

  test('are the other one itself where one is empty', () => {
    assert.equal(joined(none, some), some);
    assert.equal(joined(some, none), some);
  });
});

suite('lists gathered', () => {
  test('are those of flatMap, and the lists that were given stay as they were', () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.integer(), { maxLength: 3 }), { maxLength: 5 }), (lists) => {
        const before = structuredClone(lists);
        const seen: number[] = [];
        const all = gathered(lists, (list, at) => {
          seen.push(at);
          return list;
        });
        assert.deepEqual(all, before.flat());
        assert.deepEqual(lists, before);
        assert.deepEqual(seen, [...before.keys()]);
      }),
    );
  });

  test('are the only one itself that has anything', () => {
    const some: readonly number[] = [1, 2];
    assert.equal(
      gathered([[], some, []], (list) => list),
      some,
    );
  });
});
