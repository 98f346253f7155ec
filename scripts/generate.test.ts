import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { outdated, write } from './generate/outdated.ts';
import { typeArtifacts } from './generate/types.ts';

const artifacts = [
  { path: 'a.yaml', text: 'a\n' },
  { path: 'deep/er/b.ts', text: 'b\n' },
];

let root: string;
before(async () => {
  root = await mkdtemp(join(tmpdir(), 'outdated-'));
});
after(() => rm(root, { recursive: true }));

describe('generated files', () => {
  test('a file that is not there is outdated, and up to date once it is written', async () => {
    assert.deepEqual(await outdated(root, artifacts), artifacts);
    await write(root, artifacts);
    assert.deepEqual(await outdated(root, artifacts), []);
  });

  test('only the file that was edited by hand is named', async () => {
    await write(root, artifacts);
    await writeFile(join(root, 'deep/er/b.ts'), 'b\n\n');
    const names = (await outdated(root, artifacts)).map(({ path }) => path);
    assert.deepEqual(names, ['deep/er/b.ts']);
  });

  test('a folder in the place of a file is an error, not a difference', async () => {
    await assert.rejects(outdated(root, [{ path: 'deep', text: '' }]), { code: 'EISDIR' });
  });
});

const files = new Map(
  (await typeArtifacts()).map(({ path, text }) => [path.replace(/.*\/(\w+)\.generated\.ts$/, '$1'), text]),
);

/** The lines of one generated file, without indentation. */
const linesOf = (file: string): readonly string[] => (files.get(file) ?? '').split('\n').map((line) => line.trim());

describe('generated types', () => {
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
});
