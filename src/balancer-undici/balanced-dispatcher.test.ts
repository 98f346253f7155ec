import assert from 'node:assert/strict';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { Readable } from 'node:stream';
import { Dispatcher1Wrapper, Pool, fetch as undiciFetch, request } from 'undici';
import { channelNames } from '../balancer-adapter/index.ts';
import type { FallbackEvent } from '../balancer-adapter/index.ts';
import { BalancedRequestError } from './index.ts';
import type { BalancedDispatcher, BalancedDispatcherOptions } from './index.ts';
import { aBalancer, aDispatcher, deadEndpoint, HandClock, keyOf, startPods, until } from './pods.test-support.ts';
import type { CountingBalancer, Pod } from './pods.test-support.ts';

interface Scene {
  readonly pods: readonly Pod[];
  readonly skipper: Pod;
  readonly balancer: CountingBalancer;
  readonly dispatcher: BalancedDispatcher;
  /** URL that leads to Skipper. */
  readonly url: string;
  readonly fallbacks: string[];
  readonly ask: (
    key: string,
    init?: { method?: 'GET' | 'POST' | 'PUT'; body?: string | Readable; signal?: AbortSignal },
  ) => Promise<string>;
}

async function aScene(t: TestContext, options: Partial<BalancedDispatcherOptions> = {}): Promise<Scene> {
  const pods = await startPods(t, 'a', 'b', 'c');
  const [skipper] = await startPods(t, 'skipper');
  assert.ok(skipper);
  const balancer = aBalancer(pods.map(({ endpoint }) => endpoint));
  const dispatcher = aDispatcher(t, { ...options, balancer });
  const url = `${skipper.endpoint.address}/items`;
  const fallbacks: string[] = [];
  const note = (event: unknown): void => {
    const { balancer: from, reason } = event as FallbackEvent;
    if (from === balancer) fallbacks.push(reason);
  };
  subscribe(channelNames.fallback, note);
  t.after(() => unsubscribe(channelNames.fallback, note));
  const ask: Scene['ask'] = async (key, { method = 'GET', body, signal } = {}) => {
    const init = { dispatcher, method, headers: { 'x-key': key }, ...(body === undefined ? {} : { body }) };
    const answer = await request(url, signal === undefined ? init : { ...init, signal });
    return `${answer.statusCode} ${await answer.body.text()}`;
  };
  return { pods, skipper, balancer, dispatcher, url, fallbacks, ask };
}

/** The pod that owns `key`, and the others. */
function ownerOf({ pods, balancer }: Scene, key: string): { owner: Pod; others: readonly Pod[] } {
  const { address } = balancer.pick(key, 'latin1');
  const owner = pods.find(({ endpoint }) => endpoint.address === address);
  assert.ok(owner);
  return { owner, others: pods.filter((pod) => pod !== owner) };
}

const keys = Array.from({ length: 40 }, (_, i) => `key-${i}`);

test('each request goes to the pod that owns its key, with the Host of its URL', async (t) => {
  const scene = await aScene(t);
  for (const key of keys) assert.equal(await scene.ask(key), `200 ${ownerOf(scene, key).owner.name}`);
  const hosts = new Set(scene.pods.flatMap(({ requests }) => requests.map(({ headers }) => headers.host)));
  assert.deepEqual([...hosts], [new URL(scene.url).host]);
  assert.equal(scene.skipper.requests.length, 0);
});

test('an answer has the context that a Pool would give it', async (t) => {
  const { url, dispatcher } = await aScene(t);
  const pool = new Pool(new URL(url).origin);
  t.after(() => pool.close());
  const contexts = [dispatcher, pool].map(async (by) => {
    const { body, context } = await request(url, { dispatcher: by });
    await body.dump();
    return context;
  });
  const [ours, theirs] = await Promise.all(contexts);
  assert.equal(ours, theirs);
});

test("serves undici's fetch, and by its wrapper the fetch of Node", async (t) => {
  const scene = await aScene(t);
  const { owner } = ownerOf(scene, 'key-1');
  const headers = { 'x-key': 'key-1' };
  const first = await undiciFetch(scene.url, { dispatcher: scene.dispatcher, headers, method: 'POST', body: 'hello' });
  assert.equal(await first.text(), owner.name);
  const wrapped = new Dispatcher1Wrapper(scene.dispatcher);
  // Node's types know the dispatcher of another undici.
  const init = { headers, dispatcher: wrapped } as unknown as RequestInit;
  assert.equal(await (await fetch(scene.url, init)).text(), owner.name);
});

test('a 5xx answer to an idempotent request is tried once more, elsewhere', async (t) => {
  const scene = await aScene(t);
  const { owner, others } = ownerOf(scene, 'key-1');
  owner.behaviour = (_request, response) => response.writeHead(503).end('x'.repeat(1000));
  assert.match(await scene.ask('key-1', { method: 'PUT', body: 'again' }), /^200 [abc]$/);
  assert.equal(owner.requests.length, 1);
  assert.equal(
    others.reduce((sum, { requests }) => sum + requests.length, 0),
    1,
  );
  await until('both attempts to be over', () => scene.balancer.finished === 2);
  assert.equal(scene.balancer.inflight, 0);
  assert.deepEqual(scene.fallbacks, []);
});

test('the second 5xx is the answer', async (t) => {
  const scene = await aScene(t);
  for (const pod of scene.pods) pod.behaviour = (_request, response) => response.writeHead(500).end(pod.name);
  assert.match(await scene.ask('key-1'), /^500 [abc]$/);
  assert.equal(
    scene.pods.reduce((sum, { requests }) => sum + requests.length, 0),
    2,
  );
  assert.equal(scene.skipper.requests.length, 0);
});

const notRepeated = {
  'a POST': () => ({ method: 'POST' as const, body: 'once' }),
  'a PUT with a stream': () => ({ method: 'PUT' as const, body: Readable.from(['once']) }),
};
for (const [name, init] of Object.entries(notRepeated)) {
  test(`a 5xx answer to ${name} is the answer`, async (t) => {
    const scene = await aScene(t);
    const { owner } = ownerOf(scene, 'key-1');
    owner.behaviour = (_request, response) => response.writeHead(503).end('busy');
    assert.equal(await scene.ask('key-1', init()), '503 busy');
  });

  test(`${name} that was sent and not answered fails with pod, node and zone, and is not sent again`, async (t) => {
    const scene = await aScene(t);
    const { owner, others } = ownerOf(scene, 'key-1');
    owner.behaviour = ({ socket }) => socket.destroy();
    await assert.rejects(scene.ask('key-1', init()), (error) => {
      assert.ok(error instanceof BalancedRequestError);
      assert.equal(error.code, 'RSRV_BALANCER_TRANSPORT');
      assert.ok(error.message.includes(`pod ${owner.name} (node node-of-${owner.name}, zone north, http://127.0.0.1:`));
      return true;
    });
    assert.equal(
      [...others, scene.skipper].reduce((sum, { requests }) => sum + requests.length, 0),
      0,
    );
    assert.equal(scene.balancer.inflight, 0);
    assert.equal(scene.balancer.failures, 1);
  });

  test(`${name} that was not sent goes elsewhere`, async (t) => {
    const scene = await aScene(t);
    const { owner } = ownerOf(scene, 'key-1');
    await owner.stop();
    assert.match(await scene.ask('key-1', init()), /^200 [abc]$/);
    assert.equal(scene.balancer.begun, 2);
    assert.equal(scene.balancer.finished, 2);
  });
}

test('a connection that breaks is tried once more, elsewhere', async (t) => {
  const scene = await aScene(t);
  const { owner } = ownerOf(scene, 'key-1');
  owner.behaviour = ({ socket }) => socket.destroy();
  assert.match(await scene.ask('key-1'), /^200 [abc]$/);
  assert.equal(scene.balancer.failures, 1);
  assert.equal(scene.balancer.inflight, 0);
});

test('an answer that breaks off is not begun again', async (t) => {
  const scene = await aScene(t);
  const { owner } = ownerOf(scene, 'key-1');
  owner.behaviour = ({ socket }, response) => {
    response.writeHead(200, { 'content-length': '10' }).write('half', () => socket.destroy());
  };
  await assert.rejects(scene.ask('key-1'), /pod [abc] \(node/);
  assert.equal(scene.balancer.begun, 1);
  assert.equal(scene.balancer.inflight, 0);
});

test('when every pod refuses, the request goes through Skipper and is counted', async (t) => {
  const scene = await aScene(t);
  for (const pod of scene.pods) await pod.stop();
  assert.equal(await scene.ask('key-1', { method: 'POST', body: 'never sent' }), '200 skipper');
  assert.deepEqual(scene.fallbacks, ['transport']);
  assert.equal(scene.balancer.begun, 2);
  assert.equal(scene.balancer.finished, 2);
});

test('without fallback the error of the last pod is told', async (t) => {
  const toggles = { current: { enabled: true, percentage: 100, fallback: false } };
  const scene = await aScene(t, { toggles });
  for (const pod of scene.pods) await pod.stop();
  await assert.rejects(scene.ask('key-1'), { code: 'RSRV_BALANCER_TRANSPORT', message: /pod [abc] .*ECONNREFUSED/ });
  assert.equal(scene.skipper.requests.length, 0);
});

test('with one endpoint the retry is for Skipper', async (t) => {
  const scene = await aScene(t);
  scene.dispatcher.update([await deadEndpoint('gone')]);
  assert.equal(await scene.ask('key-1'), '200 skipper');
  assert.equal(scene.balancer.begun, 1);
});

test('without endpoints every request goes through Skipper', async (t) => {
  const [skipper] = await startPods(t, 'skipper');
  assert.ok(skipper);
  const dispatcher = aDispatcher(t, { balancer: aBalancer([]) });
  const reasons: unknown[] = [];
  const note = (event: unknown): void => void reasons.push((event as FallbackEvent).reason);
  subscribe(channelNames.fallback, note);
  t.after(() => unsubscribe(channelNames.fallback, note));
  const answer = await request(skipper.endpoint.address, { dispatcher });
  assert.equal(await answer.body.text(), 'skipper');
  assert.deepEqual(reasons, ['noEndpoints']);
});

test('without endpoints and without fallback there is a typed error', async (t) => {
  const toggles = { current: { enabled: true, percentage: 100, fallback: false } };
  const dispatcher = aDispatcher(t, { balancer: aBalancer([]), toggles });
  await assert.rejects(request('http://nowhere.invalid', { dispatcher }), { code: 'RSRV_BALANCER_NO_ENDPOINTS' });
});

test("a mistake in making the key is not the request's affair", async (t) => {
  const scene = await aScene(t, {
    key: () => {
      throw new Error('no such customer');
    },
  });
  assert.equal(await scene.ask('key-1'), '200 skipper');
  assert.deepEqual(scene.fallbacks, ['bug']);
});

test('a pod that accepts and never answers is given up for another one', async (t) => {
  const clock = new HandClock();
  const scene = await aScene(t, { clock, attemptTimeoutMs: 5_000 });
  const { owner } = ownerOf(scene, 'key-1');
  owner.behaviour = () => undefined;
  const asked = scene.ask('key-1');
  await until('the pod to have the request', () => owner.requests.length === 1);
  clock.fire(4_999);
  assert.equal(scene.balancer.finished, 0);
  clock.fire(1);
  clock.fire(0);
  assert.match(await asked, /^200 [abc]$/);
  assert.equal(scene.balancer.failures, 1);
  await until('the silent connection to be closed', () => owner.sockets === 0);
});

test('when no pod answers, Skipper does', async (t) => {
  const clock = new HandClock();
  const scene = await aScene(t, { clock });
  for (const pod of scene.pods) pod.behaviour = () => undefined;
  const asked = scene.ask('key-1');
  const received = (): number => scene.pods.reduce((sum, { requests }) => sum + requests.length, 0);
  for (const attempt of [1, 2]) {
    await until(`attempt ${attempt}`, () => received() === attempt);
    clock.fire(10_000);
    clock.fire(0);
  }
  assert.equal(await asked, '200 skipper');
  assert.deepEqual(scene.fallbacks, ['timeout']);
  assert.equal(clock.pending, 0);
});

test('a POST that is not answered in time fails by name and is not sent again', async (t) => {
  const clock = new HandClock();
  const scene = await aScene(t, { clock });
  const { owner } = ownerOf(scene, 'key-1');
  owner.behaviour = () => undefined;
  const asked = scene.ask('key-1', { method: 'POST', body: 'once' });
  const refused = assert.rejects(asked, {
    code: 'RSRV_BALANCER_TIMEOUT',
    message: /did not begin to answer within 10000 ms/,
  });
  await until('the pod to have the request', () => owner.requests.length === 1);
  clock.fire(10_000);
  await refused;
  assert.equal(scene.skipper.requests.length, 0);
});

test('the toggles hold from one request to the next', async (t) => {
  const toggles = { current: { enabled: true, percentage: 100, fallback: true } };
  const scene = await aScene(t, { toggles });
  const isBalanced = async (key: string): Promise<boolean> => (await scene.ask(key)) !== '200 skipper';
  const count = async (): Promise<number> => (await Promise.all(keys.map(isBalanced))).filter(Boolean).length;
  assert.equal(await count(), keys.length);
  toggles.current = { ...toggles.current, enabled: false };
  assert.equal(await count(), 0);
  toggles.current = { ...toggles.current, enabled: true, percentage: 50 };
  const half = await Promise.all(keys.map(isBalanced));
  assert.ok(half.includes(true) && half.includes(false));
  assert.deepEqual(
    half,
    keys.map((key) => scene.balancer.isInPercentage(key, 50, 'latin1')),
  );
  assert.deepEqual(scene.fallbacks, [], 'the toggles are no failure');
});

test('fallbackUrl says where Skipper is; the Host stays that of the URL', async (t) => {
  const [skipper] = await startPods(t, 'skipper');
  assert.ok(skipper);
  const toggles = { current: { enabled: false, percentage: 0, fallback: true, fallbackUrl: skipper.endpoint.address } };
  const dispatcher = aDispatcher(t, { balancer: aBalancer([]), toggles });
  const answer = await request('http://search.example.org/x', { dispatcher });
  assert.equal(await answer.body.text(), 'skipper');
  assert.equal(skipper.requests[0]?.headers.host, 'search.example.org');
});

test('aborting gives the load back and stops what is under way', async (t) => {
  const scene = await aScene(t);
  const { owner } = ownerOf(scene, 'key-1');
  owner.behaviour = () => undefined;
  const stop = new AbortController();
  const asked = scene.ask('key-1', { signal: stop.signal });
  await until('the pod to have the request', () => owner.requests.length === 1);
  assert.equal(scene.balancer.inflight, 1);
  stop.abort();
  await assert.rejects(asked, { name: 'AbortError' });
  assert.equal(scene.balancer.inflight, 0);
  assert.equal(scene.balancer.failures, 0, 'it is not the pod that failed');
  assert.deepEqual(scene.fallbacks, []);
  await until('the connection to be closed', () => owner.sockets === 0);
});

test('a mistake of the caller is told as it is, and tried nowhere else', async (t) => {
  const scene = await aScene(t);
  const asked = request(scene.url, { dispatcher: scene.dispatcher, method: 'GET', headers: { 'bad name': 'x' } });
  await assert.rejects(asked, { code: 'UND_ERR_INVALID_ARG' });
  assert.deepEqual(scene.fallbacks, []);
  assert.equal(scene.balancer.inflight, 0);
});

test('keys of any byte find their pod: header values are bytes', async (t) => {
  const scene = await aScene(t);
  const key = 'caf\u00e9\u00ff';
  assert.equal(await scene.ask(key), `200 ${ownerOf(scene, key).owner.name}`);
  assert.equal(keyOf(scene.balancer, scene.balancer.pick(key, 'latin1').address).startsWith('key-'), true);
});
