import assert from 'node:assert/strict';
import { test } from 'node:test';
import { typeArtifacts } from './types.ts';

const files = new Map(
  (await typeArtifacts()).map(({ path, text }) => [path.replace(/.*\/(\w+)\.generated\.ts$/, '$1'), text]),
);

/** The lines of one generated file, without indentation. */
const linesOf = (file: string): readonly string[] => (files.get(file) ?? '').split('\n').map((line) => line.trim());

test('a field with a default is there when it is read and may be left out when it is written', () => {
  assert.ok(linesOf('spec').includes('readonly rolloutPercentage: number;'));
  assert.ok(linesOf('written').includes('readonly rolloutPercentage?: number;'));
});

test('a required field is there in both, a field that is neither is in neither', () => {
  for (const file of ['spec', 'written']) {
    assert.ok(linesOf(file).includes('readonly deploymentRef: DeploymentRef;'), file);
    assert.ok(linesOf(file).includes('readonly containerName?: string;'), file);
  }
});

test('an object without defaults inside is one type for both', () => {
  assert.ok(linesOf('written').includes('readonly tiers?: readonly TierSpec[];'));
  assert.ok(!linesOf('written').some((line) => line.startsWith('export interface WrittenTierSpec')));
});

test('no field can be written to, and every list is readonly', () => {
  const fields = [...files.keys()]
    .flatMap(linesOf)
    .filter((line) => /^\w.*: .*;$/.test(line) && !/^(import|export)/.test(line));
  assert.ok(fields.length > 100);
  assert.deepEqual(
    fields.filter((line) => !line.startsWith('readonly ')),
    [],
  );
  const lists = fields.filter((line) => line.includes('[]'));
  assert.ok(lists.every((line) => /: readonly /.test(line)));
});

test('a type is declared once over all files', () => {
  const names = [...files.keys()]
    .flatMap(linesOf)
    .flatMap((line) => /^export (?:interface|type) (\w+)/.exec(line)?.[1] ?? []);
  assert.deepEqual(names, [...new Set(names)]);
});
