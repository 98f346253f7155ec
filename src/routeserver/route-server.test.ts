import assert from 'node:assert/strict';
import { test } from 'node:test';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { ask } from './http/http-client.test-support.ts';
import { aServer, nothing } from './route-server.test-support.ts';

test('it listens before it has routes, and is healthy when it has', async (t) => {
  const { server, source, said } = await aServer(t);
  const before = await ask(server.port, '/health');
  assert.deepEqual([before.status, before.body.toString()], [503, 'routes were not initialized yet\n']);
  source.tell(nothing);
  await said('routes initialized');
  assert.equal((await ask(server.port, '/health')).status, 204);
  assert.equal((await ask(server.port, '/routes')).headers['x-count'], '3');
});

test('verbose health says what is served and how old its data is', async (t) => {
  const { server, source, said } = await aServer(t);
  source.tell(nothing);
  await said('routes initialized');
  const { status, body } = await ask(server.port, '/health?verbose');
  assert.equal(status, 200);
  const lines = [
    'ok',
    'routes: 3',
    'etag: "[0-9a-f]{64}"',
    String.raw`published: \S+Z`,
    String.raw`age of data: 1\.5 s`,
    'stale: no',
    'held back: nothing',
    String.raw`ingresses: 7 objects, heard of 1\.5 s ago`,
    'routeGroups: the cluster does not have this kind',
    'services: not listed yet',
  ];
  assert.match(body.toString(), new RegExp(`^${lines.join('\n')}\n$`));
});

test('verbose health says the same to programs', async (t) => {
  const { server, source, said } = await aServer(t);
  const before = await ask(server.port, '/health?verbose=json');
  const unknown = JSON.parse(before.body.toString()) as Record<string, unknown>;
  assert.deepEqual([before.status, unknown['initialized'], unknown['etag']], [503, false, null]);
  source.tell(nothing);
  await said('routes initialized');
  const { status, body, headers } = await ask(server.port, '/health?verbose=json');
  const { etag, published, ...rest } = JSON.parse(body.toString()) as Record<string, unknown>;
  assert.deepEqual([status, headers['content-type']], [200, 'application/json']);
  assert.match(`${String(etag)} ${String(published)}`, /^"[0-9a-f]{64}" \S+Z$/);
  assert.deepEqual(rest, {
    ...{ initialized: true, draining: false, routes: 3, ageSeconds: 1.5, stale: false, keptFrom: null },
    heldBackRoutes: 0,
    kinds: [
      { kind: 'ingresses', state: 'listed', objects: 7, ageSeconds: 1.5 },
      { kind: 'routeGroups', state: 'absent', objects: 0, ageSeconds: null },
      { kind: 'services', state: 'waiting', objects: 0, ageSeconds: null },
    ],
  });
});

test('a table without routes is not published', async (t) => {
  const { server, source, said, metrics } = await aServer(t, [
    '-kubernetes-healthcheck=false',
    '-kubernetes-https-redirect=false',
  ]);
  source.tell(nothing);
  await said('received empty routes');
  assert.equal((await ask(server.port, '/routes')).status, 404);
  assert.match(await metrics.render(), /routesrv_custom_total\{key="routes\.empty"\} 1/);
});

test('the start is over with the first table, also with one that was kept', async (t) => {
  const kept = `-last-known-good-dir=${temporaryFolder('last-known-good-')}`;
  const before = await aServer(t, [kept]);
  assert.equal(before.firstTables(), 0);
  before.source.tell(nothing);
  await before.said('routes initialized');
  await before.stop(AbortSignal.timeout(30_000));
  const after = await aServer(t, [kept]);
  await after.said('serving a last known good table');
  assert.equal(after.firstTables(), 0);
  after.source.tell(nothing);
  await after.said('no last known good table any more');
  assert.deepEqual([before.firstTables(), after.firstTables()], [1, 1]);
});

test('what happens is counted under the original’s names', async (t) => {
  const { server, source, said, metrics } = await aServer(t);
  source.tell(nothing);
  await said('routes initialized');
  await ask(server.port, '/routes');
  await ask(server.port, '/routes', { method: 'PUT' });
  const text = await metrics.render();
  for (const line of [
    'routesrv_custom_total{key="200"} 1',
    'routesrv_custom_total{key="405"} 1',
    'routesrv_custom_gauges{key="routes.total"} 3',
    'routesrv_routes_source_age_seconds 1.5',
    'routesrv_publications_total{outcome="published"} 1',
  ]) {
    assert.ok(text.split('\n').includes(line), `${line} is not in\n${text}`);
  }
});

test('answers are timed under the original’s names', async (t) => {
  const { server, source, said, metrics } = await aServer(t);
  source.tell(nothing);
  await said('routes initialized');
  await ask(server.port, '/routes');
  const isTimed = async (): Promise<void> => {
    const lines = (await metrics.render()).split('\n');
    assert.ok(lines.includes('routesrv_backend_combined_duration_seconds_count 1'));
    assert.ok(lines.includes('routesrv_backend_duration_seconds_count{host="",route="routersv",zone=""} 1'));
  };
  // The client may have the whole answer before the server has seen its end.
  await t.waitFor(isTimed, { timeout: 30_000 });
});

test('when it is told to stop it is unhealthy at once and serves on until the delay is over', async (t) => {
  const { server, source, said, stop } = await aServer(t, ['-wait-for-healthcheck-interval=1h']);
  source.tell(nothing);
  await said('routes initialized');
  const deadline = new AbortController();
  const stopped = stop(deadline.signal);
  const statuses = await Promise.all(['/health', '/routes'].map(async (path) => (await ask(server.port, path)).status));
  assert.deepEqual(statuses, [503, 200]);
  deadline.abort();
  await stopped;
  await assert.rejects(ask(server.port, '/routes'), { code: 'ECONNREFUSED' });
});

test('shards are served where they are configured', async (t) => {
  const flags = ['-kubernetes-redis-service-namespace=ns', '-kubernetes-redis-service-name=redis'];
  const { server } = await aServer(t, flags);
  const [redis, valkey] = await Promise.all(
    ['redis', 'valkey'].map((store) => ask(server.port, `/swarm/${store}/shards`)),
  );
  assert.deepEqual([redis?.status, redis?.body.toString(), valkey?.status], [200, '{"endpoints":[]}', 404]);
});
