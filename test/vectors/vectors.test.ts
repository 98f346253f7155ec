import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { suite, test } from 'node:test';
import { failuresOf, misplaced } from './replay.ts';
import { readVectors } from './vector-file.ts';
import type { VectorCase } from './vector-file.ts';

const file = new URL('skipper-v0.27.65.json', import.meta.url);
const { cases: vectors } = readVectors(file.pathname, JSON.parse(readFileSync(file, 'utf8')));

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

suite('a malformed case', () => {
  const good = { name: 'x', endpoints: ['http://a:1'], kept: [0], inflight: [0], factor: 0, keys: ['k'], picks: [0] };
  const rows: Record<string, readonly [one: unknown, line: string]> = {
    'that is none at all': [3, 'cases[1]: expected an object'],
    'without a name is called by its place': [{ ...good, name: undefined }, 'cases[1]: name: expected a string'],
    'with an unknown field': [{ ...good, zone: 'a' }, 'x: zone: there is no such field'],
    'without endpoints': [{ ...good, endpoints: undefined }, 'x: endpoints: expected a list of strings'],
    'with no endpoint': [{ ...good, endpoints: [], kept: [], picks: [] }, 'x: endpoints: expected at least one'],
    'with a list of other things': [{ ...good, keys: [1] }, 'x: keys: expected a list of strings'],
    'with a place that is no place': [{ ...good, kept: [-1] }, 'x: kept: expected a list of whole numbers from 0 on'],
    'with a factor between 0 and 1': [
      { ...good, factor: 0.5 },
      'x: factor: expected 0 for no bound, or a number from 1 on',
    ],
    'that keeps no endpoint': [
      { ...good, kept: [] },
      'x: kept: expected at least one, for filters that leave none are off',
    ],
    'that keeps what is not there': [{ ...good, kept: [1] }, 'x: kept: there is no endpoint 1'],
    'with a bound and no loads': [
      { ...good, factor: 1, inflight: [] },
      'x: inflight: expected 1 numbers, one per endpoint, not 0',
    ],
    'without keys': [{ ...good, keys: [], picks: [] }, 'x: keys: expected at least one'],
    'with more keys than picks': [{ ...good, keys: ['a', 'b'] }, 'x: picks: expected 2, one per key, not 1'],
    'that picks what is not there': [{ ...good, picks: [7] }, 'x: picks: there is no endpoint 7'],
    'that the balancer refuses, which JSON writes as 1e999,': [
      { ...good, factor: Infinity },
      'x: Balancer option boundedLoad.factor must be at least 1, but is Infinity.',
    ],
  };
  for (const [name, [one, line]] of Object.entries(rows)) {
    test(`${name} fails, and the cases beside it pass`, () => {
      const before = { ...good, name: 'before' };
      const after = { ...good, name: 'after', inflight: [] };
      assert.deepEqual(
        failuresOf('f', () => ({ cases: [before, one, after] })),
        { passed: 2, failures: [`f: ${line}`] },
      );
    });
  }
});

suite('a file that holds no vectors is a failure', () => {
  test('without cases', () => {
    assert.deepEqual(
      failuresOf('f', () => ({})),
      { passed: 0, failures: ['f: expected an object with a list of cases'] },
    );
  });

  test('with an empty list of them', () => {
    assert.deepEqual(
      failuresOf('f', () => ({ cases: [] })),
      { passed: 0, failures: ['f: its list of cases is empty'] },
    );
  });

  test('when it cannot be read', () => {
    const read = (): never => {
      throw new Error('no such file');
    };
    assert.deepEqual(failuresOf('f', read), { passed: 0, failures: ['f: no such file'] });
  });
});

test('a key that goes elsewhere fails its case by name', () => {
  const vector = vectors[0];
  assert.ok(vector);
  const wrong = { ...vector, name: 'moved', picks: vector.picks.map((pick) => (pick + 1) % vector.endpoints.length) };
  const { passed, failures } = failuresOf('f', () => ({ cases: [wrong, vector] }));
  assert.equal(passed, 1);
  assert.match(failures.join(), /^f: moved: 300 of 300 keys elsewhere; "/);
});
