import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { isKept, removeOldArchives } from './kept-archives.ts';

const cache = mkdtempSync(join(tmpdir(), 'images-'));
const earlier = process.env['ROUTESRV_CACHE'];

before(() => {
  process.env['ROUTESRV_CACHE'] = cache;
  mkdirSync(join(cache, 'images'));
});

after(() => {
  if (earlier === undefined) delete process.env['ROUTESRV_CACHE'];
  else process.env['ROUTESRV_CACHE'] = earlier;
  rmSync(cache, { recursive: true });
});

/** An archive that was last used so many hours ago. */
function archive(name: string, hours: number): string {
  const path = join(cache, 'images', name);
  writeFileSync(path, '');
  const usedAt = new Date(Date.now() - hours * 3_600_000);
  utimesSync(path, usedAt, usedAt);
  return path;
}

test('of old archives four stay, and each that was used within the hour', async () => {
  const newest = archive('own-newest.tar', 0);
  const recent = Array.from({ length: 6 }, (_, at) => archive(`own-recent-${at}.tar`, 0.1 * at));
  const old = Array.from({ length: 3 }, (_, at) => archive(`own-old-${at}.tar`, 2 + at));
  const other = archive('other-old.tar', 99);
  const [found = ''] = old;
  assert.equal(await isKept(found), true);
  await removeOldArchives('own', newest);
  assert.deepEqual([newest, ...recent, found, other].filter(existsSync), [newest, ...recent, found, other]);
  assert.deepEqual(old.filter(existsSync), [found], 'the others were used by nobody');
  assert.equal(await isKept(old[1] ?? ''), false);

  for (const path of recent) rmSync(path);
  const four = Array.from({ length: 4 }, (_, at) => archive(`own-four-${at}.tar`, 10 + at));
  rmSync(found);
  await removeOldArchives('own', newest);
  assert.deepEqual(four.filter(existsSync), four.slice(0, 3), 'beside the newest');
});
