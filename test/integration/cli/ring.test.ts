/**
 * `kubectl-routesrv ring` against a real API server: what docs/guide/cli.md shows is what it prints, and what it says
 * would move when a pod goes is what moves.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { kubectl } from '../../harness/clients.ts';
import { bootControlPlane } from '../../harness/index.ts';
import type { BootedCluster } from '../../harness/index.ts';
import { Oracle } from '../../oracle/oracle.ts';
import { runProgram } from './program.ts';

const page = readFileSync(join(import.meta.dirname, '../../../docs/guide/cli.md'), 'utf8');
const zones = ['north', 'south', 'north'];

interface Ring {
  readonly endpoints: readonly {
    readonly address: string;
    readonly pod: string;
    readonly share: number;
    readonly heirs: readonly { readonly pod: string; readonly share: number }[];
  }[];
  readonly key: { readonly owner: string; readonly next: string };
}

function slice(name: string, pods: readonly number[], terminating = false): object {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name, namespace: 'shop', labels: { 'kubernetes.io/service-name': 'search' } },
    addressType: 'IPv4',
    ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
    endpoints: pods.map((n) => ({
      addresses: [`10.2.0.${n}`],
      conditions: { ready: !terminating, terminating },
      targetRef: { kind: 'Pod', name: `search-${n}` },
      nodeName: `n${n}`,
      zone: zones[n - 1] ?? 'north',
    })),
  };
}

suite('the ring of a Service, from the EndpointSlices of a real API server', () => {
  let cluster: BootedCluster;
  const apply = (...items: readonly object[]): Promise<string> =>
    kubectl(cluster, ['apply', '-f', '-'], {
      input: JSON.stringify({ apiVersion: 'v1', kind: 'List', items }),
    });
  const ring = async (...args: readonly string[]): Promise<string> => {
    const wanted = ['ring', '--service', 'shop/search', '--kubeconfig', cluster.kubeconfigPath, ...args];
    const { code, stdout, stderr } = await runProgram(wanted);
    assert.deepEqual([code, stderr], [0, '']);
    return stdout;
  };
  const read = async (key: string): Promise<Ring> => JSON.parse(await ring('--key', key, '-o', 'json')) as Ring;

  before(async () => {
    cluster = await bootControlPlane({ name: 'ring' });
    await kubectl(cluster, ['create', 'namespace', 'shop']);
    // One of them twice, and one that is about to go: neither changes the ring.
    await apply(slice('search-a', [1, 2]), slice('search-b', [2, 3]), slice('search-c', [4], true));
  });
  after(() => cluster.stop());

  test('is what the guide shows', async () => {
    const [, shown = ''] =
      /^\$ kubectl-routesrv ring --service shop\/search --key product-47\n(.*?)^```$/ms.exec(page) ?? [];
    assert.equal(await ring('--key', 'product-47'), shown);
  });

  test('gives keys to the pods that Skipper gives them to', async () => {
    const oracle = await Oracle.start();
    try {
      const endpoints = [1, 2, 3].map((n) => `http://10.2.0.${n}:8080`);
      const keys = ['product-47', '', 'ü', 'c-1'];
      const asked = { name: 'ring', endpoints, kept: [0, 1, 2], inflight: [0, 0, 0], factor: 0, keys };
      const owners = await oracle.ask(asked);
      for (const [i, key] of keys.entries())
        assert.equal((await read(key)).key.owner, `search-${(owners[i] ?? 0) + 1}`, `of ${JSON.stringify(key)}`);
    } finally {
      oracle.close();
    }
  });

  test('moves what it said when a pod goes, and nothing else', async () => {
    const before = await read('product-47');
    assert.equal(before.key.owner, 'search-1');
    await apply(slice('search-a', [2]));
    const left = await read('product-47');
    assert.equal(left.key.owner, before.key.next);
    const gains = new Map(before.endpoints[0]?.heirs.map(({ pod, share }) => [pod, share]));
    assert.deepEqual(
      left.endpoints.map(({ pod }) => pod),
      ['search-2', 'search-3'],
    );
    for (const { pod, share } of left.endpoints) {
      const had = before.endpoints.find((one) => one.pod === pod)?.share ?? 0;
      assert.ok(Math.abs(share - had - (gains.get(pod) ?? 0)) < 1e-9, `${pod} has ${share}, and had ${had}`);
    }
  });
});
