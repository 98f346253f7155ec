/** The end of a route server, as a process with sockets: readiness goes first, then new connections, last the bodies. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { after, before, test } from 'node:test';
import type { TestContext } from 'node:test';
import { ask } from '../../../src/routeserver/http/http-client.test-support.ts';
import { hasCode } from '../../harness/errors.ts';
import { until } from '../../harness/wait.ts';
import { ListApi } from './list-api.ts';
import { aCluster } from './manifests.ts';
import { startOurs } from './programs.ts';
import type { Running } from './programs.ts';

const deadlineMs = 60_000;
const api = new ListApi();
let apiUrl: string;

before(async () => {
  // More than the kernel's buffers take: what is not read is not sent.
  api.show(aCluster('x'.repeat(24 * 1024 * 1024)));
  apiUrl = await api.listen();
});

after(() => {
  api.close();
});

async function aRouteServer(t: TestContext, drainDelay: string): Promise<Running> {
  const flags = [`-kubernetes-url=${apiUrl}`, '-enable-kubernetes-endpointslices', '-source=poll'];
  const server = await startOurs([...flags, `-wait-for-healthcheck-interval=${drainDelay}`]);
  t.after(() => server.stop());
  await server.answers('/health', 204);
  return server;
}

/** Asks for the plain table, and reads nothing of it yet. */
async function slowReader({ port }: Running): Promise<IncomingMessage> {
  const sent = request({ host: '127.0.0.1', port, path: '/routes', agent: false }).end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  return response;
}

async function lengthOf(response: IncomingMessage): Promise<number> {
  let bytes = 0;
  for await (const chunk of response) bytes += (chunk as Buffer).length;
  return bytes;
}

test('on SIGTERM, however often it comes, readiness goes and the table is served until the delay is over', async (t) => {
  const server = await aRouteServer(t, '1h');
  server.signal('SIGTERM');
  await server.answers('/health', 503);
  assert.equal((await fetch(`${server.supportUrl}/health`)).status, 503, 'on the support listener, too');
  server.signal('SIGTERM');
  server.signal('SIGINT');
  const polls = ['', 'gzip'].map((encoding) =>
    ask(server.port, '/routes', { headers: { 'accept-encoding': encoding } }),
  );
  for (const { status, headers, body } of await Promise.all(polls)) {
    assert.deepEqual([status, body.length], [200, Number(headers['content-length'])]);
  }
  assert.equal((await fetch(`${server.supportUrl}/metrics`)).status, 200, 'the end can be watched');
  assert.equal(server.hasExited, false);
});

test('a slow reader gets the whole table though nobody is let in any more, and then the program ends with 0', async (t) => {
  const server = await aRouteServer(t, '100ms');
  const readers = await Promise.all([slowReader(server), slowReader(server)]);
  const stopped = server.stop('SIGTERM');
  const refused = { what: 'new connections to be refused', deadlineMs, explain: () => Promise.resolve(server.output) };
  await until(refused, () =>
    ask(server.port, '/health').then(
      () => false,
      (error: unknown) => hasCode(error, 'ECONNREFUSED'),
    ),
  );
  server.signal('SIGTERM');
  assert.equal(server.hasExited, false);
  const lengths = await Promise.all(readers.map(lengthOf));
  assert.deepEqual(
    lengths,
    readers.map(({ headers }) => Number(headers['content-length'])),
  );
  assert.ok(lengths.every((length) => length > 24 * 1024 * 1024));
  assert.equal(await stopped, 0);
});
