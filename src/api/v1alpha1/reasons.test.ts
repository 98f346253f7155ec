import assert from 'node:assert/strict';
import { test } from 'node:test';
import { conditionMeanings } from './conditions.ts';
import { reasonMeanings, reasons } from './reasons.ts';

test('every reason can be named in code by its own word', () => {
  assert.deepEqual(Object.values(reasons), Object.keys(reasonMeanings));
  assert.equal(reasons.shadowNotSettled, 'ShadowNotSettled');
});

test('reasons and condition types are words that Kubernetes accepts', () => {
  for (const word of [...Object.keys(reasonMeanings), ...Object.keys(conditionMeanings)]) {
    assert.match(word, /^[A-Z][A-Za-z]{2,63}$/);
  }
});

test('every meaning is a whole sentence', () => {
  for (const meaning of [...Object.values(reasonMeanings), ...Object.values(conditionMeanings)]) {
    assert.match(meaning, /^[A-Zs].*\.$/);
  }
});
