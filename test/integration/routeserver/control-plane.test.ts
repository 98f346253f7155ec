/** Our route server on a real API server: it follows changes, waits for CRDs, and outlives the API server. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { bootControlPlane, kubectl } from '../../harness/index.ts';
import type { BootedCluster } from '../../harness/index.ts';
import { until } from '../../harness/wait.ts';
import { ingress, routeGroup, routeGroupCrd, workload } from './manifests.ts';
import { startOurs } from './programs.ts';
import type { Running } from './programs.ts';

const deadlineMs = 60_000;
let cluster: BootedCluster;
let server: Running;
let env: Readonly<Record<string, string>>;
let flags: readonly string[];
const directory = mkdtempSync(join(tmpdir(), 'routesrv-last-known-good-'));

before(async () => {
  cluster = await bootControlPlane({ name: 'routeserver' });
  env = { KUBECONFIG: cluster.kubeconfigPath };
  flags = [
    '-enable-kubernetes-endpointslices',
    '-source-poll-timeout=500',
    '-publish-interval=100ms',
    '-boot-patience=2s',
    `-last-known-good-dir=${directory}`,
  ];
  server = await startOurs(flags, env);
  await server.answers('/health', 204);
});

after(async () => {
  await server.stop();
  await cluster.stop();
  rmSync(directory, { recursive: true, force: true });
});

async function apply(...manifests: readonly string[]): Promise<void> {
  await kubectl(cluster, ['apply', '-f', '-'], { input: manifests.join('\n---\n') });
}

/** The Service and the EndpointSlice of a workload: Endpoints would be mirrored into a second slice. */
function slicesOnly(name: string): readonly string[] {
  return workload(name).filter((manifest) => !manifest.includes('kind: Endpoints\n'));
}

async function table(): Promise<string> {
  return (await fetch(`${server.url}/routes`)).text();
}

async function tableHas(wanted: RegExp, what: string): Promise<void> {
  const explain = () => Promise.resolve(server.output);
  await until({ what: `the table to have ${what}`, deadlineMs, explain }, async () => wanted.test(await table()));
}

async function metric(name: string): Promise<number> {
  const text = await (await fetch(`${server.supportUrl}/metrics`)).text();
  const line = text
    .split('\n')
    .find((candidate) => candidate.startsWith(`${name} `) || candidate.startsWith(`${name}{`));
  return Number(line?.split(' ').at(-1));
}

test('a cluster without RouteGroups is served, and that they are missing is said once', async () => {
  assert.match(await table(), /^kube__healthz_down: /);
  await server.says(/does not have this kind/);
  assert.equal(server.output.match(/does not have this kind/g)?.length, 1);
});

test('an Ingress comes into the table with its endpoints', async () => {
  await apply(ingress('shop', 'shop.example.org', 'one'), ...slicesOnly('shop'));
  await tableHas(/shop.*"X-Version", "one".*10\.2\.0\.1:8080/, 'the Ingress');
});

test('a change of an EndpointSlice comes into the table', async () => {
  await apply(...slicesOnly('shop').map((manifest) => manifest.replaceAll('10.2.1.1', '10.2.9.9')));
  await tableHas(/10\.2\.9\.9:8080/, 'the new endpoint');
  assert.doesNotMatch(await table(), /10\.2\.1\.1/);
});

test('RouteGroups come into the table when their CRD does', async () => {
  await apply(routeGroupCrd);
  await kubectl(cluster, ['wait', '--for=condition=Established', '--timeout=20s', 'crd/routegroups.zalando.org']);
  await apply(routeGroup('api', 'api.example.org'), ...slicesOnly('api'));
  await tableHas(/kube_rg__default__api/, 'the RouteGroup');
});

test('an object with a mistake loses its own routes only, and is named in the log once', async () => {
  const broken = ingress('broken', 'broken.example.org', 'x').replace('setResponseHeader(', 'setResponseHeader((');
  await apply(broken, ...slicesOnly('broken'));
  await server.says(/default\/broken/, deadlineMs);
  await apply(ingress('shop', 'shop.example.org', 'two'));
  await tableHas(/"X-Version", "two"/, 'the next change');
  assert.equal(server.output.match(/"object":"default\/broken"/g)?.length, 1);
  assert.ok((await metric('routesrv_problems')) >= 1);
  await kubectl(cluster, ['delete', 'ingress', 'broken']);
});

test('without the API server the table is served on, and with it again the route server catches up', async () => {
  const before = await table();
  const apiServer = cluster.program('kube-apiserver');
  await apiServer.crash();
  assert.equal(await table(), before);
  await server.answers('/health', 204);
  await until(
    { what: 'the age of the data to be told', deadlineMs },
    async () => (await metric('routesrv_routes_source_age_seconds')) > 0.5,
  );
  await restartsFromDiskAndPeer(before);
  await apiServer.start();
  await cluster.ready();
  await apply(ingress('shop', 'shop.example.org', 'three'));
  await tableHas(/"X-Version", "three"/, 'what changed after the outage');
});

/** While the API server is away: the first route server starts again from its file, and a new one from the first. */
async function restartsFromDiskAndPeer(table: string): Promise<void> {
  assert.equal(await server.stop('SIGTERM'), 0);
  server = await startOurs(flags, env);
  await server.answers('/health', 204);
  await server.says(/serving a last known good table/);
  const peerFlags = ['-boot-patience=100ms', `-peer-urls=${server.url}/routes`];
  const replica = await startOurs([...peerFlags, '-enable-kubernetes-endpointslices'], env);
  try {
    await replica.answers('/health', 204);
    const served = await Promise.all([server, replica].map(({ url }) => fetch(`${url}/routes`)));
    assert.deepEqual(await Promise.all(served.map((response) => response.text())), [table, table]);
    const [etag, ...others] = served.map(({ headers }) => headers.get('etag'));
    assert.deepEqual(others, [etag], 'replicas agree, wherever their table is from');
    assert.equal(await metric('routesrv_routes_stale'), 1);
  } finally {
    await replica.stop();
  }
}

test('a deleted object leaves the table', async () => {
  await kubectl(cluster, ['delete', 'ingress', 'shop']);
  await until(
    { what: 'the Ingress to leave the table', deadlineMs },
    async () => !(await table()).includes('shop_example_org'),
  );
});

test('SIGTERM ends it in good order', async () => {
  assert.equal(await server.stop('SIGTERM'), 0);
});
