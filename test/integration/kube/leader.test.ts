/** Leadership across real processes and a real API server. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import type { Readable } from 'node:stream';
import { once } from 'node:events';
import { after, before, describe, test } from 'node:test';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { ListWatch, kinds } from '../../../src/kube/index.ts';
import type { KubeObject } from '../../../src/kube/index.ts';
import { systemClock } from '../../../src/runtime/index.ts';
import { until } from '../../harness/faulty-api/until.ts';
import { breakGround, configMap, namespace } from './ground.ts';
import type { Ground } from './ground.ts';

type ChildProcess = ChildProcessByStdio<null, Readable, null>;

/** A child and what it has said. */
interface Contender {
  readonly process: ChildProcess;
  readonly said: string[];
}

describe('leadership', () => {
  let ground: Ground;
  const children: ChildProcess[] = [];
  before(async () => {
    ground = await breakGround('leader');
  });
  after(async () => {
    await Promise.all(children.map((child) => (child.kill('SIGKILL'), once(child, 'exit'))));
    await ground.stop();
  });

  function contend(identity: string): Contender {
    const script = fileURLToPath(new URL('leader-process.ts', import.meta.url));
    const args = [script, ground.cluster.kubeconfigPath, identity];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    children.push(child);
    const said: string[] = [];
    child.stdout.on('data', (chunk: Buffer) => said.push(...chunk.toString().trim().split('\n')));
    return { process: child, said };
  }

  /** Who wrote the ConfigMap, in the order of the API server; grows. */
  async function journal(t: TestContext): Promise<string[]> {
    const writers: string[] = [];
    const note = (raw: KubeObject): void => {
      const { writer } = raw['data'] as { writer?: string };
      if (writer !== undefined) writers.push(writer);
    };
    const { client, log } = ground;
    const fieldSelector = 'metadata.name=written';
    const scope = { kind: kinds.ConfigMap, namespace, fieldSelector };
    const watched = new ListWatch({ client, log, clock: systemClock, decode: note, ...scope });
    t.after(() => watched.stop());
    watched.start();
    await watched.whenSynced();
    return writers;
  }

  test('a leader that is stopped beyond its lease and then goes on makes not one write after another leads', async (t) => {
    await ground.client.create(kinds.ConfigMap, configMap('written', '0'));
    const writers = await journal(t);
    const first = contend('first');
    await until('the first leads', () => first.said.includes('leads'));
    await until('the first has written', () => writers.length > 20);
    const second = contend('second');

    first.process.kill('SIGSTOP');
    await until('the second leads', () => second.said.includes('leads'));
    const takenOverAt = writers.length;
    first.process.kill('SIGCONT');
    await until('the first notices', () => first.said.includes('lost'));
    await until('the second has written on', () => writers.length > takenOverAt + 200);
    const firstOfSecond = writers.indexOf('second');
    assert.ok(firstOfSecond > 0);
    assert.equal(writers.slice(firstOfSecond).includes('first'), false);
  });

  test('the lease is a real one: kubectl reads who holds it, since when and for how long', async () => {
    const lease = await ground.client.get(kinds.Lease, { namespace, name: 'stopped' });
    const spec = lease['spec'] as Record<string, unknown>;
    assert.deepEqual(
      [spec['holderIdentity'], spec['leaseDurationSeconds'], spec['leaseTransitions']],
      ['second', 3, 1],
    );
  });
});
