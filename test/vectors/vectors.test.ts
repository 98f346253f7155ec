import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { suite, test } from 'node:test';
import { misplaced } from './replay.ts';
import { readVectors } from './vector-file.ts';
import type { VectorCase } from './vector-file.ts';

const file = new URL('skipper-v0.27.65.json', import.meta.url);
const vectors = readVectors(file.pathname, JSON.parse(readFileSync(file, 'utf8')));

suite('placements by Skipper v0.27.65', () => {
  for (const vector of vectors) {
    test(`${vector.name}: all ${vector.keys.length} keys go where Skipper puts them`, () => {
      assert.deepEqual(misplaced(vector), []);
    });
  }

  test('a wrong placement is noticed', () => {
    const vector = vectors[0];
    assert.ok(vector);
    const wrong: VectorCase = { ...vector, picks: vector.picks.map((pick) => (pick + 1) % vector.endpoints.length) };
    assert.equal(misplaced(wrong).length, vector.keys.length);
  });
});

suite('a file that holds no vectors', () => {
  const files: Record<string, readonly [content: unknown, message: RegExp]> = {
    'is refused without cases': [{}, /^Error: f: expected an object with a list of cases/],
    'is refused with a case that is none': [{ cases: [3] }, /f: cases\[0\]: expected an object/],
    'is refused with a list of other things': [
      { cases: [{ name: 'x', factor: 0, endpoints: [1] }] },
      /cases\[0\]\.endpoints: not the list it should be/,
    ],
    'is refused when keys and picks differ in number': [
      { cases: [{ name: 'x', factor: 0, endpoints: [], kept: [], inflight: [], keys: ['a'], picks: [] }] },
      /cases\[0\]: 1 keys, 0 picks/,
    ],
  };
  for (const [name, [content, message]] of Object.entries(files)) {
    test(name, () => {
      assert.throws(() => readVectors('f', content), message);
    });
  }
});
