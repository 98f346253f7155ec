import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { catalog } from './catalog.ts';
import type { ProgramName, Upstream } from './catalog.ts';
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

const goModOf = ({ folder }: Upstream): string => readFileSync(join(import.meta.dirname, folder, 'go.mod'), 'utf8');
const upstreamOf = (name: ProgramName): Upstream => catalog[name].upstream;
const isOurs = (name: ProgramName): boolean => upstreamOf(name).sources !== undefined;

test('every program that is not ours is a tool of its upstream’s go.mod, at the version that the catalog says', () => {
  for (const name of names.filter((one) => !isOurs(one))) {
    const { upstream, package: path } = catalog[name];
    const goMod = goModOf(upstream);
    assert.match(goMod, new RegExp(`^(tool |\\t)${path.replaceAll('.', '\\.')}$`, 'm'), name);
    const required = goMod.matchAll(/^(?:require |\t)(\S+) (v\S+)/gm);
    const module = [...required].find(([, root = '']) => path === root || path.startsWith(`${root}/`));
    assert.equal(module?.[2], upstream.version, name);
  }
});

test('the oracle is made of the Skipper that everything is compared with', () => {
  const oracle = upstreamOf('skipper-oracle');
  assert.equal(oracle.version, upstreamOf('skipper').version);
  assert.match(
    goModOf(oracle),
    new RegExp(`github.com/zalando/skipper ${oracle.version.replaceAll('.', '\\.')}$`, 'm'),
  );
});

test('Prometheus is of the version that the catalog says', () => {
  const { version } = upstreamOf('prometheus-rules');
  const required = `github.com/prometheus/prometheus ${version.replaceAll('.', '\\.')}$`;
  assert.match(goModOf(upstreamOf('prometheus-rules')), new RegExp(required, 'm'));
});

test('our own programs are the oracle, the load and Prometheus, and between them name all Go files of their folders, each once', () => {
  const own = names.filter(isOurs);
  assert.deepEqual(own, ['skipper-oracle', 'http-load', 'prometheus-rules']);
  const folders = new Set(own.map((name) => upstreamOf(name).folder));
  const files = [...folders].flatMap((folder) =>
    readdirSync(join(import.meta.dirname, folder), { recursive: true, encoding: 'utf8' }).map((file) =>
      join(folder, file),
    ),
  );
  assert.deepEqual(
    own
      .flatMap((name) => (upstreamOf(name).sources ?? []).map((file) => join(upstreamOf(name).folder, file)))
      .toSorted(),
    files.filter((file) => file.endsWith('.go')).toSorted(),
  );
});

test('two programs never share a place in the cache', () => {
  assert.equal(new Set(names.map((name) => cachePath(name))).size, names.length);
});
