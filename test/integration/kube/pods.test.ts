/** Evicting pods and asking them through the API server, with a real one and its disruption controller. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { after, before, describe, test } from 'node:test';
import { kinds, type KubeObject } from '../../../src/kube/index.ts';
import { until } from '../../harness/wait.ts';
import { breakGround, namespace, type Ground } from './ground.ts';

let ground: Ground;
before(async () => {
  ground = await breakGround('pods');
});
after(() => ground.stop());

/** A pod that runs and is ready, as far as the API server knows. */
async function aPod(name: string, podIP: string): Promise<void> {
  const pod = {
    metadata: { namespace, name, labels: { app: name } },
    spec: { containers: [{ name: 'skipper', image: 'skipper' }], automountServiceAccountToken: false },
  };
  await until({ what: 'the default ServiceAccount', deadlineMs: 30_000 }, () =>
    ground.client.find(kinds.ServiceAccount, { namespace, name: 'default' }),
  );
  await ground.client.create(kinds.Pod, pod);
  const conditions = [{ type: 'Ready', status: 'True' }];
  const body = { status: { phase: 'Running', podIP, podIPs: [{ ip: podIP }], conditions } };
  await ground.client.patchStatus(kinds.Pod, { namespace, name }, { type: 'merge', body });
}

describe('a pod is evicted', () => {
  const key = { namespace, name: 'guarded' };

  before(async () => {
    await aPod(key.name, '10.0.0.1');
    const budget: KubeObject = {
      metadata: key,
      spec: { minAvailable: 1, selector: { matchLabels: { app: key.name } } },
    };
    await ground.client.create(kinds.PodDisruptionBudget, budget);
    await until({ what: 'the budget to be counted', deadlineMs: 30_000 }, async () => {
      const { status } = await ground.client.get(kinds.PodDisruptionBudget, key);
      return (status as { readonly observedGeneration?: number } | undefined)?.observedGeneration !== undefined;
    });
  });

  test('not while its disruption budget does not allow it', async () => {
    const eviction = await ground.client.evict(key);
    assert.match(
      eviction.evicted ? 'it was evicted' : eviction.why,
      /^evict Pod \S+\/guarded: 429 TooManyRequests: .*disruption budget[.] .*budget guarded needs 1 healthy pods/,
    );
    const { metadata } = await ground.client.get(kinds.Pod, key);
    assert.equal(metadata.deletionTimestamp, undefined);
  });

  test('when nothing holds it', async () => {
    await ground.client.delete(kinds.PodDisruptionBudget, key);
    await until({ what: 'the eviction', deadlineMs: 30_000 }, async () => (await ground.client.evict(key)).evicted);
    await until({ what: 'the pod to go', deadlineMs: 60_000 }, async () => {
      const left = await ground.client.find(kinds.Pod, key);
      return left === undefined || left.metadata.deletionTimestamp !== undefined;
    });
  });

  test('once more without harm when it is gone', async () => {
    assert.deepEqual(await ground.client.evict({ namespace, name: 'never-there' }), { evicted: true });
  });
});

/** The API server refuses to go to loopback for a pod. */
const outside = Object.values(networkInterfaces())
  .flatMap((addresses) => addresses ?? [])
  .find(({ internal, family }) => !internal && family === 'IPv4')?.address;

test(
  'a pod is asked through the API server',
  { skip: outside === undefined && 'no address but loopback' },
  async (t) => {
    const server = createServer((request, response) => {
      response.writeHead(200, { 'x-count': 1 }).end(`${request.method} ${request.url} ${request.headers.accept}`);
    });
    server.listen(0, '0.0.0.0');
    await once(server, 'listening');
    t.after(() => server.close());
    await aPod('asked', outside ?? '');
    const { port } = server.address() as AddressInfo;
    const { text, headers } = await ground.client.askPod(
      { namespace, name: 'asked' },
      port,
      '/routes?limit=5&nopretty',
    );
    assert.equal(text, 'GET /routes?limit=5&nopretty text/plain');
    assert.equal(headers['x-count'], '1');
  },
);
