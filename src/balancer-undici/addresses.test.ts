/** Endpoints in all their spellings, over real sockets. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer as createPlain } from 'node:http';
import { createServer as createH2c } from 'node:http2';
import type { AddressInfo, Server } from 'node:net';
import { test } from 'node:test';
import { request } from 'undici';
import { aBalancer, aDispatcher } from './pods.test-support.ts';

const plain = (): Server => createPlain((incoming, response) => response.end(`by HTTP/${incoming.httpVersion}`));
const h2c = (): Server => createH2c((incoming, response) => response.end(`by HTTP/${incoming.httpVersion}`));

const cases: readonly { readonly at: string; readonly origin: string; readonly make: () => Server }[] = [
  { at: '127.0.0.1', origin: 'http://127.0.0.1', make: plain },
  { at: '::1', origin: 'http://[::1]', make: plain },
  { at: '127.0.0.1', origin: 'http://localhost', make: plain },
  { at: '127.0.0.1', origin: 'h2c://127.0.0.1', make: h2c },
  { at: '::1', origin: 'h2c://[::1]', make: h2c },
];
for (const { at, origin, make } of cases) {
  test(`an endpoint as ${origin} is reached`, async (t) => {
    const server = make();
    t.after(() => server.close());
    server.listen(0, at);
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const toggles = { current: { enabled: true, percentage: 100, fallback: false } };
    const balancer = aBalancer([{ address: `${origin}:${port}` }]);
    const dispatcher = aDispatcher(t, { balancer, toggles });
    const { statusCode, body } = await request('http://search.invalid/', { dispatcher });
    assert.equal(`${statusCode} ${await body.text()}`, `200 by HTTP/${make === h2c ? '2.0' : '1.1'}`);
    assert.deepEqual([balancer.begun, balancer.finished, balancer.failures], [1, 1, 0]);
  });
}
