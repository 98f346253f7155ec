/** What leaves HTTP on the way, over real sockets: upgrades, as WebSockets begin, and tunnels by CONNECT. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import type { EndpointInput } from '../balancer/index.ts';
import type { BalancedDispatcher } from './index.ts';
import { aBalancer, aDispatcher, deadEndpoint, HandClock, keyOf, until } from './pods.test-support.ts';

type Listener = (request: IncomingMessage, socket: Duplex) => void;

async function listening(t: TestContext, listener: Listener, pod: string): Promise<EndpointInput> {
  const server: Server = createServer().on('upgrade', listener).on('connect', listener).listen(0, '127.0.0.1');
  const sockets = new Set<Duplex>();
  server.on('connection', (socket) => sockets.add(socket));
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  await once(server, 'listening');
  return { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, pod };
}

/** Answers as `name` to whatever comes over the socket from then on. */
const speaking =
  (name: string): Listener =>
  ({ method }, socket) => {
    const head =
      method === 'CONNECT' ? '200 Connected' : '101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: chat';
    socket.write(`HTTP/1.1 ${head}\r\n\r\n`);
    socket.on('data', (chunk: Buffer) => socket.write(`${name} heard ${chunk.toString()}`));
    socket.on('error', () => socket.destroy());
  };

const origin = 'http://search.invalid';
type Way = (dispatcher: BalancedDispatcher, key: string) => Promise<{ readonly socket: Duplex }>;
const at = (path: string, key: string) => ({ origin, path, headers: { 'x-key': key } });
const ways: Readonly<Record<string, Way>> = {
  upgrade: (dispatcher, key) => dispatcher.upgrade({ ...at('/chat', key), protocol: 'chat' }),
  connect: (dispatcher, key) => dispatcher.connect(at('db.example.org:5432', key)),
};
async function said(socket: Duplex, words: string): Promise<string> {
  socket.write(words);
  const [chunk] = (await once(socket, 'data')) as [Buffer];
  return chunk.toString();
}

for (const [name, open] of Object.entries(ways)) {
  test(`${name}: the socket to the pod of the key is the caller's, and counts as answered`, async (t) => {
    const pods = [await listening(t, speaking('a'), 'a'), await listening(t, speaking('b'), 'b')];
    const balancer = aBalancer(pods);
    const dispatcher = aDispatcher(t, { balancer });
    for (const { address, pod = '' } of pods) {
      const { socket } = await open(dispatcher, keyOf(balancer, address));
      assert.deepEqual([balancer.inflight, dispatcher.figures.inflight], [0, 0]);
      assert.equal(await said(socket, 'hello'), `${pod} heard hello`);
      socket.destroy();
    }
    assert.equal(balancer.begun, balancer.finished);
  });

  test(`${name}: goes to another pod when nobody listens at the first`, async (t) => {
    const pods = [await listening(t, speaking('a'), 'a'), await deadEndpoint('gone')];
    const balancer = aBalancer(pods);
    const { socket } = await open(aDispatcher(t, { balancer }), keyOf(balancer, pods[1]?.address ?? ''));
    assert.equal(await said(socket, 'hello'), 'a heard hello');
    socket.destroy();
  });

  test(`${name}: a pod that breaks off, or never answers, is named in a typed error, and nobody is asked again`, async (t) => {
    let asked = 0;
    const breaking: Listener = (_, socket) => {
      asked++;
      socket.destroy();
    };
    const broken = aBalancer([await listening(t, breaking, 'a'), await listening(t, breaking, 'b')]);
    await assert.rejects(open(aDispatcher(t, { balancer: broken }), 'k'), { code: 'RSRV_BALANCER_TRANSPORT' });
    assert.deepEqual([asked, broken.inflight], [1, 0]);

    const clock = new HandClock();
    const silent = aBalancer([await listening(t, () => asked++, 'a'), await listening(t, () => asked++, 'b')]);
    const failed = assert.rejects(open(aDispatcher(t, { balancer: silent, clock }), 'k'), {
      code: 'RSRV_BALANCER_TIMEOUT',
      message: /did not begin to answer within 10000 ms/,
    });
    await until('the pod to be asked', () => asked === 2);
    clock.fire(10_000);
    await failed;
    assert.deepEqual([asked, silent.inflight], [2, 0]);
  });
}
