/** The balancer's own package, as its users get it: installed from the tarball into an empty project. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { packBalancer } from '../../../scripts/pack-balancer.ts';
import { peers } from '../../../scripts/pack-balancer/manifest.ts';
import { checkout } from '../../harness/layout.ts';

const run = promisify(execFile);
const modules = join(checkout, 'node_modules');
const guide = readFileSync(join(checkout, 'docs/guide/balancer-package.md'), 'utf8');
/** The examples that users read, in their order. */
const examples = [...guide.matchAll(/```ts\n([^]*?)```/g)].map(([, code = '']) => code);

const compilerOptions = {
  ...{ module: 'nodenext', target: 'es2023', outDir: 'out', types: ['node'], skipLibCheck: false },
  ...{ strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true },
};

describe("the balancer's package", () => {
  let folder: string;
  let project: string;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'balancer-package-'));
    const tarball = await packBalancer(join(folder, 'packed'));
    project = join(folder, 'project');
    mkdirSync(project);
    writeFileSync(join(project, 'package.json'), '{ "name": "user", "version": "1.0.0", "type": "module" }');
    const flags = ['--offline', '--no-audit', '--no-fund', '--cache', join(folder, 'cache')];
    await run('npm', ['install', ...flags, tarball], { cwd: project });
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  /** Puts packages of this checkout into the project, as an install from a registry would. */
  function link(...names: readonly string[]): void {
    for (const name of names) {
      const place = join(project, 'node_modules', name);
      mkdirSync(dirname(place), { recursive: true });
      symlinkSync(join(modules, name), place);
    }
  }
  async function compile(file: string, code: string): Promise<void> {
    writeFileSync(join(project, file), code);
    writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: [file] }));
    await run(process.execPath, [join(modules, 'typescript/bin/tsc')], { cwd: project }).catch((error: unknown) => {
      throw new Error((error as { stdout: string }).stdout, { cause: error });
    });
  }
  async function runs(file: string): Promise<string> {
    return (await run(process.execPath, [file], { cwd: project })).stdout;
  }

  test('brings nothing along', () => {
    assert.deepEqual(
      readdirSync(join(project, 'node_modules')).filter((name) => !name.startsWith('.')),
      ['@routesrv'],
    );
    const installed = join(project, 'node_modules/@routesrv/balancer');
    const manifest = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as Record<string, unknown>;
    assert.equal(manifest['dependencies'], undefined);
    assert.equal(manifest['license'], 'Apache-2.0');
    assert.deepEqual(Object.keys(manifest['peerDependencies'] as object).sort(), [...peers].sort());
    for (const name of ['LICENSE', 'README.md', 'THIRD-PARTY.md'])
      assert.ok(readdirSync(installed).includes(name), name);
  });

  test('places a batch of 100 keys, without any other package', async () => {
    link('@types/node', 'undici-types');
    await compile('batch.ts', examples[0] ?? '');
    const lines = (await runs('out/batch.js')).trim().split('\n');
    const counts = lines.map((line) => Number(/^search-[1-5]: (\d+) keys, such as product-\d+$/.exec(line)?.[1]));
    assert.equal(
      counts.reduce((sum, count) => sum + count, 0),
      100,
    );
    assert.equal(lines.length, 5);
  });

  test('is loaded by require as by import', async () => {
    writeFileSync(
      join(project, 'common.cjs'),
      `const { Balancer } = require('@routesrv/balancer');
      const balancer = new Balancer({ now: () => 0, random: () => 0 });
      balancer.update([{ address: 'http://10.2.0.1:8080' }]);
      console.log(balancer.pick('a').address);`,
    );
    assert.equal(await runs('common.cjs'), 'http://10.2.0.1:8080\n');
  });

  test('says which package is missing when an adapter is used without its own', async () => {
    writeFileSync(join(project, 'alone.js'), "await import('@routesrv/balancer/undici');");
    await assert.rejects(runs('alone.js'), /Cannot find package 'undici'/);
    writeFileSync(join(project, 'toggles.js'), "await import('@routesrv/balancer/toggles'); console.log('here');");
    assert.equal(await runs('toggles.js'), 'here\n');
  });

  test('every way in has types and works with the packages that it is for', async () => {
    link(...peers);
    await compile('cluster.ts', examples[1] ?? '');
    // The guide's example with somewhere to go: a pod, and a cluster that does not answer.
    const pod = `import { createServer } from 'node:http';
      import { once } from 'node:events';
      export const server = createServer((_, response) => { response.end('from the pod'); }).listen(0, '127.0.0.1');
      await once(server, 'listening');`;
    writeFileSync(join(project, 'pod.js'), pod);
    writeFileSync(
      join(project, 'use.js'),
      `import { server } from './pod.js';
      import { once } from 'node:events';
      import { text } from 'node:stream/consumers';
      import { Balancer } from '@routesrv/balancer';
      import { BalancedDispatcher } from '@routesrv/balancer/undici';
      import { BalancerMetrics } from '@routesrv/balancer/prom-client';
      import { EndpointSliceWatcher } from '@routesrv/balancer/kubernetes';
      import { register } from 'prom-client';
      import { BalancedAgent } from '@routesrv/balancer/http';
      import { get } from 'node:http';
      import { request } from 'undici';
      const balancer = new Balancer({ now: () => performance.now(), random: Math.random });
      const metrics = new BalancerMetrics({ balancer });
      const dispatcher = new BalancedDispatcher({ balancer });
      const watcher = new EndpointSliceWatcher({ namespace: 'a', service: 'b', target: dispatcher, kubeconfig: 'kubeconfig' });
      watcher.start();
      dispatcher.update([{ address: 'http://127.0.0.1:' + server.address().port }]);
      const { body } = await request('http://search.invalid/', { dispatcher });
      console.log(await body.text());
      console.log((await register.metrics()).split('\\n').find((line) => line.startsWith('routesrv_balancer_picks_total')));
      const agent = new BalancedAgent({ balancer });
      const [response] = await once(get('http://search.invalid/', { agent }), 'response');
      console.log(await text(response));
      agent.destroy();
      await watcher.close();
      await dispatcher.close();
      metrics.close();
      server.close();`,
    );
    const cluster = { name: 'gone', cluster: { server: 'http://127.0.0.1:9' } };
    const contexts = [{ name: 'gone', context: { cluster: 'gone', user: 'nobody' } }];
    const config = { 'current-context': 'gone', clusters: [cluster], contexts, users: [{ name: 'nobody', user: {} }] };
    writeFileSync(join(project, 'kubeconfig'), JSON.stringify(config));
    assert.equal(
      await runs('use.js'),
      'from the pod\nroutesrv_balancer_picks_total{outcome="owner"} 1\nfrom the pod\n',
    );
  });
});
