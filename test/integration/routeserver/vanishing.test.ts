/**
 * Routes that vanish by the hundred, on a real API server: whether objects, rights or a whole kind are taken away, no cut
 * table is served, it is told, and a person lifts it.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { bootControlPlane, kubeconfigForServiceAccount, kubectl } from '../../harness/index.ts';
import type { BootedCluster } from '../../harness/index.ts';
import { until } from '../../harness/wait.ts';
import { ingress, routeGroup, routeGroupCrd, workload } from './manifests.ts';
import { startOurs } from './programs.ts';
import type { Running } from './programs.ts';

const deadlineMs = 60_000;
const sources = ['watch', 'poll'] as const;
const names = Array.from({ length: 20 }, (_, at) => `app-${at}`);
const groups = Array.from({ length: 8 }, (_, at) => `group-${at}`);
const collection = '/apis/networking.k8s.io/v1/namespaces/default/ingresses';
const crd = 'crd/routegroups.zalando.org';
const grant = ['create', 'clusterrolebinding', 'reads', '--clusterrole=view-routes', '--serviceaccount=default:reader'];
const rules = `
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: { name: view-routes }
rules:
  - { apiGroups: ['', networking.k8s.io, discovery.k8s.io, zalando.org], resources: ['*'], verbs: [get, list, watch] }
---
apiVersion: v1
kind: ServiceAccount
metadata: { name: reader, namespace: default }`;

let cluster: BootedCluster;
const servers: Running[] = [];

before(async () => {
  cluster = await bootControlPlane({ name: 'vanishing' });
  await kubectl(cluster, ['apply', '-f', '-'], { input: [rules, routeGroupCrd].join('\n---\n') });
  await kubectl(cluster, ['wait', '--for=condition=Established', '--timeout=60s', crd]);
  await kubectl(cluster, grant);
  await apply(...[...names, ...groups].map((name) => workload(name)[0] ?? ''), ...ingresses(), ...routeGroups());
  const env = { KUBECONFIG: await kubeconfigForServiceAccount(cluster, { namespace: 'default', name: 'reader' }) };
  const flags = [
    '-max-shrink-percent=20',
    '-relist-interval=1h',
    '-source-poll-timeout=500',
    // What is deleted in one go is seen in one go.
    '-publish-interval=5s',
    '-enable-kubernetes-endpointslices',
  ];
  for (const source of sources) servers.push(await startOurs([...flags, `-source=${source}`], env));
  await everywhere((server) => server.answers('/health', 204));
});

after(async () => {
  await everywhere((server) => server.stop());
  await cluster.stop();
});

const ingresses = (): readonly string[] => names.map((name) => ingress(name, `${name}.example.org`, '1'));
const routeGroups = (): readonly string[] => groups.map((name) => routeGroup(name, `${name}.example.org`));

async function apply(...manifests: readonly string[]): Promise<void> {
  await kubectl(cluster, ['apply', '-f', '-'], { input: manifests.join('\n---\n') });
}

async function everywhere(what: (server: Running) => Promise<unknown>): Promise<void> {
  await Promise.all(servers.map(what));
}

async function hostsOf(server: Running): Promise<number> {
  const text = await (await fetch(`${server.url}/routes`)).text();
  return [...names, ...groups].filter((name) => text.includes(`${name.replace('-', '_')}__`)).length;
}

async function metric(server: Running, line: string): Promise<number> {
  const text = await (await fetch(`${server.supportUrl}/metrics`)).text();
  const found = text.split('\n').find((candidate) => candidate.startsWith(`${line} `));
  return Number(found?.split(' ').at(-1) ?? 0);
}

async function becomes(server: Running, what: string, isSo: () => Promise<boolean>): Promise<void> {
  await until({ what, deadlineMs, explain: () => Promise.resolve(server.output) }, isSo);
}

/** At most the fifth of all routes that may go at once is gone, and it is told how much is held back. */
async function holdsBack(server: Running): Promise<void> {
  await becomes(
    server,
    'the loss to be held back',
    async () => (await metric(server, 'routesrv_held_back_routes')) > 0,
  );
  // An Ingress has one route and a RouteGroup two, so a fifth of the routes is less than 0.3 of the hosts.
  assert.ok((await hostsOf(server)) >= 0.7 * (names.length + groups.length));
  await server.says(/too many routes are gone at once/);
  const held = (await (await fetch(`${server.supportUrl}/held-back`)).json()) as { readonly routes: number };
  assert.equal(held.routes, await metric(server, 'routesrv_held_back_routes'));
}

test('rights that are taken away take no route with them', async () => {
  await everywhere(async (server) => {
    assert.equal(await hostsOf(server), names.length + groups.length);
  });
  await kubectl(cluster, ['delete', 'clusterrolebinding', 'reads']);
  const [, poll] = servers;
  assert.ok(poll !== undefined);
  const failed = 'routesrv_custom_total{key="routes.fetch_errors"}';
  await becomes(poll, 'several rounds to be refused', async () => (await metric(poll, failed)) >= 3);
  await everywhere(async (server) => {
    assert.equal(await hostsOf(server), names.length + groups.length);
    assert.equal((await fetch(`${server.url}/health`)).status, 204);
  });
  await kubectl(cluster, grant);
});

test('of nine tenths of the Ingresses, deleted at once, every host is served on until a person says so', async () => {
  await kubectl(cluster, ['label', 'ingress', ...names.slice(2), 'goes=now']);
  await kubectl(cluster, ['delete', '--raw', `${collection}?labelSelector=goes%3Dnow`]);
  await everywhere(holdsBack);
  await apply(ingress('fresh', 'fresh.example.org', '1'), workload('fresh')[0] ?? '');
  await everywhere(async (server) => {
    const has = async () => (await (await fetch(`${server.url}/routes`)).text()).includes('fresh_example_org');
    await becomes(server, 'another change to be served meanwhile', has);
    await fetch(`${server.supportUrl}/held-back`, { method: 'DELETE' });
    await becomes(server, 'the routes to go', async () => (await hostsOf(server)) === 2 + groups.length);
    assert.equal(await metric(server, 'routesrv_shrink_guard_total{decision="confirmed"}'), 1);
    assert.equal(await metric(server, 'routesrv_held_back_routes'), 0);
  });
  await apply(...ingresses());
  await everywhere((server) =>
    becomes(server, 'all hosts to be back', async () => (await hostsOf(server)) === names.length + groups.length),
  );
});

test('when the CRD is deleted, its routes are served on until it is back', async () => {
  await kubectl(cluster, ['delete', crd]);
  await everywhere(holdsBack);
  await apply(routeGroupCrd);
  await kubectl(cluster, ['wait', '--for=condition=Established', '--timeout=60s', crd]);
  await apply(...routeGroups());
  await everywhere(async (server) => {
    const recovered = 'routesrv_shrink_guard_total{decision="recovered"}';
    await becomes(server, 'the matter to end', async () => (await metric(server, recovered)) >= 1);
    await becomes(server, 'all hosts', async () => (await hostsOf(server)) === names.length + groups.length);
  });
});
