/** No sentence in the sources puts a word for several after a number that may be one: `counted` and `agreeing` are for that. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

const several = 'routes|Skippers|pods|replicas|requests|objects|nodes|are|have|do|differ|keep|poll|read';
/** After a number, as its name tells. */
const badly = new RegExp(
  `\\$\\{[^}]*(count|total|length|routes|added|removed|changed|rejected|tolerated|direct)[^}]*\\} (${several})\\b`,
  'i',
);
/** A list of more than one, by what stands around it. */
const allowed: readonly string[] = ['src/rollout/evidence.ts: all ${converged} moved'];

test('numbers agree with the words after them, wherever a person reads them', () => {
  const files = globSync('src/{operator,rollout,shadow,cli}/**/*.ts').filter((path) => !path.includes('.test'));
  assert.ok(files.length > 100);
  const found = files.flatMap((path) =>
    readFileSync(path, 'utf8')
      .split('\n')
      .filter((line) => badly.test(line) && !line.includes('counted('))
      .map((line) => `${path}: ${line.trim()}`),
  );
  assert.deepEqual(
    found.filter((line) => !allowed.some((start) => line.startsWith(start))),
    [],
  );
});
