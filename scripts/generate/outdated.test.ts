import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { outdated, write } from './outdated.ts';

const artifacts = [
  { path: 'a.yaml', text: 'a\n' },
  { path: 'deep/er/b.ts', text: 'b\n' },
];

let root: string;
before(async () => {
  root = await mkdtemp(join(tmpdir(), 'outdated-'));
});
after(() => rm(root, { recursive: true }));

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
