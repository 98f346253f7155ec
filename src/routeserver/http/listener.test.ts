import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { ask, oneConnection } from './http-client.test-support.ts';
import type { ConnectionEnd } from './exchange.ts';
import { Listener } from './listener.ts';
import type { ListenerOptions } from './listener.ts';
import { send } from './send.ts';
import { systemClock } from '../../runtime/index.ts';

const bodyBytes = 32 * 1024 * 1024;
const answer = {
  status: 200,
  headers: ['Content-Length', String(bodyBytes)],
  body: [Buffer.alloc(bodyBytes)],
} as const;

async function aListener(more: Pick<ListenerOptions, 'onEnd' | 'stalledMs'> = {}): Promise<Listener> {
  const listener = new Listener({
    address: { host: '127.0.0.1', port: 0 },
    answer: (_request, response) => {
      send(response, answer, systemClock);
    },
    ...more,
  });
  await listener.listen();
  return listener;
}

/** Asks, and does not read on until told to. */
async function slowReader(port: number): Promise<IncomingMessage> {
  const sent = request({ host: '127.0.0.1', port, path: '/', agent: false }).end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  return response;
}

async function readToEnd(response: IncomingMessage): Promise<number> {
  let bytes = 0;
  for await (const chunk of response) bytes += (chunk as Buffer).length;
  return bytes;
}

test('a drain lets a body under way end and takes nobody new', async () => {
  const listener = await aListener();
  const reader = await slowReader(listener.port);
  const { port } = listener;
  const drained = listener.close(new AbortController().signal);
  await assert.rejects(ask(port, '/'), { code: 'ECONNREFUSED' });
  assert.equal(await readToEnd(reader), bodyBytes);
  await drained;
});

test('a drain does not wait for connections without a request', async () => {
  const listener = await aListener();
  const agent = oneConnection();
  await ask(listener.port, '/', { agent });
  await listener.close(new AbortController().signal);
  agent.destroy();
});

test('a drain ends at its deadline, whoever still reads', async () => {
  const listener = await aListener();
  const reader = await slowReader(listener.port);
  const deadline = new AbortController();
  const drained = listener.close(deadline.signal);
  deadline.abort();
  await drained;
  await assert.rejects(readToEnd(reader), { code: 'ECONNRESET' });
});

/** Closes a connection over which nothing goes for a moment; `ended` resolves with the first that is. */
async function anImpatientListener(
  t: TestContext,
): Promise<{ readonly port: number; readonly ended: Promise<undefined> }> {
  const ended = Promise.withResolvers<undefined>();
  const onEnd = (): void => {
    ended.resolve(undefined);
  };
  const listener = await aListener({ onEnd, stalledMs: 100 });
  t.after(() => listener.close(AbortSignal.abort()));
  return { port: listener.port, ended: ended.promise };
}

// Without the limit nothing ends the connection, and the test runs into its own.
test('a reader that takes nothing for too long is cut', { timeout: 45_000 }, async (t) => {
  const { port, ended } = await anImpatientListener(t);
  const reader = await slowReader(port);
  await ended;
  await assert.rejects(readToEnd(reader));
});

// Likewise.
test('a connection on which nothing is asked any more is closed', { timeout: 45_000 }, async (t) => {
  const { port, ended } = await anImpatientListener(t);
  const agent = oneConnection();
  t.after(() => {
    agent.destroy();
  });
  // On a machine that stands still for longer than that it is cut before; that is no other end.
  await ask(port, '/', { agent }).catch(() => undefined);
  await ended;
});

test('a reset connection is told of', async () => {
  const reset = Promise.withResolvers<object>();
  const onEnd = (connection: object, end: ConnectionEnd): void => {
    if (end === 'reset') reset.resolve(connection);
  };
  const listener = await aListener({ onEnd });
  const socket = connect({ host: '127.0.0.1', port: listener.port });
  await once(socket, 'connect');
  socket.write('GET / HTTP/1.1\r\nhost: test\r\n\r\n');
  await once(socket, 'data');
  socket.resetAndDestroy();
  await reset.promise;
  await listener.close(AbortSignal.abort());
});

test('an address that is taken is an error, not a wait', async (t) => {
  const first = await aListener();
  t.after(() => first.close(AbortSignal.abort()));
  const second = new Listener({ address: { host: '127.0.0.1', port: first.port }, answer: () => undefined });
  await assert.rejects(second.listen(), { code: 'EADDRINUSE' });
});
