import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ask } from './http-client.test-support.ts';
import { serve, snapshotOf } from './serving.test-support.ts';

const table = await snapshotOf('a: * -> <shunt>;');

const cases = {
  'health is 204 once there are routes': { show: table, path: '/health', want: [204, ''] },
  'health is 503 with a reason before': { show: undefined, path: '/health', want: [503, 'a word about health\n'] },
  'verbose health has words': { show: table, path: '/health?verbose', want: [200, 'a word about health\n'] },
  'shards are JSON': { show: table, path: '/swarm/redis/shards', want: [200, '{"endpoints":[]}'] },
  'shards that are not configured are not there': {
    show: table,
    path: '/swarm/valkey/shards',
    want: [404, '404 page not found\n'],
  },
  'other paths are not there': { show: table, path: '/', want: [404, '404 page not found\n'] },
  'a zone needs a name': { show: table, path: '/routes/', want: [404, '404 page not found\n'] },
  'a zone is one segment': { show: table, path: '/routes/a/b', want: [404, '404 page not found\n'] },
  'a query changes nothing': { show: table, path: '/routes?x=1', want: [200, 'a: * -> <shunt>;'] },
} as const;

for (const [name, { show, path, want }] of Object.entries(cases)) {
  test(name, async (t) => {
    const server = await serve(show);
    t.after(() => server.close());
    const { status, body } = await ask(server.port, path);
    assert.deepEqual([status, body.toString()], want);
  });
}

test('shards are read with GET only', async (t) => {
  const server = await serve(table);
  t.after(() => server.close());
  assert.equal((await ask(server.port, '/swarm/redis/shards', { method: 'HEAD' })).status, 405);
});
