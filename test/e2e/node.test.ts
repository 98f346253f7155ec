/** The test bed at level node: pods, names, Service addresses, and a machine that is left as it was found. */
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { buildDist } from '../../scripts/build.ts';
import { archiveOf } from '../harness/images/archive.ts';
import { importImage } from '../harness/images/import.ts';
import { nodeBase } from '../harness/images/node-base.ts';
import { writeWithoutBuilder } from '../harness/images/own-image.ts';
import { bootNode, images, kubectl } from '../harness/index.ts';
import type { BootedCluster } from '../harness/index.ts';
import { findByEnvironment, MARK } from '../harness/processes/identity.ts';
import { listInstances } from '../harness/instance/registry.ts';
import { checkout, clustersFolder } from '../harness/layout.ts';
import { findRecord } from '../harness/processes/ledger.ts';
import { findEnclosure } from '../harness/node/enclosure.ts';
import { nodeZone } from '../harness/node/kubelet.ts';
import { cableOf } from '../harness/node/network.ts';
import { installMissing, nodeRequirements } from '../harness/node/packages.ts';
import { createProgress } from '../harness/progress.ts';
import { until } from '../harness/wait.ts';

const isRoot = process.getuid?.() === 0;
const skip = isRoot ? false : 'a node needs root on Linux';
const name = `e2e-node-${process.pid}`;

/** What a node could leave behind on this machine, without what other clusters have there. */
function machine(): unknown {
  const others = listInstances().filter(({ id }) => !id.startsWith(name));
  const cables = new RegExp(`\\b(${others.map(cableOf).join('|') || 'none'})\\b`);
  const isOtherNodeUp = others.some(({ folder }) => findEnclosure(folder) !== undefined);
  const lines = (command: string, ...args: string[]): string[] =>
    execFileSync(command, args, { env: { PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` } })
      .toString()
      .split('\n')
      .filter((line) => line.length > 0 && !cables.test(line));
  const sysctls = ['vm/overcommit_memory', 'vm/panic_on_oom', 'kernel/panic', 'kernel/panic_on_oops'];
  const shared = ['net/ipv4/ip_forward', 'net/netfilter/nf_conntrack_max', 'kernel/keys/root_maxkeys'];
  const folders = [
    '/run/containerd',
    '/var/lib/cni',
    '/var/lib/kubelet',
    '/var/log/containers',
    '/etc/cni',
    '/run/netns',
  ];
  return {
    links: lines('ip', '-brief', 'link').map((line) => line.split(/\s+/)[0]),
    routes: lines('ip', 'route'),
    tables: lines('nft', 'list', 'tables'),
    mounts: readFileSync('/proc/self/mountinfo', 'utf8')
      .split('\n')
      .map((line) => line.split(' ')[4]),
    groups: readdirSync('/sys/fs/cgroup').flatMap((hierarchy) =>
      existsSync(`/sys/fs/cgroup/${hierarchy}/cgroup.procs`)
        ? readdirSync(`/sys/fs/cgroup/${hierarchy}`).filter((group) => group.startsWith(`routesrv-${name}`))
        : [],
    ),
    sysctls: Object.fromEntries(
      [...sysctls, ...shared].map((sysctl) => {
        const path = `/proc/sys/${sysctl}`;
        return [sysctl, existsSync(path) ? readFileSync(path, 'utf8') : 'none'];
      }),
    ),
    // While another node is up, the mount points are its own, too.
    folders: isOtherNodeUp ? [] : folders.filter((folder) => existsSync(folder)),
  };
}

const web = (image: string): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', labels: { app: 'web' } },
    spec: {
      terminationGracePeriodSeconds: 0,
      containers: [
        {
          name: 'web',
          image,
          args: [
            'sh',
            '-c',
            'mkdir /tmp/www && echo hello > /tmp/www/index.html && exec busybox httpd -f -p 8080 -h /tmp/www',
          ],
          readinessProbe: { httpGet: { path: '/', port: 8080 }, periodSeconds: 1 },
        },
      ],
    },
  });

/** Our route server with a flag that it must refuse: it runs, as a number that is not root, from a read-only image. */
const ownPod = (pod: string, image: string): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: pod },
    spec: {
      restartPolicy: 'Never',
      securityContext: { runAsNonRoot: true },
      containers: [
        {
          name: 'own',
          image,
          command: ['routesrv'],
          args: ['-no-such-flag'],
          securityContext: { readOnlyRootFilesystem: true },
        },
      ],
    },
  });

function fetchText(host: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const call = request({ host, path: '/', timeout: 1_000, agent: false }, (response) => {
      response.setEncoding('utf8');
      let text = '';
      response.on('data', (chunk: string) => (text += chunk));
      response.on('end', () => {
        resolve(text);
      });
    });
    call.on('timeout', () => call.destroy(new Error('timeout')));
    call.on('error', reject);
    call.end();
  });
}

describe('a node', { skip }, () => {
  let found: unknown;
  let cluster: BootedCluster;
  let busybox = '';

  before(async () => {
    await installMissing(nodeRequirements, createProgress());
    found = machine();
    cluster = await bootNode({ name });
    busybox = await images.load(cluster, 'busybox');
  });
  after(async () => {
    await cluster.stop();
    rmSync(cluster.folder, { recursive: true });
  });

  const execInWeb = (...command: string[]): Promise<string> => kubectl(cluster, ['exec', 'web', '--', ...command]);

  test('runs a pod, whose Service answers pods by name and this machine by address', async () => {
    await kubectl(cluster, ['apply', '-f', '-'], { input: web(busybox) });
    await kubectl(cluster, ['expose', 'pod', 'web', '--port=80', '--target-port=8080']);
    await kubectl(cluster, ['wait', '--for=condition=Ready', 'pod/web', '--timeout=60s']);
    const address = await kubectl(cluster, ['get', 'service', 'web', '--output=jsonpath={.spec.clusterIP}']);
    const wait = { what: 'the Service to answer', deadlineMs: 30_000 };
    assert.equal(await until(wait, () => fetchText(address)), 'hello\n');
    // From the pod to itself through the Service: the way back has to be translated, too.
    assert.equal(await execInWeb('busybox', 'wget', '-qO-', 'http://web.default.svc.cluster.local/'), 'hello\n');
    assert.match(await kubectl(cluster, ['logs', 'web']), /^$/);
  });

  test('puts its zone on the Node, for routes that prefer endpoints nearby', async () => {
    const zone = '--output=jsonpath={.items[0].metadata.labels.topology\\.kubernetes\\.io/zone}';
    assert.equal(await kubectl(cluster, ['get', 'nodes', zone]), nodeZone);
  });

  for (const program of ['kubelet', 'containerd', 'kube-apiserver']) {
    test(`goes on with the pod when ${program} is killed and started again`, async () => {
      const address = await kubectl(cluster, ['get', 'service', 'web', '--output=jsonpath={.spec.clusterIP}']);
      await cluster.program(program).crash();
      await cluster.program(program).start();
      await cluster.ready();
      assert.equal(await until({ what: 'the Service', deadlineMs: 30_000 }, () => fetchText(address)), 'hello\n');
      // Goes through the API server, kubelet and containerd.
      const echo = (): Promise<string> => execInWeb('busybox', 'echo', 'still here');
      assert.equal(await until({ what: 'exec', deadlineMs: 30_000 }, echo), 'still here\n');
    });
  }

  test('comes back with its pods when every process of it was killed', async () => {
    for (const program of ['enclosure', 'kube-scheduler', 'kube-controller-manager', 'kube-apiserver', 'etcd']) {
      await cluster.program(program).crash();
    }
    const again = await bootNode({ name });
    const address = await kubectl(again, ['get', 'service', 'web', '--output=jsonpath={.spec.clusterIP}']);
    const wait = { what: 'the Service to answer after the restart', deadlineMs: 60_000 };
    assert.equal(await until(wait, () => fetchText(address)), 'hello\n');
  });

  test('a second node runs beside it, with networks of its own', async () => {
    const beside = await bootNode({ name: `${name}-b` });
    try {
      assert.equal(await kubectl(beside, ['get', 'pods', '--output=name']), '');
      assert.match(await kubectl(cluster, ['get', 'pods', '--output=name']), /pod\/web/);
    } finally {
      await beside.stop();
      rmSync(beside.folder, { recursive: true });
    }
  });

  const refusalOf = async (pod: string, image: string): Promise<string> => {
    await kubectl(cluster, ['apply', '-f', '-'], { input: ownPod(pod, image) });
    await kubectl(cluster, ['wait', '--for=jsonpath={.status.phase}=Failed', `pod/${pod}`, '--timeout=60s']);
    return kubectl(cluster, ['logs', pod]);
  };

  test('runs our own programs, from the image of the Dockerfile, as nobody', async () => {
    assert.match(await refusalOf('own', await images.load(cluster, 'routesrv-dev')), /no-such-flag/);
  });

  test('runs them as well from the image that is written where no builder runs', async () => {
    const context = mkdtempSync(join(tmpdir(), 'image-'));
    try {
      await buildDist(join(context, 'dist'));
      copyFileSync(join(checkout, 'Dockerfile'), join(context, 'Dockerfile'));
      const reference = 'testbed.local/routesrv-dev:without-builder';
      const result = { reference, path: join(context, 'image.tar') };
      await writeWithoutBuilder({ context, base: await archiveOf(nodeBase), result });
      await importImage(cluster.folder, result);
      assert.match(await refusalOf('without-builder', reference), /no-such-flag/);
    } finally {
      rmSync(context, { recursive: true });
    }
  });

  test('leaves the machine as it was found', async () => {
    await cluster.stop();
    assert.deepEqual(findByEnvironment(MARK, cluster.folder), []);
    assert.deepEqual(machine(), found);
  });
});

describe('a boot that is killed half-way', { skip }, () => {
  for (const program of ['enclosure', 'kube-apiserver', 'kubelet']) {
    test(`is cleaned up by "down" when it had come as far as ${program}`, async () => {
      const found = machine();
      const id = `${name}-half`;
      const main = join(import.meta.dirname, '../harness/main.ts');
      const up = spawn(process.execPath, [main, 'up', '--name', id], { stdio: 'ignore' });
      const folder = join(clustersFolder(), id);
      await until({ what: program, deadlineMs: 60_000 }, () => Promise.resolve(findRecord(folder, program)));
      up.kill('SIGKILL');
      execFileSync(process.execPath, [main, 'down', '--wipe', '--name', id], { stdio: 'ignore' });
      assert.deepEqual(findByEnvironment(MARK, folder), []);
      assert.deepEqual(machine(), found);
      assert.equal(existsSync(folder), false);
    });
  }
});
