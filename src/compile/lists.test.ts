import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { joined } from './lists.ts';

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
