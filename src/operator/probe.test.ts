import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, afterEach, beforeEach, describe, test } from 'node:test';
import { Agent } from 'undici';
import { httpProbe } from './probe.ts';

const agent = new Agent();
after(() => agent.destroy());

let server: Server;
let answer: RequestListener;
let url: string;
beforeEach(async () => {
  server = createServer((request, response) => {
    answer(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/routes/eu-central-1a`;
});
afterEach(close);

async function close(): Promise<void> {
  if (!server.listening) return;
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
}

describe('a route server answers', () => {
  test('with the tag and the size of its table, when it is asked for the head of it', async () => {
    let asked = '';
    answer = ({ method, url: path }, response) => {
      asked = `${method} ${path}`;
      response.writeHead(200, { etag: '"abc"', 'x-count': '110003' }).end();
    };
    assert.deepEqual(await httpProbe(agent)(url), { answers: true, etag: '"abc"', routes: 110_003 });
    assert.equal(asked, 'HEAD /routes/eu-central-1a');
  });

  test('also when it tells neither', async () => {
    answer = (_, response) => response.end();
    assert.deepEqual(await httpProbe(agent)(url), { answers: true, etag: undefined, routes: undefined });
  });

  test('also when its number of routes is none', async () => {
    answer = (_, response) => response.writeHead(200, { 'x-count': 'many' }).end();
    assert.deepEqual(await httpProbe(agent)(url), { answers: true, etag: undefined, routes: undefined });
  });
});

const refusals: Readonly<Record<string, { status: number; headers?: Readonly<Record<string, string>> }>> = {
  'says 404: it has no table yet': { status: 404 },
  'says 503': { status: 503 },
  'sends to another place': { status: 302, headers: { location: '/elsewhere' } },
  'says 204': { status: 204 },
};

describe('a route server does not answer when it', () => {
  for (const [name, { status, headers }] of Object.entries(refusals)) {
    test(name, async () => {
      answer = (_, response) => response.writeHead(status, headers).end();
      assert.deepEqual(await httpProbe(agent)(url), { answers: false, why: `${url} answered ${status}` });
    });
  }

  test('refuses the connection', async () => {
    await close();
    const result = await httpProbe(agent)(url);
    assert.ok(!result.answers);
    assert.match(result.why, /^http:\/\/127\.0\.0\.1:\d+\/routes\/eu-central-1a: .*ECONNREFUSED/);
  });

  test('hangs up', async () => {
    answer = (_, response) => response.destroy();
    const result = await httpProbe(agent)(url);
    assert.ok(!result.answers);
  });

  test('takes longer than the probe waits', async () => {
    answer = () => undefined;
    const result = await httpProbe(agent, 30)(url);
    assert.ok(!result.answers);
    assert.match(result.why, /timeout/);
  });
});
