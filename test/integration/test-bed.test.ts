/** The test bed at level control-plane: what tests of the operator and the route server rest on. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import {
  TestBedError,
  bootControlPlane,
  installCrds,
  kubeconfigForServiceAccount,
  kubeconfigImpersonating,
  kubectl,
} from '../harness/index.ts';
import type { BootedCluster, Cluster } from '../harness/index.ts';
import { MARK, findByEnvironment } from '../harness/processes/identity.ts';

const crd = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'examples.test.routesrv.dev' },
  spec: {
    group: 'test.routesrv.dev',
    names: { kind: 'Example', plural: 'examples' },
    scope: 'Namespaced',
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: { spec: { type: 'object', properties: { count: { type: 'integer', maximum: 3 } } } },
          },
        },
      },
    ],
  },
};

const example = (name: string, count: number): { input: string } => ({
  input: JSON.stringify({ apiVersion: 'test.routesrv.dev/v1', kind: 'Example', metadata: { name }, spec: { count } }),
});

const processesOf = ({ folder }: BootedCluster): number => findByEnvironment(MARK, folder).length;

describe('a booted control plane', () => {
  const files = mkdtempSync(join(tmpdir(), 'test-bed-'));
  let cluster: BootedCluster;
  before(async () => {
    cluster = await bootControlPlane({ name: 'test-bed' });
  });
  after(async () => {
    await cluster.stop();
    rmSync(files, { recursive: true });
  });

  test('serves a custom resource once its definition is installed, and validates it', async () => {
    const path = join(files, 'crd.json');
    writeFileSync(path, JSON.stringify(crd));
    await installCrds(cluster, [path]);
    await kubectl(cluster, ['apply', '-f', '-'], example('fits', 3));
    await assert.rejects(kubectl(cluster, ['apply', '-f', '-'], example('too-much', 4)), /spec\.count/);
  });

  test('collects what an owner leaves behind, since its controllers run', async () => {
    const deployment = ['create', 'deployment', 'collected', '--image', 'none'];
    await kubectl(cluster, deployment);
    await kubectl(cluster, ['wait', '--for=create', 'replicaset', '--selector', 'app=collected', '--timeout=30s']);
    await kubectl(cluster, ['delete', 'deployment', 'collected', '--cascade=foreground', '--timeout=30s']);
    assert.equal(await kubectl(cluster, ['get', 'replicasets', '--output=name']), '');
  });

  test('knows service accounts and impersonated users apart from its administrator', async () => {
    const whoAmI = async (kubeconfigPath: string): Promise<string> => {
      const as: Cluster = { ...cluster, kubeconfigPath };
      return kubectl(as, ['auth', 'whoami', '--output=jsonpath={.status.userInfo.username}']);
    };
    const account = { namespace: 'default', name: 'default' };
    assert.deepEqual(
      [
        await whoAmI(cluster.kubeconfigPath),
        await whoAmI(await kubeconfigForServiceAccount(cluster, account)),
        await whoAmI(await kubeconfigImpersonating(cluster, 'jane', ['developers'])),
      ],
      ['admin', 'system:serviceaccount:default:default', 'jane'],
    );
  });

  for (const name of ['kube-apiserver', 'etcd']) {
    test(`keeps its objects when ${name} is killed and started again`, async () => {
      await kubectl(cluster, ['create', 'configmap', `before-${name}`]);
      const { pid } = cluster.program(name);
      await cluster.program(name).crash();
      await cluster.program(name).start();
      assert.notEqual(cluster.program(name).pid, pid);
      await cluster.ready();
      assert.match(await kubectl(cluster, ['get', 'configmaps', '--output=name']), new RegExp(`before-${name}`));
    });
  }

  test('has no program of a name that was never started', () => {
    assert.throws(() => cluster.program('kubelet'), TestBedError);
  });
});

test('two control planes run side by side and know nothing of each other', async () => {
  const [one, other] = await Promise.all([
    bootControlPlane({ name: 'side-by-side' }),
    bootControlPlane({ name: 'side-by-side' }),
  ]);
  try {
    await kubectl(one, ['create', 'namespace', 'only-here']);
    assert.match(await kubectl(one, ['get', 'namespaces']), /only-here/);
    assert.doesNotMatch(await kubectl(other, ['get', 'namespaces']), /only-here/);
  } finally {
    await Promise.all([one.stop(), other.stop()]);
  }
  for (const cluster of [one, other]) {
    assert.equal(processesOf(cluster), 0);
    assert.equal(existsSync(cluster.folder), false);
  }
});

test('a kept control plane whose processes were all killed starts again with its objects', async () => {
  const options = { name: `kept-${process.pid}`, lifetime: 'kept' } as const;
  const first = await bootControlPlane(options);
  try {
    await kubectl(first, ['create', 'configmap', 'kept']);
    for (const name of ['kube-apiserver', 'kube-controller-manager', 'etcd']) await first.program(name).crash();
    const second = await bootControlPlane(options);
    assert.match(await kubectl(second, ['get', 'configmaps', '--output=name']), /configmap\/kept/);
    const third = await bootControlPlane(options);
    assert.equal(third.program('etcd').pid, second.program('etcd').pid, 'a running one is reused');
    const empty = await bootControlPlane({ ...options, fresh: true });
    assert.doesNotMatch(await kubectl(empty, ['get', 'configmaps', '--output=name']), /configmap\/kept/);
  } finally {
    await first.stop();
    rmSync(first.folder, { recursive: true, force: true });
  }
  assert.equal(processesOf(first), 0);
});
