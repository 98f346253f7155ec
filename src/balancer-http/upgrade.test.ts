/** What leaves HTTP on the way, over real sockets: upgrades, as WebSockets begin, and tunnels by CONNECT. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { test } from 'node:test';
import { anAgent, drained, named, startPod } from './agent.test-support.ts';
import type { Pod } from './agent.test-support.ts';

/** Answers as `name` to whatever comes over the socket from then on. */
function speaking(pod: Pod, name: string): void {
  const answer =
    (head: string) =>
    (_: IncomingMessage, socket: Duplex): void => {
      socket.write(`HTTP/1.1 ${head}\r\n\r\n`);
      socket.on('data', (chunk: Buffer) => socket.write(`${name} heard ${chunk.toString()}`));
      socket.on('end', () => socket.end());
      socket.on('error', () => socket.destroy());
    };
  pod.server.on('upgrade', answer('101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: chat'));
  pod.server.on('connect', answer('200 Connected'));
}

async function said(socket: Duplex, words: string): Promise<string> {
  socket.write(words);
  const [chunk] = (await once(socket, 'data')) as [Buffer];
  return chunk.toString();
}

const ways = {
  upgrade: { headers: { connection: 'upgrade', upgrade: 'chat' } },
  connect: { method: 'CONNECT', path: 'db.example.org:5432' },
} as const;

for (const [event, options] of Object.entries(ways)) {
  test(`${event}: the socket to the pod of the key is the caller's, and counts as answered`, async (t) => {
    const [a, b] = [await startPod(t, named('a')), await startPod(t, named('b'))];
    speaking(a, 'a');
    speaking(b, 'b');
    const { agent, balancer, keyOf } = anAgent(t, [a.address, b.address]);
    for (const [pod, name] of [[a, 'a'] as const, [b, 'b'] as const]) {
      const headers = { ...('headers' in options ? options.headers : {}), 'x-key': keyOf(pod.address) };
      const sent = request({ host: 'search.invalid', agent, ...options, headers }).end();
      const [, socket] = (await once(sent, event)) as [IncomingMessage, Duplex];
      await drained(balancer);
      assert.equal(await said(socket, 'hello'), `${name} heard hello`);
      socket.destroy();
    }
  });

  test(`${event}: goes to another pod when nobody listens at the first`, async (t) => {
    const [a, gone] = [await startPod(t, named('a')), await startPod(t, named('gone'))];
    speaking(a, 'a');
    gone.server.close();
    const { agent, balancer, keyOf } = anAgent(t, [a.address, gone.address]);
    const headers = { ...('headers' in options ? options.headers : {}), 'x-key': keyOf(gone.address) };
    const sent = request({ host: 'search.invalid', agent, ...options, headers }).end();
    const [, socket] = (await once(sent, event)) as [IncomingMessage, Duplex];
    assert.equal(await said(socket, 'hello'), 'a heard hello');
    socket.destroy();
    await drained(balancer);
  });
}

test('a pod that does not upgrade answers as ever', async (t) => {
  const pod = await startPod(t, (_, response) => response.writeHead(426).end());
  const { agent, balancer } = anAgent(t, [pod.address]);
  const sent = request({ host: 'search.invalid', agent, ...ways.upgrade }).end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  assert.equal(response.resume().statusCode, 426);
  await once(response, 'end');
  await drained(balancer);
});
