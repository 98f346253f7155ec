/** Whatever goes wrong with a request, both adapters tell its caller, and nobody else: no rejection is left unhandled. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request as ask } from 'node:http';
import type { IncomingMessage, RequestListener } from 'node:http';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { request } from 'undici';
import { Balancer } from '../../../src/balancer/index.ts';
import { BalancedDispatcher } from '../../../src/balancer-undici/index.ts';
import { BalancedAgent } from '../../../src/balancer-http/index.ts';
import { startPod } from '../../../src/balancer-http/agent.test-support.ts';

/** How a request fails: what the pod does, or undefined where nobody listens. */
const failures: Readonly<Record<string, RequestListener | undefined>> = {
  'nobody listens': undefined,
  'the connection is reset before the answer': (incoming) => incoming.socket.resetAndDestroy(),
  'the connection ends before the answer': (incoming) => incoming.socket.end(),
  'the answer is no HTTP': (incoming) => incoming.socket.end('gibberish\r\n\r\n'),
  'the body is cut': (incoming, response) => {
    response.writeHead(200, { 'content-length': '9' }).write('half', () => incoming.socket.destroy());
  },
};

async function addressOf(t: TestContext, listener: RequestListener | undefined): Promise<string> {
  const pod = await startPod(t, listener ?? (() => undefined));
  if (listener !== undefined) return pod.address;
  pod.server.close();
  await once(pod.server, 'close');
  return pod.address;
}

async function byAgent(balancer: Balancer, signal?: AbortSignal): Promise<string> {
  const agent = new BalancedAgent({ balancer, key: '${request.header.x-key}' });
  try {
    const sent = ask({ host: 'search.invalid', agent, ...(signal === undefined ? {} : { signal }) }).end();
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    return await text(response);
  } finally {
    agent.destroy();
  }
}

async function byDispatcher(balancer: Balancer, signal?: AbortSignal): Promise<string> {
  const dispatcher = new BalancedDispatcher({ balancer, key: '${request.header.x-key}', retryJitterMs: 0 });
  try {
    const options = { dispatcher, ...(signal === undefined ? {} : { signal }) };
    return await (await request('http://search.invalid', options)).body.text();
  } finally {
    await dispatcher.destroy();
  }
}

function balancerOf(...addresses: readonly string[]): Balancer {
  const balancer = new Balancer({ now: () => 0, random: () => 0.5 });
  balancer.update(addresses.map((address) => ({ address })));
  return balancer;
}

test('no failure leaves a rejection that nobody handles', { timeout: 120_000 }, async (t) => {
  const unhandled: unknown[] = [];
  const note = (reason: unknown): void => void unhandled.push(reason);
  process.on('unhandledRejection', note);
  t.after(() => process.off('unhandledRejection', note));
  for (const send of [byAgent, byDispatcher]) {
    for (const [name, listener] of Object.entries(failures)) {
      const pods = [await addressOf(t, listener), await addressOf(t, listener)];
      await assert.rejects(send(balancerOf(...pods)), `${send.name}: ${name}`);
    }
    await assert.rejects(send(balancerOf()), `${send.name}: no endpoints`);
    const abort = new AbortController();
    const silent = await startPod(t, () => {
      abort.abort();
    });
    await assert.rejects(send(balancerOf(silent.address), abort.signal), `${send.name}: given up by its caller`);
  }
  // A rejection is told of when the microtasks are done, and what comes by a socket's end some turns later.
  for (let turn = 0; turn < 100; turn++) await new Promise(setImmediate);
  assert.deepEqual(unhandled, []);
});
