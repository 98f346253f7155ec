import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { test, type TestContext } from 'node:test';
import { bootNode, kubectl } from '../harness/index.ts';

/** Runs the demo as a person does, and prints what it shows. */
async function demo(t: TestContext, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
  const child = spawn('npm', ['run', '-s', 'demo', '--', '--fast', ...args], { env: { ...process.env, ...env } });
  let shown = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (shown += text));
  }
  const code = await new Promise((resolve) => child.once('close', resolve));
  for (const line of shown.trim().split('\n')) t.diagnostic(line);
  assert.equal(code, 0);
  assert.match(shown, /\d+ requests were sent during all of this, 0 failed\./);
  return shown;
}

test('the demo boots a cluster, moves a fleet and loses no request', async (t) => {
  assert.match(await demo(t, []), /The shadow diff says InSync/);
});

test('the demo plays on a cluster that is there already, and takes its fleet away again', async (t) => {
  const cluster = await bootNode({ name: 'borrowed', lifetime: 'ephemeral' });
  t.after(() => cluster.stop());
  const context = (await kubectl(cluster, ['config', 'current-context'])).trim();
  await demo(t, ['--context', context], { KUBECONFIG: cluster.kubeconfigPath });
  const namespaces = await kubectl(cluster, ['get', 'namespaces', '-o', 'name']);
  assert.doesNotMatch(namespaces, /routesrv/);
});
