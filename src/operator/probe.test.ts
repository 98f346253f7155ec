import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, afterEach, beforeEach, describe, test } from 'node:test';
import { Agent } from 'undici';
import { httpProbe, probeAll, type ProbeResult } from './probe.ts';

const unsaid = { answers: true, etag: undefined, routes: undefined, ageMs: undefined, heldBackRoutes: 0 };
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
      const state = { 'x-source-age': '4', 'x-held-back': '4000' };
      response.writeHead(200, { etag: '"abc"', 'x-count': '110003', ...state }).end();
    };
    assert.deepEqual(await httpProbe(agent)(url), {
      answers: true,
      etag: '"abc"',
      routes: 110_003,
      ageMs: 4_000,
      heldBackRoutes: 4_000,
    });
    assert.equal(asked, 'HEAD /routes/eu-central-1a');
  });

  test('also when it tells neither', async () => {
    answer = (_, response) => response.end();
    assert.deepEqual(await httpProbe(agent)(url), unsaid);
  });

  test('also when its numbers are none', async () => {
    const state = { 'x-count': 'many', 'x-source-age': '-1', 'x-held-back': 'all' };
    answer = (_, response) => response.writeHead(200, state).end();
    assert.deepEqual(await httpProbe(agent)(url), unsaid);
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

describe('of several replicas', () => {
  const service = 'http://ingress-routesrv.shop.svc/routes/a';
  const aged = (ageMs: number | undefined, heldBackRoutes = 0): ProbeResult => {
    return { answers: true, etag: 'W/"1"', routes: 3, ageMs, heldBackRoutes };
  };
  const silent: ProbeResult = { answers: false, why: 'gone' };
  const asked = (answers: Readonly<Record<string, ProbeResult>>, hosts: readonly string[]): Promise<ProbeResult> =>
    probeAll((at) => Promise.resolve(answers[at] ?? silent), service, hosts);

  test('the oldest data counts, whichever of them the Service has picked', async () => {
    const replicas = { 'http://10.0.0.1:9990/routes/a': aged(1_000), 'http://[fd00::2]:9990/routes/a': aged(9_000) };
    const answer = await asked({ [service]: aged(1_000), ...replicas }, ['10.0.0.1', 'fd00::2']);
    assert.deepEqual(answer, aged(9_000));
  });

  test('what one of them holds back counts, though the Service has picked another', async () => {
    const answer = await asked({ [service]: aged(0), 'http://10.0.0.1:9990/routes/a': aged(0, 4_000) }, ['10.0.0.1']);
    assert.deepEqual(answer, aged(0, 4_000));
  });

  test('one that does not answer, or says nothing of its age, hides no other', async () => {
    const answer = await asked({ [service]: aged(undefined), 'http://10.0.0.1:9990/routes/a': aged(5_000) }, [
      '10.0.0.1',
      '10.0.0.2',
    ]);
    assert.deepEqual(answer, aged(5_000));
  });

  test('the Service alone says whether a table is served', async () => {
    assert.deepEqual(await asked({ 'http://10.0.0.1:9990/routes/a': aged(5_000) }, ['10.0.0.1']), silent);
  });
});
