/** What a dispatcher holds on to, and that it lets go: sockets, pools, places in line, timers. */
import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { request } from 'undici';
import { seeded } from '../../test/support/seeded.ts';
import type { BalancedDispatcher, BalancedDispatcherOptions } from './index.ts';
import { aBalancer, aDispatcher, keyOf, startPods, until } from './pods.test-support.ts';
import type { CountingBalancer, Pod } from './pods.test-support.ts';

interface Scene {
  readonly pods: readonly [Pod, Pod];
  readonly skipper: Pod;
  readonly balancer: CountingBalancer;
  readonly dispatcher: BalancedDispatcher;
  readonly ask: (key: string, signal?: AbortSignal) => Promise<string>;
}

async function aScene(t: TestContext, options: Partial<BalancedDispatcherOptions> = {}): Promise<Scene> {
  const [a, b, skipper] = await startPods(t, 'a', 'b', 'skipper');
  assert.ok(a !== undefined && b !== undefined && skipper !== undefined);
  const balancer = aBalancer([a.endpoint, b.endpoint]);
  const dispatcher = aDispatcher(t, { ...options, balancer });
  const ask: Scene['ask'] = async (key, signal) => {
    const init = { dispatcher, headers: { 'x-key': key } };
    const answer = await request(skipper.endpoint.address, signal === undefined ? init : { ...init, signal });
    return answer.body.text();
  };
  return { pods: [a, b], skipper, balancer, dispatcher, ask };
}

/** Keeps requests until they are let go. */
function holding(pod: Pod): ServerResponse[] {
  const held: ServerResponse[] = [];
  pod.behaviour = (_request, response) => held.push(response);
  return held;
}

test('connections to a pod that left are closed when its last request has ended', async (t) => {
  const { pods, balancer, dispatcher, ask } = await aScene(t);
  const [gone, stays] = pods;
  const keys = { gone: keyOf(balancer, gone.endpoint.address), stays: keyOf(balancer, stays.endpoint.address) };
  const held = holding(gone);
  const asked = ask(keys.gone);
  await until('the request to arrive', () => held.length === 1);
  assert.equal(await ask(keys.stays), 'b');

  dispatcher.update([stays.endpoint]);
  assert.equal(await ask(keys.gone), 'b', 'new requests go elsewhere at once');
  assert.equal(gone.sockets, 1, 'what is under way goes on');
  held[0]?.end('late');
  assert.equal(await asked, 'late');
  await until('the connection to be closed', () => gone.sockets === 0);
  await until('the pool to be gone', () => dispatcher.figures.pools === 1);
  assert.equal(balancer.inflight, 0);
});

test('an endpoint that leaves and comes back gets new connections', async (t) => {
  const { pods, balancer, dispatcher, ask } = await aScene(t);
  const key = keyOf(balancer, pods[0].endpoint.address);
  const endpoints = pods.map(({ endpoint }) => endpoint);
  for (let i = 0; i < 20; i++) {
    assert.equal(await ask(key), 'a');
    dispatcher.update(endpoints.slice(1));
    dispatcher.update(endpoints);
  }
  await until('only the newest pools to be left', () => dispatcher.figures.pools <= 2 && pods[0].sockets <= 1);
});

test('a balancer that was updated by others is noticed at the next request', async (t) => {
  const { pods, balancer, dispatcher, ask } = await aScene(t);
  assert.equal(await ask(keyOf(balancer, pods[0].endpoint.address)), 'a');
  balancer.update([pods[1].endpoint]);
  assert.equal(await ask('any'), 'b');
  await until('the connection to be closed', () => pods[0].sockets === 0 && dispatcher.figures.pools === 1);
});

test('a thousand requests leave no listener, no timer and no socket behind', async (t) => {
  const { pods, balancer, dispatcher, ask } = await aScene(t);
  for (let i = 0; i < 100; i++) await Promise.all(Array.from({ length: 10 }, (_, j) => ask(`key-${i}-${j}`)));
  assert.equal(balancer.begun, 1000);
  assert.equal(balancer.finished, 1000);
  assert.deepEqual({ ...dispatcher.figures, pools: 0 }, { inflight: 0, queued: 0, pools: 0 });
  assert.equal(dispatcher.eventNames().length, 0);
  await dispatcher.close();
  await until('all connections to be closed', () => pods.every(({ sockets }) => sockets === 0));
  assert.deepEqual(dispatcher.figures, { inflight: 0, queued: 0, pools: 0 });
});

test('more than the cap wait in line and are served in the order in which they came', async (t) => {
  const { pods, dispatcher, ask } = await aScene(t, { maxInflight: 1 });
  dispatcher.update([pods[0].endpoint]);
  const held = holding(pods[0]);
  const order: number[] = [];
  const asked = [0, 1, 2, 3].map((i) => ask(`key-${i}`).then(() => order.push(i)));
  for (let i = 0; i < 4; i++) {
    await until(`request ${i}`, () => held.length === i + 1);
    assert.deepEqual(dispatcher.figures, { inflight: 1, queued: 3 - i, pools: 1 });
    assert.equal(pods[0].requests[i]?.headers['x-key'], `key-${i}`);
    held[i]?.end();
  }
  await Promise.all(asked);
  assert.deepEqual(order, [0, 1, 2, 3]);
  assert.equal(dispatcher.figures.inflight, 0);
});

test('who gives up in line is told at once, and nobody is sent in their name', async (t) => {
  const { pods, balancer, dispatcher, ask } = await aScene(t, { maxInflight: 1 });
  dispatcher.update([pods[0].endpoint]);
  const held = holding(pods[0]);
  const first = ask('first');
  await until('the first request', () => held.length === 1);
  const stop = new AbortController();
  const second = ask('second', stop.signal);
  stop.abort();
  await assert.rejects(second, { name: 'AbortError' });
  held[0]?.end();
  await first;
  assert.deepEqual(dispatcher.figures, { inflight: 0, queued: 0, pools: 1 });
  assert.equal(balancer.begun, 1);
});

test('when the line is full, Skipper takes the rest', async (t) => {
  const { pods, skipper, dispatcher, ask } = await aScene(t, { maxInflight: 1, maxQueued: 1 });
  dispatcher.update([pods[0].endpoint]);
  const held = holding(pods[0]);
  const asked = [ask('first'), ask('second')];
  assert.equal(await ask('third'), 'skipper');
  assert.equal(skipper.requests.length, 1);
  for (let i = 0; i < 2; i++) {
    await until('the next request', () => held.length === i + 1);
    held[i]?.end('a');
  }
  assert.deepEqual(await Promise.all(asked), ['a', 'a']);
});

test('close waits for what is under way and refuses what comes later', async (t) => {
  const { pods, dispatcher, ask } = await aScene(t);
  dispatcher.update([pods[0].endpoint]);
  const held = holding(pods[0]);
  const asked = ask('key');
  await until('the request', () => held.length === 1);
  const closed = dispatcher.close();
  await assert.rejects(ask('late'), { code: 'UND_ERR_CLOSED' });
  held[0]?.end('done');
  assert.equal(await asked, 'done');
  await closed;
});

test('destroy ends what is under way with its error, by promise and by callback', async (t) => {
  const { pods, balancer, dispatcher, ask } = await aScene(t);
  dispatcher.update([pods[0].endpoint]);
  const held = holding(pods[0]);
  const refused = assert.rejects(ask('key'), /the end/);
  await until('the request', () => held.length === 1);
  await dispatcher.destroy(new Error('the end'));
  await refused;
  await new Promise<void>((resolve) => {
    dispatcher.destroy(resolve);
  });
  await assert.rejects(ask('late'), { code: 'UND_ERR_DESTROYED' });
  assert.equal(balancer.inflight, 0);
});

test('half dead pods, broken answers, aborts and scale-ups: each request ends once, and no load is left', async (t) => {
  const unhandled: unknown[] = [];
  const note = (reason: unknown): void => void unhandled.push(reason);
  process.on('unhandledRejection', note);
  t.after(() => process.off('unhandledRejection', note));
  const random = seeded(7);
  const pods = await startPods(t, ...Array.from({ length: 8 }, (_, i) => `pod-${i}`));
  const [skipper] = await startPods(t, 'skipper');
  assert.ok(skipper);
  for (const [i, pod] of pods.entries())
    pod.behaviour = (incoming, response) => {
      const dice = random();
      if (i % 2 === 0 || dice < 0.4) response.end(pod.name);
      else if (dice < 0.6) incoming.socket.destroy();
      else if (dice < 0.8) response.writeHead(503).end('busy');
      else response.writeHead(200, { 'content-length': '9' }).write('half', () => incoming.socket.destroy());
    };
  const balancer = aBalancer(
    pods.map(({ endpoint }) => endpoint),
    { boundedLoad: { load: 'inflight' } },
  );
  const dispatcher = aDispatcher(t, { balancer, maxInflight: 20 });
  const ends = { answered: 0, failed: 0 };
  const one = async (i: number): Promise<void> => {
    const stop = new AbortController();
    if (i % 7 === 0)
      setImmediate(() => {
        stop.abort();
      });
    const method = i % 3 === 0 ? 'POST' : 'GET';
    const init = { dispatcher, method, headers: { 'x-key': `key-${i}` }, signal: stop.signal } as const;
    const answer = await request(skipper.endpoint.address, method === 'POST' ? { ...init, body: 'x' } : init);
    await answer.body.text();
  };
  for (let round = 0; round < 10; round++) {
    dispatcher.update(pods.filter(() => random() < 0.8).map(({ endpoint }) => endpoint));
    const asked = Array.from({ length: 60 }, (_, i) => one(round * 60 + i));
    for (const { status } of await Promise.allSettled(asked)) ends[status === 'fulfilled' ? 'answered' : 'failed']++;
  }
  assert.equal(ends.answered + ends.failed, 600);
  assert.ok(ends.answered > 300 && ends.failed > 0, JSON.stringify(ends));
  await until('discarded answers to end', () => balancer.begun === balancer.finished);
  assert.equal(balancer.inflight, 0);
  assert.deepEqual({ ...dispatcher.figures, pools: 0 }, { inflight: 0, queued: 0, pools: 0 });
  await dispatcher.close();
  await until('all connections to be closed', () => pods.every(({ sockets }) => sockets === 0));
  assert.deepEqual(unhandled, []);
});
