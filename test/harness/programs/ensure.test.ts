import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { catalog } from './catalog.ts';
import type { ProgramName } from './catalog.ts';
import { cachePath, findProgram } from './ensure.ts';

const names = Object.keys(catalog) as ProgramName[];

describe('looking for a program', () => {
  const before = { ...process.env };
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'programs-'));
    process.env['ROUTESRV_CACHE'] = join(folder, 'cache');
    delete process.env['KUBEBUILDER_ASSETS'];
  });
  afterEach(() => {
    process.env = { ...before };
    rmSync(folder, { recursive: true });
  });
  const place = (path: string, mode = 0o755): void => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, '', { mode });
  };

  test('it is nowhere at first', () => {
    assert.equal(findProgram('etcd'), undefined);
  });

  test('the cache has it once it is built', () => {
    place(cachePath('etcd'));
    assert.equal(findProgram('etcd'), cachePath('etcd'));
  });

  test('KUBEBUILDER_ASSETS goes before the cache, for the programs that are in it', () => {
    process.env['KUBEBUILDER_ASSETS'] = join(folder, 'assets');
    place(cachePath('etcd'));
    place(cachePath('kubectl'));
    place(join(folder, 'assets/etcd'));
    assert.deepEqual(
      [findProgram('etcd'), findProgram('kubectl')],
      [join(folder, 'assets/etcd'), cachePath('kubectl')],
    );
  });

  test('a file that cannot be executed is not a program', () => {
    place(cachePath('etcd'), 0o644);
    assert.equal(findProgram('etcd'), undefined);
  });
});

test('every program is a tool of its upstream’s go.mod, at the version that the catalog says', () => {
  for (const name of names) {
    const { upstream, package: path } = catalog[name];
    const goMod = readFileSync(join(import.meta.dirname, upstream.folder, 'go.mod'), 'utf8');
    assert.match(goMod, new RegExp(`^(tool |\\t)${path.replaceAll('.', '\\.')}$`, 'm'), name);
    const required = goMod.matchAll(/^(?:require |\t)(\S+) (v\S+)/gm);
    const module = [...required].find(([, root = '']) => path === root || path.startsWith(`${root}/`));
    assert.equal(module?.[2], upstream.version, name);
  }
});

test('two programs never share a place in the cache', () => {
  assert.equal(new Set(names.map((name) => cachePath(name))).size, names.length);
});
