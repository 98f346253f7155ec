/** What operators ask of a running route server beside its tables. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ask, skipperAgent } from './http/http-client.test-support.ts';
import { aServer, nothing } from './route-server.test-support.ts';

async function jsonOf(port: number, path: string, method = 'GET'): Promise<unknown> {
  const { status, body } = await ask(port, path, { method });
  assert.equal(status, 200);
  return JSON.parse(body.toString());
}

test('metrics, health, clients and what is held back are served apart from the tables', async (t) => {
  const { server, source, said } = await aServer(t, ['-support-listener=127.0.0.1:0']);
  const port = server.supportPort ?? 0;
  assert.equal((await ask(port, '/health')).status, 503);
  source.tell(nothing);
  await said('routes initialized');
  assert.equal((await ask(port, '/health')).status, 204);
  assert.match((await ask(port, '/metrics')).body.toString(), /routesrv_clients\{behind="none"\} 0/);
  const { headers } = await ask(server.port, '/routes', { headers: skipperAgent });
  assert.partialDeepStrictEqual(await jsonOf(port, '/clients'), {
    clients: [{ address: '127.0.0.1', userAgent: 'Go-http-client/1.1', url: '/routes', etag: headers.etag }],
  });
  assert.deepEqual(await jsonOf(port, '/held-back'), { routes: 0 });
  assert.deepEqual(await jsonOf(port, '/held-back', 'DELETE'), { routes: 0 });
  const refused = await ask(port, '/held-back', { method: 'POST' });
  assert.deepEqual([refused.status, refused.headers.allow], [405, 'GET, DELETE']);
});

test('a client is sent the whole table once more when that is asked for', async (t) => {
  const { server, source, said } = await aServer(t, ['-support-listener=127.0.0.1:0']);
  source.tell(nothing);
  await said('routes initialized');
  const support = server.supportPort ?? 0;
  const { headers } = await ask(server.port, '/routes', { headers: skipperAgent });
  const polls = async (): Promise<number> => {
    const conditional = { ...skipperAgent, 'if-none-match': headers.etag ?? '' };
    return (await ask(server.port, '/routes', { headers: conditional })).status;
  };
  assert.equal(await polls(), 304);
  assert.deepEqual(await jsonOf(support, '/resend?client=127.0.0.1', 'POST'), { clients: 1 });
  // A client that polls again at once is sent it twice: it may be one whose transfer failed.
  const statuses = [await polls(), await polls(), await polls()];
  assert.deepEqual([statuses.at(0), statuses.at(-1)], [200, 304]);
});

test('nobody is sent the table once more without being named', async (t) => {
  const { server, source, said } = await aServer(t, ['-support-listener=127.0.0.1:0']);
  source.tell(nothing);
  await said('routes initialized');
  const support = server.supportPort ?? 0;
  assert.equal((await ask(support, '/resend?client=127.0.0.1')).status, 405);
  assert.equal((await ask(support, '/resend', { method: 'POST' })).status, 400);
  assert.deepEqual(await jsonOf(support, '/resend?client=10.9.9.9', 'POST'), { clients: 0 });
});
