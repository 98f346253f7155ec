/** The agent over real sockets, by node:http. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request as ask } from 'node:http';
import type { ClientRequest, IncomingMessage, RequestListener, RequestOptions } from 'node:http';
import { test } from 'node:test';
import { text } from 'node:stream/consumers';
import { anAgent, inflight, named, startPod } from './agent.test-support.ts';
import type { BalancedAgent } from './balanced-agent.ts';

async function answered(agent: BalancedAgent, options: RequestOptions, body?: string): Promise<string> {
  const sent = ask({ host: 'search.invalid', agent, ...options }).end(body);
  const closed = closeOf(sent);
  try {
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    return await text(response);
  } finally {
    await closed;
  }
}

/** Unlike `once`, it does not mind errors. */
const closeOf = (sent: ClientRequest): Promise<unknown> => new Promise((resolve) => sent.once('close', resolve));

const forms: Readonly<Record<string, (key: string) => RequestOptions>> = {
  'as an object': (key) => ({ headers: { 'X-Key': key } }),
  'as a list': (key) => ({ headers: ['Host', 'search.invalid', 'X-Key', key] }),
};
for (const [name, options] of Object.entries(forms)) {
  test(`each request goes to the pod of its key, with headers given ${name}`, async (t) => {
    const [a, b] = [await startPod(t, named('a')), await startPod(t, named('b'))];
    const { agent, balancer, keyOf } = anAgent(t, [a.address, b.address]);
    for (let i = 0; i < 3; i++) {
      assert.equal(await answered(agent, options(keyOf(a.address))), 'a for search.invalid');
      assert.equal(await answered(agent, options(keyOf(b.address))), 'b for search.invalid');
    }
    assert.deepEqual([a.connections, b.connections], [1, 1], 'connections are kept alive, per endpoint');
    assert.equal(inflight(balancer), 0);
  });
}

test('a header that is set right after the request was made counts', async (t) => {
  const [a, b] = [await startPod(t, named('a')), await startPod(t, named('b'))];
  const { agent, keyOf } = anAgent(t, [a.address, b.address]);
  for (const [pod, name] of [[a, 'a'] as const, [b, 'b'] as const]) {
    const sent = ask({ host: 'search.invalid', agent });
    sent.setHeader('x-key', keyOf(pod.address));
    const [response] = (await once(sent.end(), 'response')) as [IncomingMessage];
    assert.equal(await text(response), `${name} for search.invalid`);
  }
});

test('a POST goes to another pod when nobody listens at the first, and through Skipper when nobody does anywhere', async (t) => {
  const [a, gone, skipper] = [
    await startPod(t, named('a')),
    await startPod(t, named('gone')),
    await startPod(t, named('skipper')),
  ];
  gone.server.close();
  const toggles = { current: { enabled: true, percentage: 100, fallback: true, fallbackUrl: skipper.address } };
  const { agent, balancer, keyOf } = anAgent(t, [a.address, gone.address], { toggles });
  const post = { method: 'POST', headers: { 'x-key': keyOf(gone.address) } };
  assert.equal(await answered(agent, post, 'body'), 'a for search.invalid');
  balancer.update([{ address: gone.address }]);
  assert.equal(await answered(agent, post, 'body'), 'skipper for search.invalid');
  assert.equal(inflight(balancer), 0);
});

test('without a fallback the caller gets the error of the connection', async (t) => {
  const gone = await startPod(t, named('gone'));
  gone.server.close();
  const toggles = { current: { enabled: true, percentage: 100, fallback: false } };
  const { agent, balancer } = anAgent(t, [gone.address], { toggles });
  await assert.rejects(answered(agent, {}), { code: 'ECONNREFUSED' });
  balancer.update([]);
  assert.equal(inflight(balancer), 0);
  const { agent: empty } = anAgent(t, [], { toggles });
  await assert.rejects(answered(empty, {}), { code: 'RSRV_BALANCER_NO_ENDPOINTS' });
});

test('the off switch and an unknown Service lead through Skipper, by the URL or by fallbackUrl', async (t) => {
  const [a, skipper] = [await startPod(t, named('a')), await startPod(t, named('skipper'))];
  const off = { current: { enabled: false, percentage: 100, fallback: true } };
  const { agent } = anAgent(t, [a.address], { toggles: off });
  const { host, hostname, port } = new URL(skipper.address);
  assert.equal(await answered(agent, { host: hostname, port }), `skipper for ${host}`);
  const on = { current: { enabled: true, percentage: 100, fallback: true, fallbackUrl: skipper.address } };
  const { agent: empty } = anAgent(t, [], { toggles: on });
  assert.equal(await answered(empty, {}), 'skipper for search.invalid');
});

test('what was sent is not sent again, and the balancer hears of its end', async (t) => {
  let received = 0;
  const breaking: RequestListener = ({ socket }) => {
    received++;
    socket.destroy();
  };
  const pods = [await startPod(t, breaking), await startPod(t, breaking)];
  const { agent, balancer } = anAgent(
    t,
    pods.map(({ address }) => address),
  );
  await assert.rejects(answered(agent, {}), { code: 'ECONNRESET' });
  assert.equal(received, 1);
  assert.equal(inflight(balancer), 0);
});

test('a caller that gives up is heard of, too', async (t) => {
  const arrived = Promise.withResolvers<undefined>();
  const pod = await startPod(t, () => {
    arrived.resolve(undefined);
  });
  const { agent, balancer } = anAgent(t, [pod.address]);
  const sent = ask({ host: 'search.invalid', agent }).end();
  const failed = once(sent, 'error');
  await arrived.promise;
  assert.equal(inflight(balancer), 1);
  const closed = closeOf(sent);
  sent.destroy(new Error('enough'));
  const [error] = (await failed) as [Error];
  assert.equal(error.message, 'enough');
  await closed;
  assert.equal(inflight(balancer), 0);
});

test('endpoints by IPv6 and by a DNS name are reached', async (t) => {
  const six = await startPod(t, named('six'), '::1');
  const { agent } = anAgent(t, [six.address]);
  assert.equal(await answered(agent, {}), 'six for search.invalid');
  const four = await startPod(t, named('four'));
  const { agent: byName } = anAgent(t, [`http://localhost:${new URL(four.address).port}`]);
  assert.equal(await answered(byName, {}), 'four for search.invalid');
});
