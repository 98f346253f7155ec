import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { systemClock } from '../../runtime/index.ts';
import { createLogger } from '../../telemetry/index.ts';
import { DefaultFiltersDir } from './default-filters-dir.ts';

function aFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'default-filters-'));
  t.after(() => {
    rmSync(folder, { recursive: true });
  });
  return folder;
}

async function following(t: TestContext, path: string) {
  const logged: string[] = [];
  const log = createLogger({
    name: 'test',
    level: 'info',
    destination: { write: (line: string) => logged.push(line) },
  });
  let wake = (): void => undefined;
  const directory = new DefaultFiltersDir({ path, pollIntervalMs: 5, clock: systemClock, log });
  await directory.start(() => {
    wake();
  });
  t.after(() => {
    directory.stop();
  });
  const changed = (): Promise<void> =>
    new Promise((resolve) => {
      wake = resolve;
    });
  return { directory, changed, logged };
}

test('files are read whose name is a Service and a namespace', async (t) => {
  const folder = aFolder(t);
  writeFileSync(join(folder, 'shop.default'), 'a()');
  writeFileSync(join(folder, 'README'), 'b()');
  writeFileSync(join(folder, 'shop.default.bak'), 'c()');
  writeFileSync(join(folder, 'huge.default'), Buffer.alloc(1024 * 1024 + 1));
  mkdirSync(join(folder, 'folder.default'));
  const { directory } = await following(t, folder);
  assert.deepEqual([...directory.texts], [['shop.default', 'a()']]);
});

test('a mounted ConfigMap, whose files are links that are swapped, is followed', async (t) => {
  const folder = aFolder(t);
  for (const [version, text] of Object.entries({ one: 'a()', two: 'b()' })) {
    mkdirSync(join(folder, version));
    writeFileSync(join(folder, version, 'shop.default'), text);
  }
  symlinkSync('one', join(folder, '..data'));
  symlinkSync('..data/shop.default', join(folder, 'shop.default'));
  const { directory, changed } = await following(t, folder);
  assert.equal(directory.texts.get('shop.default'), 'a()');
  symlinkSync('two', join(folder, '..new'));
  const isChanged = changed();
  renameSync(join(folder, '..new'), join(folder, '..data'));
  await isChanged;
  assert.equal(directory.texts.get('shop.default'), 'b()');
});

test('a folder that is not there means no default filters, said once, until it comes', async (t) => {
  const folder = join(aFolder(t), 'later');
  const { directory, changed, logged } = await following(t, folder);
  assert.equal(directory.texts.size, 0);
  const isChanged = changed();
  mkdirSync(folder);
  writeFileSync(join(folder, 'shop.default'), 'a()');
  await isChanged;
  assert.equal(logged.length, 1);
});

test('without a folder nothing is read', async (t) => {
  const { directory, logged } = await following(t, '');
  assert.deepEqual([directory.texts.size, logged.length], [0, 0]);
});
