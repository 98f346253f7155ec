import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { ask, askAndCut, oneConnection, skipperAgent, slowReader } from '../http/http-client.test-support.ts';
import { Listener } from '../http/listener.ts';
import { deciding, serveDecided, snapshotOf } from '../http/serving.test-support.ts';
import type { Serving } from '../http/serving.test-support.ts';
import { ServingThread } from './serving-thread.ts';
import { serveOnThread, threadFor } from './serving-on-thread.test-support.ts';

const loopback = { host: '127.0.0.1', port: 0 };
const lines = (count: number, version = ''): string =>
  Array.from({ length: count }, (_, at) => `r${at}: Path("/${'x'.repeat(180)}/${at}${version}") -> <shunt>;`).join(
    '\n',
  );

/** The main thread and another one, on a port each so that a test can choose. */
async function both(t: TestContext, text: string) {
  const snapshot = await snapshotOf(text);
  const deciders = deciding(snapshot, { settled: () => thread.settled() });
  const main = await serveDecided(deciders);
  const { thread, serving } = await threadFor(deciders);
  t.after(() => Promise.all([main.close(), serving.close()]));
  return { snapshot, main, other: serving };
}

test('what a client read to its end over one thread it has for the others, however soon it asks', async (t) => {
  const { snapshot, main, other } = await both(t, lines(10));
  const tag = snapshot.etag.replace(/"$/, '+gzip"');
  const ways: readonly (readonly [Serving, Serving])[] = [
    [other, main],
    [main, other],
  ];
  for (const [at, [first, second]] of Array.from({ length: 50 }, () => ways)
    .flat()
    .entries()) {
    const headers = { ...skipperAgent, 'user-agent': `client ${at}` };
    const { status } = await ask(first.port, '/routes', { headers });
    const again = await ask(second.port, '/routes', { headers: { ...headers, 'if-none-match': tag } });
    assert.deepEqual([at, status, again.status], [at, 200, 304]);
  }
});

test('what was cut over one thread is sent whole over another', async (t) => {
  const { snapshot, main, other } = await both(t, lines(40_000));
  const headers = { 'user-agent': skipperAgent['user-agent'] };
  for (const [first, second] of [
    [other, main],
    [main, other],
  ] as const) {
    await askAndCut(first.port, '/routes', { ...headers, 'if-none-match': '"older"' }, 100_000);
    const { status, body } = await ask(second.port, '/routes', {
      headers: { ...headers, 'if-none-match': snapshot.etag },
    });
    assert.deepEqual([status, body.length], [200, snapshot.table.identity.body.length]);
  }
});

test('requests of one connection are told apart, and those alike are answered alike', async (t) => {
  const snapshot = await snapshotOf(lines(10));
  const server = await serveOnThread(snapshot);
  const agent = oneConnection();
  t.after(() => {
    agent.destroy();
    return server.close();
  });
  const statusOf = async (path: string, headers: Readonly<Record<string, string>>, method = 'GET'): Promise<number> =>
    (await ask(server.port, path, { method, headers: { 'user-agent': 'client', ...headers }, agent })).status;
  const holds = { 'if-none-match': snapshot.etag };
  const asked: number[] = [];
  for (const headers of [{}, holds, holds, { 'if-none-match': '"older"' }, {}, holds]) {
    asked.push(await statusOf('/routes', headers));
  }
  asked.push(await statusOf('/elsewhere', holds), await statusOf('/elsewhere', holds));
  asked.push(await statusOf('/routes', holds, 'DELETE'), await statusOf('/routes', holds));
  assert.deepEqual(asked, [200, 304, 304, 200, 200, 304, 404, 404, 405, 304]);
});

test('more versions than are known at a time are served one after the other', async (t) => {
  const deciders = deciding(undefined);
  const { serving: server } = await threadFor(deciders);
  const agent = oneConnection();
  t.after(() => {
    agent.destroy();
    return server.close();
  });
  for (let version = 0; version < 100; version++) {
    const snapshot = await snapshotOf(lines(2, `v${version}`));
    // Without a word to the thread that the one before is not asked for any more.
    deciders.show(snapshot);
    const headers = { 'user-agent': 'client' };
    const { status, body } = await ask(server.port, '/routes', { headers, agent });
    const again = await ask(server.port, '/routes', { headers: { ...headers, 'if-none-match': snapshot.etag }, agent });
    assert.deepEqual([version, status, again.status, again.headers.etag], [version, 200, 304, snapshot.etag]);
    assert.equal(body.toString(), lines(2, `v${version}`));
  }
});

test('a drain lets a body under way end and takes nobody new', async () => {
  const snapshot = await snapshotOf(lines(100_000));
  const server = await serveOnThread(snapshot);
  const sent = request({ host: '127.0.0.1', port: server.port, path: '/routes', agent: false }).end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  const drained = server.drain(new AbortController().signal);
  await refused(server.port);
  let bytes = 0;
  for await (const chunk of response) bytes += (chunk as Buffer).length;
  assert.equal(bytes, snapshot.table.identity.body.length);
  await drained;
});

/** Resolves when nobody listens any more: the other thread has to hear of it first. */
async function refused(port: number): Promise<void> {
  const by = performance.now() + 60_000;
  while (performance.now() < by) {
    const socket = connect({ host: '127.0.0.1', port });
    const failure = await once(socket, 'connect')
      .then(() => undefined)
      .catch((error: unknown) => error);
    socket.destroy();
    // Who had come and was not taken yet is reset.
    if (failure instanceof Error && 'code' in failure && failure.code === 'ECONNREFUSED') return;
  }
  throw new Error('it still listens');
}

test('what is left is cut at the deadline', async () => {
  const server = await serveOnThread(await snapshotOf(lines(100_000)));
  const reader = await slowReader(server.port);
  const deadline = new AbortController();
  const drained = server.drain(deadline.signal);
  deadline.abort();
  await drained;
  reader.destroy();
});

test('a thread that cannot listen says why, and nobody waits for it', async (t) => {
  const alone = new Listener({ address: loopback, answer: () => undefined });
  await alone.listen();
  t.after(() => alone.close(AbortSignal.abort()));
  const { decide, connectionEnded } = deciding(undefined);
  const settings = { address: { ...loopback, port: alone.port }, mutualTls: undefined };
  const thread = new ServingThread({ settings, decide, connectionEnded });
  const settled = thread.settled();
  await assert.rejects(thread.listening(), /EADDRINUSE/);
  await settled;
  await thread.close(new AbortController().signal);
  await thread.settled();
});

test('a fault in a thread ends the program, as one on the main thread does', async () => {
  const url = new URL('serving-thread.ts', import.meta.url).href;
  const files = { pairs: [{ certPath: '/none.crt', keyPath: '/none.key' }], caPaths: [], trustsSystemCas: false };
  const settings = { address: loopback, mutualTls: { ...files, minVersion: 'TLSv1.2' } };
  const program = `import { ServingThread } from ${JSON.stringify(url)};
    new ServingThread({ settings: ${JSON.stringify(settings)}, decide: () => undefined, connectionEnded: () => undefined });`;
  const [error, errors] = await new Promise<readonly [Error | null, string]>((resolve) => {
    execFile(process.execPath, ['-e', program], (failure, _output, text) => {
      resolve([failure, text]);
    });
  });
  assert.ok(error !== null);
  assert.match(errors, /-tls-cert: \/none\.crt cannot be read/);
});

const clients = 500;

test('500 clients that read nothing have one table in memory together', async (t) => {
  const snapshot = await snapshotOf(lines(40_000));
  const size = snapshot.table.identity.body.length;
  const server = await serveOnThread(snapshot);
  t.after(() => server.close());
  const before = process.memoryUsage.rss();
  const sockets = await Promise.all(Array.from({ length: clients }, () => slowReader(server.port)));
  t.after(() => {
    for (const socket of sockets) socket.destroy();
  });
  const answeredBy = performance.now() + 60_000;
  while (server.answered.length < clients && performance.now() < answeredBy) await pause(5);
  assert.equal(server.answered.length, clients);
  // The last of them has its answer behind all others'.
  assert.equal((await ask(server.port, '/routes')).body.length, size);
  const grown = process.memoryUsage.rss() - before;
  assert.ok(grown < (clients * size) / 10, `${grown} bytes for ${clients} clients and a table of ${size}`);
});
