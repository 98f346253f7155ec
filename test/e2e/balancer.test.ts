import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { bootNode, images, kubectl } from '../harness/index.ts';
import type { Cluster } from '../harness/index.ts';
import { apply, eventually, installRouteGroups } from '../harness/scenario/index.ts';
import { endpointsReady, rolledOut } from '../harness/scenario/kubernetes.ts';
import { namespace as namespaceOf, scripted, service } from '../harness/scenario/objects.ts';
import type { Manifest } from '../harness/scenario/objects.ts';
import { skipperFleet } from '../harness/scenario/skipper.ts';
import { packedScript } from './support/packed-script.ts';

const namespace = 'balanced';
const host = 'search.example.org';
const minuteMs = 60_000;

/** Answers with its pod's name, and goes on answering while the world learns that it is on its way out. */
const backend = `
import { createServer } from 'node:http';
const server = createServer((_request, response) => response.end(process.env.HOSTNAME));
server.keepAliveTimeout = 120_000;
server.listen(8080);
process.on('SIGTERM', () => setTimeout(() => process.exit(), 15_000));
`;

/** With time to say goodbye: kubelet would kill the pods of a scenario after 2 s. */
function patient(manifests: readonly Manifest[]): readonly Manifest[] {
  const text = JSON.stringify(manifests).replaceAll(
    '"terminationGracePeriodSeconds":2',
    '"terminationGracePeriodSeconds":30',
  );
  return JSON.parse(text) as readonly Manifest[];
}

const ingress: Manifest = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: {
    name: 'search',
    namespace,
    annotations: {
      'zalando.org/skipper-loadbalancer': 'consistentHash',
      'zalando.org/skipper-filter': 'consistentHashKey("${request.header.X-Key}")',
    },
  },
  spec: {
    rules: [
      {
        host,
        http: {
          paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'search', port: { name: 'http' } } } }],
        },
      },
    ],
  },
};

const rbac = 'rbac.authorization.k8s.io';
const rights: readonly Manifest[] = [
  {
    ...{ apiVersion: `${rbac}/v1`, kind: 'Role', metadata: { name: 'endpoints', namespace } },
    rules: [{ apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['list', 'watch'] }],
  },
  {
    ...{ apiVersion: `${rbac}/v1`, kind: 'RoleBinding', metadata: { name: 'endpoints', namespace } },
    roleRef: { apiGroup: rbac, kind: 'Role', name: 'endpoints' },
    subjects: [{ kind: 'ServiceAccount', name: 'default', namespace }],
  },
];

interface Row {
  readonly key: string;
  readonly picked: string;
  readonly asked: string;
  readonly skippers: string;
}
interface Owners {
  readonly endpoints: number;
  readonly rows: readonly Row[];
}
interface Stats {
  readonly sent: number;
  readonly failed: number;
  readonly causes: readonly string[];
  readonly attempts: number;
  readonly fallbacks: number;
}

async function raise(t: TestContext): Promise<{ cluster: Cluster; ask: (path: string) => Promise<unknown> }> {
  const cluster = await bootNode({ name: 'balancer', lifetime: 'ephemeral' });
  t.after(() => cluster.stop());
  const skipper = await images.load(cluster, 'skipper');
  const image = await images.load(cluster, 'routesrv-dev');
  await installRouteGroups(cluster);
  await apply(cluster, [namespaceOf(namespace)]);
  const script = await packedScript(join(import.meta.dirname, 'support/balanced-client.ts'));
  const client = { name: 'client', namespace, image, replicas: 1, script };
  const env = {
    ...{ NAMESPACE: namespace, SERVICE: 'search', PER_SECOND: '100', URL: `http://${host}/` },
    SKIPPER: `http://skipper.${namespace}.svc.cluster.local`,
  };
  await apply(cluster, [
    ...rights,
    ...patient(scripted({ name: 'search', namespace, image, replicas: 3, script: backend })),
    service({ name: 'search', namespace }),
    ingress,
  ]);
  await rolledOut(cluster, namespace, 'search');
  await endpointsReady(cluster, namespace, 'search', 3);
  await apply(cluster, skipperFleet({ name: 'skipper', namespace, image: skipper, replicas: 1 }));
  await rolledOut(cluster, namespace, 'skipper');
  await apply(cluster, scripted({ ...client, env }));
  await rolledOut(cluster, namespace, 'client');
  const name = ['-o', 'jsonpath={.items[0].metadata.name}', '--field-selector=status.phase=Running'];
  const pod = await kubectl(cluster, ['-n', namespace, 'get', 'pods', '-l', 'app=client', ...name]);
  const proxy = `/api/v1/namespaces/${namespace}/pods/${pod}:8080/proxy`;
  return {
    cluster,
    ask: async (path) => JSON.parse(await kubectl(cluster, ['get', '--raw', `${proxy}${path}`])) as unknown,
  };
}

test('a Deployment goes 3, 12, 5 pods under load: no request fails, and keys are where Skipper has them', async (t) => {
  const { cluster, ask } = await raise(t);
  let last: Owners | undefined;
  const differing = (): readonly Row[] =>
    last?.rows.filter(({ picked, asked, skippers }) => picked !== asked || asked !== skippers) ?? [];
  for (const replicas of [3, 12, 5]) {
    await kubectl(cluster, ['-n', namespace, 'scale', 'deployment', 'search', `--replicas=${replicas}`]);
    await rolledOut(cluster, namespace, 'search');
    const explain = (): Promise<string> =>
      Promise.resolve(`${last?.endpoints ?? 0} endpoints; ${JSON.stringify(differing().slice(0, 5))}`);
    const what = `all keys to be where Skipper has them, with ${replicas} pods`;
    // Skipper polls every 3 s and we gather changes for 2 s: for a moment the two may know different pods.
    await eventually({ what, deadlineMs: 3 * minuteMs, explain }, async () => {
      last = (await ask('/owners')) as Owners;
      return last.endpoints === replicas && differing().length === 0;
    });
    const owners = new Set(last?.rows.map(({ picked }) => picked));
    assert.equal(owners.size, replicas, 'each pod has some of 200 keys');
    t.diagnostic(`${replicas} pods: 200 of 200 keys agree`);
  }
  const enough = { what: 'a thousand requests', deadlineMs: 3 * minuteMs };
  const stats = await eventually(enough, async () => {
    const seen = (await ask('/')) as Stats;
    return seen.sent >= 1_000 ? seen : undefined;
  });
  t.diagnostic(JSON.stringify(stats));
  assert.equal(stats.failed, 0, stats.causes.join('\n'));
});
