/** The main listener with serving threads beside it, on one port. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ask } from './http/http-client.test-support.ts';
import { aServer, nothing } from './route-server.test-support.ts';

const withThreads = '-serving-threads=2';
/** The system spreads connections evenly: that none of so many gets to a listener happens once in 10^17 runs. */
const connections = 100;

test('serving threads share the port with the first table, and count as the main one does', async (t) => {
  const { server, source, said, metrics, logged } = await aServer(t, [withThreads, '-support-listener=127.0.0.1:0']);
  assert.equal((await ask(server.port, '/health')).status, 503);
  assert.ok(!logged.some((line) => line.includes('a serving thread listens')));
  source.tell(nothing);
  await said('a serving thread listens');
  const answers = await Promise.all(Array.from({ length: connections }, () => ask(server.port, '/routes')));
  const kinds = new Set(answers.map(({ status, headers, body }) => [status, headers.etag, body.length].join()));
  assert.equal(kinds.size, 1);
  const { body } = await ask(server.supportPort ?? 0, '/clients');
  assert.partialDeepStrictEqual(JSON.parse(body.toString()), { clients: [{ current: true, url: '/routes' }] });
  const counted = await metrics.render();
  assert.match(counted, /routesrv_custom_total\{key="200"\} 100\n/);
});

test('an address that another program has is an error: it would else get a share of its connections', async (t) => {
  const { server } = await aServer(t, [withThreads]);
  await assert.rejects(aServer(t, [withThreads, `-address=127.0.0.1:${server.port}`]), { code: 'EADDRINUSE' });
});

test('when it stops all of them are gone', async (t) => {
  const { server, source, said, stop } = await aServer(t, [withThreads]);
  source.tell(nothing);
  await said('a serving thread listens');
  await stop(AbortSignal.abort());
  await assert.rejects(ask(server.port, '/health'), { code: 'ECONNREFUSED' });
});
