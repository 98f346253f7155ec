import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, globSync, lstatSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { buildDist } from './build.ts';

describe('the bundled programs', () => {
  const folder = mkdtempSync(join(tmpdir(), 'dist-'));
  const [one, other] = [join(folder, 'one'), join(folder, 'other')];
  before(async () => {
    await buildDist(one);
    await buildDist(other);
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  const filesOf = (dist: string): Record<string, string> =>
    Object.fromEntries(
      globSync('**', { cwd: dist })
        .filter((path) => lstatSync(join(dist, path)).isFile())
        .sort()
        .map((path) => [path, readFileSync(join(dist, path), 'utf8')]),
    );

  test('are the same bytes each time', () => {
    assert.deepEqual(filesOf(one), filesOf(other));
  });

  test('start from the links in bin, and refuse what they do not know', () => {
    const { status, stderr } = spawnSync(join(one, 'bin/routesrv'), ['-no-such-flag'], {
      encoding: 'utf8',
      env: { PATH: `${join(process.execPath, '..')}:${process.env['PATH'] ?? ''}` },
    });
    assert.match(stderr, /no-such-flag/);
    assert.equal(status, 2);
  });

  test('leave out what the route server has no use for', () => {
    const routesrv = readFileSync(join(one, 'lib/routesrv/routesrv.js'), 'utf8');
    // The API classes of every kind there is; loading them took longer than all else at its start.
    assert.doesNotMatch(routesrv, /CoreV1ApiRequestFactory|V1PodSpec|ObjectSerializer/);
    assert.doesNotMatch(routesrv, /MockAgent|CacheStorage/);
  });

  test('take http as it is: as a module of names, it would load the HTTP client of Node itself', () => {
    const routesrv = readFileSync(join(one, 'lib/routesrv/routesrv.js'), 'utf8');
    assert.doesNotMatch(routesrv, /from ?"(node:)?http"/);
    assert.match(routesrv, /getBuiltinModule\("node:http"\)/);
  });

  test('find their workers beside them', () => {
    const workers = globSync('src/**/*.worker.ts', { cwd: join(import.meta.dirname, '..') });
    assert.ok(workers.length > 0);
    for (const worker of workers) {
      assert.ok(existsSync(join(one, 'lib/routesrv', `${basename(worker, '.ts')}.js`)), worker);
    }
  });
});
