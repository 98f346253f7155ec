/**
 * Our own cases of the compiler, one folder per rule, so that a clone without Go tests the compiler too.
 *
 * `NAME.yaml` has the objects and, in its first line, what the case shows; `cluster.yaml` those that all cases share.
 * `NAME.kube` has options, `NAME.eskip` the table and `NAME.problems` all problems: code, object, field. The tables have
 * been compared with those of Go's route server. They differ where that has no table, a random one, or in `departures`,
 * where one object's routes would depend on another object by a mistake of Skipper's.
 */

import assert from 'node:assert/strict';
import { basename } from 'node:path';
import { suite, test } from 'node:test';
import { compile, type Compiled, type Problem } from '../../src/compile/index.ts';
import { findCases, readText, type FixtureCase } from '../harness/fixtures/case.ts';
import { compareTables } from '../harness/fixtures/compare.ts';
import { readDefaultFilters } from '../harness/fixtures/default-filters-folder.ts';
import { parseKubeOptions } from '../harness/fixtures/kube-options.ts';
import { loadState, readManifests } from '../harness/fixtures/manifests.ts';
import { readTable } from '../harness/fixtures/run-case.ts';

const folder = import.meta.dirname;
const shared = readManifests(readText(`${folder}/cluster.yaml`));
const cases = findCases(folder).filter(({ name }) => name !== 'cluster');

function run(golden: FixtureCase): Compiled {
  const options = parseKubeOptions(readText(golden.kube)).compile;
  const { state, problems } = loadState([...readManifests(readText(golden.yaml)), ...shared]);
  const compiled = compile(state, { ...options, defaultFilters: readDefaultFilters(golden.defaultFilters).files });
  return { ...compiled, problems: [...problems, ...compiled.problems] };
}

function brief({ code, object, field }: Problem): string {
  return `${code} ${object.kind}/${object.namespace}/${object.name} ${field ?? ''}`.trimEnd();
}

function lines(path: string | undefined): readonly string[] {
  return readText(path)
    .split('\n')
    .filter((line) => line !== '');
}

for (const golden of cases) {
  const [first = ''] = readText(golden.yaml).split('\n');
  suite(`${basename(golden.folder)}/${golden.name}: ${first.replace(/^# /, '')}`, () => {
    const compiled = run(golden);

    test('the table is the expected one, in the order of ids', () => {
      assert.ok(golden.eskip !== undefined, 'the case has no .eskip file');
      assert.deepEqual(compareTables(compiled.routes, readTable(golden.eskip)), []);
      const ids = compiled.routes.map(({ id }) => id);
      assert.deepEqual(ids, ids.toSorted());
    });

    test('the problems are the expected ones', () => {
      assert.deepEqual(compiled.problems.map(brief).toSorted(), lines(golden.problems).toSorted());
    });
  });
}

test('every rule has cases', () => {
  assert.ok(cases.length > 60, `only ${String(cases.length)} golden cases were found`);
});
