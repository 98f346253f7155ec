/** The command line and the programs that it speaks of: real route servers, a real Skipper, a real kubectl. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { bootControlPlane, installCrds } from '../../harness/index.ts';
import type { BootedCluster } from '../../harness/index.ts';
import { clientProgram, kubectl } from '../../harness/clients.ts';
import { run } from '../../harness/processes/run.ts';
import { until } from '../../harness/wait.ts';
import { ListApi } from '../routeserver/list-api.ts';
import { startOriginal, startOurs, startSkipper } from '../routeserver/programs.ts';
import type { Running } from '../routeserver/programs.ts';
import { install, runProgram } from './program.ts';

const examples = join(import.meta.dirname, 'examples');
const flags = ['-enable-kubernetes-endpointslices', '-kubernetes-path-mode', 'path-prefix'];
const deadlineMs = 30_000;

suite('tables of other programs', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kubectl-routesrv-'));
  const api = new ListApi();
  const running: Running[] = [];
  let [ours, original, compiled] = ['', '', ''];

  before(async () => {
    const manifests = [`${examples}/main/shop.yaml`, `${examples}/cluster.yaml`];
    const written = manifests.map((path) => readFileSync(path, 'utf8')).join('\n---\n');
    // What an API server fills in, and this stand-in for one does not.
    api.show(written.replace('spec:\n  ports:', 'spec:\n  type: ClusterIP\n  ports:'));
    const args = [`-kubernetes-url=${await api.listen()}`, '-source-poll-timeout=200', ...flags];
    running.push(await startOurs([...args, '-source=poll']), await startOriginal(args));
    await Promise.all(running.map((server) => server.answers('/health', 204)));
    [ours = '', original = ''] = running.map(({ url }) => url);
    compiled = join(folder, 'compiled.eskip');
    writeFileSync(compiled, (await runProgram(['compile', '-f', ...manifests, ...flags])).stdout);
  });

  after(async () => {
    await Promise.all(running.map((program) => program.stop()));
    api.close();
    rmSync(folder, { recursive: true });
  });

  test('what compile prints is what the original route server serves, and ours', async () => {
    for (const url of [ours, original]) {
      const { code, stdout, stderr } = await runProgram(['diff', compiled, url]);
      assert.deepEqual([code, stderr], [0, ''], stdout);
    }
  });

  test('a difference to a route server is found', async () => {
    const { code, stdout } = await runProgram(
      ['diff', '-', original],
      readFileSync(compiled, 'utf8').replace('"cart", 100', '"cart", 300'),
    );
    assert.equal(code, 1);
    assert.match(
      stdout,
      /^~ kube_shop__cart__.*: filters: -clusterRatelimit\("cart", 300, "1m"\) \+clusterRatelimit\("cart", 100/m,
    );
  });

  test('a Skipper is read whole, though its listener gives 1,024 routes at a time', async () => {
    const many = Array.from({ length: 2_000 }, (_, n) => `r${n}: Host("h${n}.example") && Path("/p") -> <shunt>;`);
    const file = join(folder, 'many.eskip');
    writeFileSync(file, many.join('\n'));
    const fileServer = createServer((_, response) => response.end(many.join('\n'))).listen(0, '127.0.0.1');
    await once(fileServer, 'listening');
    const { port } = fileServer.address() as AddressInfo;
    const skipper = await startSkipper([`http://127.0.0.1:${port}/routes`], 200);
    running.push(skipper);
    const explain = (): Promise<string> => Promise.resolve(skipper.output);
    await until({ what: 'Skipper to have the table', deadlineMs, explain }, async () => {
      return (await runProgram(['diff', file, skipper.supportUrl])).code === 0;
    });
    fileServer.closeAllConnections();
    fileServer.close();
  });
});

suite('kubectl', () => {
  const installed = install();
  let cluster: BootedCluster;

  before(async () => {
    cluster = await bootControlPlane({ name: 'cli' });
  });
  after(async () => {
    await cluster.stop();
    installed.remove();
  });

  async function status(...args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
    const env = { ...installed.env, KUBECONFIG: cluster.kubeconfigPath };
    return run(await clientProgram('kubectl'), ['routesrv', 'status', ...args], { env });
  }

  test('runs status as a plugin, which says what is missing and shows what is there', async () => {
    const withoutCrd = await status('-A');
    assert.equal(withoutCrd.code, 2);
    assert.match(withoutCrd.stderr, /is the CRD routeserverconfigs\.routesrv\.dev installed\?$/m);

    await installCrds(cluster, ['crds']);
    assert.deepEqual(await status('-n', 'shop'), {
      ...{ code: 0, stdout: '', stderr: 'no RouteServerConfig in namespace shop; -A looks in all\n' },
    });

    const spec = { mode: 'Pre', skipper: { deploymentRef: { name: 'skipper' } } };
    const config = {
      apiVersion: 'routesrv.dev/v1alpha1',
      kind: 'RouteServerConfig',
      metadata: { name: 'ingress' },
      spec,
    };
    await kubectl(cluster, ['apply', '-f', '-'], { input: JSON.stringify(config) });
    for (const args of [[], ['ingress'], ['-A'], ['-n', 'default']]) {
      const { code, stdout, stderr } = await status(...args);
      assert.deepEqual([code, stderr], [0, '']);
      assert.match(
        stdout,
        /^default +ingress +- +Pre .*Unknown\n\ndefault\/ingress\n {2}no operator has looked at it yet\n$/m,
      );
    }
    assert.match((await status('none')).stderr, /^error: get RouteServerConfig default\/none: .*not found/);
    assert.match((await status('--context', 'none')).stderr, /^error: .*none/);
    const { items } = JSON.parse((await status('-o', 'json')).stdout) as {
      readonly items: readonly { readonly spec: object }[];
    };
    assert.deepEqual(
      items.map(({ spec: { ...shown } }) => 'skipper' in shown),
      [true],
    );
  });
});
