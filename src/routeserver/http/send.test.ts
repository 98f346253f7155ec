import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { Worker } from 'node:worker_threads';
import { systemClock } from '../../runtime/index.ts';
import type { Answer } from './answer.ts';
import type { Reply } from './exchange.ts';
import { answering, send } from './send.ts';

const answer: Answer = { status: 200, headers: ['Content-Length', '5'], body: [Buffer.from('12345')] };

const holdBackMs = 1;

test('a cut that came while the process was held up past the last byte’s time counts as one', async () => {
  const isCut = new Int32Array(new SharedArrayBuffer(4));
  const became = await new Promise<string>((resolve) => {
    const server = createServer((_request, response) => {
      const onOver = (isWhole: boolean): void => {
        resolve(isWhole ? 'completed' : 'broken');
      };
      send(response, { ...answer, holdBackMs, onOver }, systemClock);
      // As on a busy machine: when this process gets on, both the timer is due and the cut has been there for long.
      Atomics.wait(isCut, 0, 0);
      Atomics.wait(isCut, 0, 1, 10 * holdBackMs);
      response.once('close', () => server.close());
    });
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      new Worker(new URL('cutting-client.test-support.ts', import.meta.url), { workerData: { port, isCut } });
    });
  });
  assert.equal(became, 'broken');
});

async function listening(t: TestContext, answer: RequestListener): Promise<Server> {
  const server = createServer(answer);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return server;
}

/** Connections that the server has taken, of which none has asked yet. */
async function connected(server: Server, count: number): Promise<readonly Socket[]> {
  const { port } = server.address() as AddressInfo;
  const sockets: Socket[] = [];
  for (let at = 0; at < count; at++) {
    const taken = once(server, 'connection');
    const socket = connect(port, '127.0.0.1');
    await Promise.all([taken, once(socket, 'connect')]);
    sockets.push(socket);
  }
  return sockets;
}

const get = 'GET / HTTP/1.1\r\nHost: h\r\n\r\n';

for (const [what, sent] of [
  ['bodies', answer],
  ['answers without a body', { status: 304, headers: [], body: [] }],
] as const) {
  test(`${what} of requests that came together are written when all of them were decided on`, async (t) => {
    const happened: string[] = [];
    const allSent = Promise.withResolvers<undefined>();
    const onOver = (isWhole: boolean): void => {
      if (happened.push(isWhole ? 'sent' : 'broken') === 6) allSent.resolve(undefined);
    };
    const decide = (): Reply => {
      happened.push('decided');
      return { ...sent, onOver };
    };
    const server = await listening(t, answering(decide, systemClock));
    for (const socket of await connected(server, 3)) socket.write(get);
    await allSent.promise;
    assert.deepEqual(happened, ['decided', 'decided', 'decided', 'sent', 'sent', 'sent']);
  });
}

test('who has gone before it was decided on has not got its answer', async (t) => {
  const decision = Promise.withResolvers<Reply>();
  const asked = Promise.withResolvers<undefined>();
  const gone = Promise.withResolvers<undefined>();
  const server = await listening(t, (request, response) => {
    response.once('close', () => {
      gone.resolve(undefined);
    });
    answering(() => decision.promise, systemClock)(request, response);
    asked.resolve(undefined);
  });
  const [socket] = await connected(server, 1);
  socket?.write(get);
  await asked.promise;
  socket?.destroy();
  await gone.promise;
  const became = new Promise<string>((resolve) => {
    const onOver = (isWhole: boolean): void => {
      resolve(isWhole ? 'completed' : 'broken');
    };
    decision.resolve({ ...answer, onOver });
  });
  assert.equal(await became, 'broken');
});
