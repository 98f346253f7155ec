/** Starts without an API server: from disk, from peers, whichever is fresher, and back to the API server's own. */
import assert from 'node:assert/strict';
import { readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { temporaryFolder } from '../../../test/support/temporary-folder.ts';
import { ManualClock } from '../../runtime/manual-clock.ts';
import { ask } from '../http/http-client.test-support.ts';
import { aServer, nothing } from '../route-server.test-support.ts';
import type { Changes } from '../source/changes.ts';
import { tableFileName } from './table-file.ts';

const aDirectory = (): string => temporaryFolder('last-known-good-');

/** Serves a table, keeps it in `directory`, and ends. */
async function keptBy(t: TestContext, directory: string): Promise<string | undefined> {
  const { server, source, said, stop } = await aServer(t, [`-last-known-good-dir=${directory}`]);
  source.tell(nothing);
  await said('routes initialized');
  const { headers } = await ask(server.port, '/routes');
  await stop(AbortSignal.timeout(30_000));
  return headers.etag;
}

const one = 'old: * -> <shunt>;';
const hasty = '-boot-patience=1ms';
const servesKept = 'serving a last known good table';

test('without the API server the table on disk is served, with the tag that it had, and marked stale', async (t) => {
  const directory = aDirectory();
  const etag = await keptBy(t, directory);
  const { server, said, metrics } = await aServer(t, [hasty, `-last-known-good-dir=${directory}`]);
  await said(servesKept);
  const table = await ask(server.port, '/routes');
  assert.deepEqual([table.status, table.headers.etag, table.headers['x-count']], [200, etag, '3']);
  assert.ok(Number(table.headers['x-source-age']) >= 1);
  assert.equal((await ask(server.port, '/health')).status, 204, 'or Skippers that start get no routes');
  assert.match((await ask(server.port, '/health?verbose')).body.toString(), /stale: yes.*disk/);
  assert.match(await metrics.render(), /routesrv_routes_stale 1\n/);
});

test('a peer gives its table, and the age of its data with it', async (t) => {
  const peer = await aServer(t);
  peer.source.tell(nothing);
  await peer.said('routes initialized');
  const { server, said } = await aServer(t, [hasty, `-peer-urls=http://localhost:${peer.server.port}/routes`]);
  await said(servesKept);
  const [theirs, own] = await Promise.all([peer.server, server].map(({ port }) => ask(port, '/routes')));
  assert.deepEqual([own?.headers.etag, own?.body], [theirs?.headers.etag, theirs?.body]);
  const { body } = await ask(server.port, '/health?verbose=json');
  const { ageSeconds, keptFrom } = JSON.parse(body.toString()) as Record<string, unknown>;
  assert.equal(keptFrom, 'peer');
  assert.ok(Number(ageSeconds) >= 1.5, 'the peer’s source had been silent for 1.5 s');
});

/** A peer that answers with `body` and says that its data is `ageSeconds` old. */
async function aPeer(t: TestContext, body: string, ageSeconds: number, routes = 1): Promise<string> {
  const peer = createServer((_request, response) => {
    const headers = { 'X-Count': String(routes), 'X-Source-Age': String(ageSeconds) };
    response.writeHead(200, { ...headers, 'Last-Modified': new Date(0).toUTCString() }).end(body);
  });
  await new Promise<void>((resolve) => peer.listen(0, '127.0.0.1', resolve));
  t.after(() => peer.close());
  return `http://127.0.0.1:${(peer.address() as AddressInfo).port}/routes`;
}

test('of all tables the freshest is taken', async (t) => {
  const directory = aDirectory();
  await keptBy(t, directory);
  const old = await aPeer(t, 'old: * -> <shunt>;', 86_400);
  const older = await aPeer(t, 'older: * -> <shunt>;', 99_999);
  const fromPeers = await aServer(t, [hasty, `-peer-urls=${older},${old}`]);
  await fromPeers.said(servesKept);
  assert.match((await ask(fromPeers.server.port, '/routes')).body.toString(), /^old: /);
  const fromDisk = await aServer(t, [hasty, `-peer-urls=${old}`, `-last-known-good-dir=${directory}`]);
  await fromDisk.said('"from":"disk"');
});

test('a peer that has no table, or a part of one, is no help', async (t) => {
  const urls = [await aPeer(t, 'a: * -> <shunt>;', 0, 2), await aPeer(t, '<html>', 0), 'http://127.0.0.1:1/routes'];
  const { server, said, logged } = await aServer(t, [hasty, `-peer-urls=${urls.join(',')}`]);
  await said('no last known good table');
  assert.equal((await ask(server.port, '/health')).status, 503);
  assert.equal(logged.filter((line) => line.includes('could not help')).length, 3);
});

const damages: Readonly<Record<string, (path: string) => Promise<void>>> = {
  'was cut short': (path) => truncate(path, 200),
  'is empty': (path) => truncate(path, 0),
  'has another byte': async (path) => {
    const bytes = await readFile(path);
    bytes[bytes.length - 20] = (bytes[bytes.length - 20] ?? 0) ^ 1;
    await writeFile(path, bytes);
  },
};
for (const [what, damage] of Object.entries(damages)) {
  test(`a file that ${what} is never served, and the log says why`, async (t) => {
    const directory = aDirectory();
    await keptBy(t, directory);
    await damage(join(directory, tableFileName));
    const { server, said, source } = await aServer(t, [hasty, `-last-known-good-dir=${directory}`]);
    await said('the last known good table on disk is not served');
    await said('no last known good table');
    assert.equal((await ask(server.port, '/routes')).status, 404);
    source.tell(nothing);
    await said('routes initialized');
    assert.equal((await ask(server.port, '/routes')).status, 200);
  });
}

const redisFlags = [
  '-kubernetes-redis-service-namespace=default',
  '-kubernetes-redis-service-name=redis',
  '-enable-kubernetes-endpointslices',
];
const endpoint = { address: '10.0.0.1', zone: '', ready: true, terminating: false };
const redisSlice = { namespace: 'default', name: 'redis-x', serviceName: 'redis', endpoints: [endpoint], ports: [] };
const withRedis: Changes = {
  ...nothing,
  kinds: ['endpointSlices'],
  objects: [{ kind: 'endpointSlices', key: 'default/redis-x', object: redisSlice }],
};

test('the addresses of a swarm’s store are kept with the table, on disk and by a peer', async (t) => {
  const directory = aDirectory();
  const first = await aServer(t, [...redisFlags, `-last-known-good-dir=${directory}`]);
  first.source.tell(withRedis);
  await first.said('routes initialized');
  const want = '{"endpoints":[{"address":"10.0.0.1:6379"}]}';
  const shardsOf = async (port: number) => (await ask(port, '/swarm/redis/shards')).body.toString();
  assert.equal(await shardsOf(first.server.port), want);

  const url = `-peer-urls=http://127.0.0.1:${first.server.port}/routes`;
  const fromPeer = await aServer(t, [hasty, ...redisFlags, url]);
  await fromPeer.said(servesKept);
  assert.equal(await shardsOf(fromPeer.server.port), want);

  await first.stop(AbortSignal.timeout(30_000));
  const fromDisk = await aServer(t, [hasty, ...redisFlags, `-last-known-good-dir=${directory}`]);
  await fromDisk.said(servesKept);
  assert.equal(await shardsOf(fromDisk.server.port), want);
});

test('a peer that knows no shards gives its table all the same', async (t) => {
  const { server, said, logged } = await aServer(t, [hasty, ...redisFlags, `-peer-urls=${await aPeer(t, one, 0)}`]);
  await said(servesKept);
  assert.equal((await ask(server.port, '/swarm/redis/shards')).body.toString(), '{"endpoints":[]}');
  assert.equal(logged.filter((line) => line.includes('/swarm/redis/shards')).length, 1);
});

test('when the API server answers again its table takes the place of the stale one', async (t) => {
  const old = await aPeer(t, 'old: * -> <shunt>;', 3_600);
  const { server, said, source, metrics } = await aServer(t, [hasty, `-peer-urls=${old}`]);
  await said(servesKept);
  source.tell(nothing);
  await said('the API server answers again');
  assert.equal((await ask(server.port, '/routes')).headers['x-count'], '3');
  assert.match((await ask(server.port, '/health?verbose')).body.toString(), /stale: no/);
  assert.match(await metrics.render(), /routesrv_routes_stale 0\n/);
});

test('a table that the API server confirms is stale no more, though nothing is published', async (t) => {
  const directory = aDirectory();
  const etag = await keptBy(t, directory);
  const { server, said, source } = await aServer(t, [hasty, `-last-known-good-dir=${directory}`]);
  await said(servesKept);
  source.tell(nothing);
  await said('the API server answers again');
  const { headers } = await ask(server.port, '/routes');
  assert.equal(headers.etag, etag);
});

test('with a table from the API server nothing else is looked at', async (t) => {
  const directory = aDirectory();
  await keptBy(t, directory);
  const { source, said, logged, stop } = await aServer(t, ['-boot-patience=1h', `-last-known-good-dir=${directory}`]);
  source.tell(nothing);
  await said('routes initialized');
  await stop(AbortSignal.timeout(30_000));
  assert.doesNotMatch(logged.join(''), /last known good/);
  assert.deepEqual(await readdir(directory), [tableFileName], 'no draft is left beside the file');
});

test('a directory that cannot be written to is told, and serving goes on', async (t) => {
  const directory = aDirectory();
  await writeFile(join(directory, 'taken'), '');
  const { server, source, said, metrics } = await aServer(t, [`-last-known-good-dir=${join(directory, 'taken')}`]);
  source.tell(nothing);
  await said('could not be kept on disk');
  assert.equal((await ask(server.port, '/routes')).status, 200);
  assert.match(await metrics.render(), /last_known_good_saves_total\{outcome="failed"\} 1/);
});

test('an hour without the API server: the table stays, and its age and that of the file’s data grow', async (t) => {
  const directory = aDirectory();
  await keptBy(t, directory);
  const clock = new ManualClock(Date.now());
  const { server, said, metrics } = await aServer(t, [hasty, `-last-known-good-dir=${directory}`], clock);
  await clock.advance(1);
  await said(servesKept);
  const before = await ask(server.port, '/routes');
  clock.freezeFor(3_600_000);
  const after = await ask(server.port, '/routes');
  assert.deepEqual([after.status, after.headers.etag, after.body], [200, before.headers.etag, before.body]);
  assert.ok(Number(after.headers['x-source-age']) >= 3_600);
  assert.equal((await ask(server.port, '/health')).status, 204);
  const age = /routesrv_routes_source_age_seconds ([\d.]+)/.exec(await metrics.render())?.[1];
  assert.ok(Number(age) >= 3_600, age);
});
