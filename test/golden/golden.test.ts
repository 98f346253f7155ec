/**
 * Our own cases of the compiler, one folder per rule, so that a clone without Go tests the compiler too. They have the
 * form of Skipper's cases, so `npm run -s fixtures -- test/golden` runs them as well.
 *
 * `NAME.yaml` has the objects and, in its first line, what the case shows; `NAME.kube` has options, `NAME.eskip` the table
 * and `NAME.problems` all problems: code, object, field. Skipper's own runner of cases is asked about them, too
 * (`npm run test:integration -- golden-cases`).
 */

import assert from 'node:assert/strict';
import { basename } from 'node:path';
import { suite, test } from 'node:test';
import { findCases, readText } from '../harness/fixtures/case.ts';
import { checkCase, runCase } from '../harness/fixtures/run-case.ts';

const cases = findCases(import.meta.dirname);

for (const golden of cases) {
  const [first = ''] = readText(golden.yaml).split('\n');
  suite(`${basename(golden.folder)}/${golden.name}: ${first.replace(/^# /, '')}`, () => {
    test('the table is the expected one, in the order of ids', () => {
      assert.ok(golden.eskip !== undefined, 'the case has no .eskip file');
      assert.deepEqual(checkCase(golden), []);
      const ids = runCase(golden).routes.map(({ id }) => id);
      assert.deepEqual(ids, ids.toSorted());
    });

    test('no problem is left untold', () => {
      const { problems } = runCase(golden);
      assert.ok(problems.length === 0 || golden.problems !== undefined, JSON.stringify(problems));
    });
  });
}

test('every rule has cases', () => {
  assert.ok(cases.length > 60, `only ${String(cases.length)} golden cases were found`);
});
