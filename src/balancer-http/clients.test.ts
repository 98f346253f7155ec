/** axios and got themselves, over real sockets: each takes the agent by the option that the guide names. */
import assert from 'node:assert/strict';
import type { RequestListener } from 'node:http';
import { suite, test } from 'node:test';
import axios from 'axios';
import got from 'got';
import { anAgent, drained, inflight, named, startPod } from './agent.test-support.ts';
import type { BalancedAgent } from './index.ts';

interface Sent {
  readonly url: string;
  readonly key: string;
  readonly body?: string;
  readonly signal?: AbortSignal;
}

/** What a client makes of an answer: its status and text. Errors of the connection are thrown. */
type Client = (agent: BalancedAgent, sent: Sent) => Promise<{ readonly status: number; readonly text: string }>;

const clients: Readonly<Record<string, Client>> = {
  async axios(agent, { url, key, body, signal }) {
    const answer = await axios.request<string>({
      ...{ url, httpAgent: agent, headers: { 'X-Key': key }, proxy: false, validateStatus: () => true },
      ...(body === undefined ? {} : { method: 'POST', data: body }),
      ...(signal === undefined ? {} : { signal }),
    });
    return { status: answer.status, text: answer.data };
  },
  async got(agent, { url, key, body, signal }) {
    const answer = await got(url, {
      ...{ agent: { http: agent }, headers: { 'X-Key': key }, retry: { limit: 0 }, throwHttpErrors: false },
      ...(body === undefined ? {} : { method: 'POST', body }),
      ...(signal === undefined ? {} : { signal }),
    });
    return { status: answer.statusCode, text: answer.body };
  },
};

const url = 'http://search.invalid/products/47';
const echo: RequestListener = (incoming, response) => {
  incoming.pipe(response);
};

for (const [name, client] of Object.entries(clients)) {
  suite(`${name} with a BalancedAgent`, () => {
    test('asks the pod of each key, over connections that are kept alive', async (t) => {
      const [a, b] = [await startPod(t, named('a')), await startPod(t, named('b'))];
      const { agent, balancer, keyOf } = anAgent(t, [a.address, b.address]);
      for (let i = 0; i < 3; i++)
        for (const [pod, want] of [[a, 'a'] as const, [b, 'b'] as const]) {
          const { text } = await client(agent, { url, key: keyOf(pod.address) });
          assert.equal(text, `${want} for search.invalid`);
        }
      assert.deepEqual([a.connections, b.connections], [1, 1]);
      await drained(balancer);
    });

    test('sends a body, to another pod when nobody listens at the first, and then through Skipper', async (t) => {
      const [pod, gone, skipper] = [
        await startPod(t, echo),
        await startPod(t, echo),
        await startPod(t, named('skipper')),
      ];
      gone.server.close();
      const toggles = { current: { enabled: true, percentage: 100, fallback: true, fallbackUrl: skipper.address } };
      const { agent, balancer, keyOf } = anAgent(t, [pod.address, gone.address], { toggles });
      const sent = { url, key: keyOf(gone.address), body: 'two shirts' };
      assert.equal((await client(agent, sent)).text, 'two shirts');
      balancer.update([{ address: gone.address }]);
      assert.equal((await client(agent, sent)).text, 'skipper for search.invalid');
      await drained(balancer);
    });

    test('sees the status of the pod, and errors of the connection as its own', async (t) => {
      const failing = await startPod(t, (_, response) => response.writeHead(503).end('busy'));
      const { agent, balancer } = anAgent(t, [failing.address]);
      assert.deepEqual(await client(agent, { url, key: 'k' }), { status: 503, text: 'busy' });
      const breaking = await startPod(t, ({ socket }) => socket.destroy());
      const { agent: other, balancer: others } = anAgent(t, [breaking.address]);
      await assert.rejects(client(other, { url, key: 'k' }), { code: 'ECONNRESET' });
      await Promise.all([drained(balancer), drained(others)]);
    });

    test('gives up when its caller does, and the balancer hears of it', async (t) => {
      const arrived = Promise.withResolvers<undefined>();
      const closed = Promise.withResolvers<undefined>();
      const pod = await startPod(t, ({ socket }) => {
        socket.once('close', () => {
          closed.resolve(undefined);
        });
        arrived.resolve(undefined);
      });
      const { agent, balancer } = anAgent(t, [pod.address]);
      const caller = new AbortController();
      const failed = assert.rejects(client(agent, { url, key: 'k', signal: caller.signal }));
      await arrived.promise;
      assert.equal(inflight(balancer), 1);
      caller.abort();
      await failed;
      await closed.promise;
      await drained(balancer);
    });

    test('goes through Skipper by the URL while the balancer is switched off', async (t) => {
      const [pod, skipper] = [await startPod(t, named('pod')), await startPod(t, named('skipper'))];
      const { agent } = anAgent(t, [pod.address], {
        toggles: { current: { enabled: false, percentage: 100, fallback: true } },
      });
      const { text } = await client(agent, { url: skipper.address, key: 'k' });
      assert.equal(text, `skipper for ${new URL(skipper.address).host}`);
    });
  });
}
