import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { FaultyApi, until } from '../../test/harness/faulty-api/index.ts';
import { serveHttp, type HttpListener } from '../runtime/index.ts';
import { ManualClock } from '../runtime/manual-clock.ts';
import { createLogger, createMetrics } from '../telemetry/index.ts';
import { Agent, request } from 'undici';
import { aConfig } from './builder.test-support.ts';
import { healthOf } from './health.ts';
import { RouteServerOperator } from './operator.ts';
import { httpProbe } from './probe.ts';

const minutes = (count: number): number => count * 60_000;

let api: FaultyApi;
let clock: ManualClock;
let operator: RouteServerOperator;
let listener: HttpListener;
beforeEach(async () => {
  api = await FaultyApi.start();
  clock = new ManualClock();
  const dispatcher = new Agent();
  operator = new RouteServerOperator({
    config: api.config(),
    client: api.client(),
    clock,
    log: createLogger({ name: 'test', level: 'silent' }),
    metrics: createMetrics({ process: false }),
    settings: { tier: undefined, defaultImage: 'routesrv', routeServerClusterRole: 'routesrv' },
    namespace: undefined,
    instance: 'one',
    probe: httpProbe(dispatcher),
    dispatcher,
  });
  const health = healthOf(operator, undefined, clock);
  listener = await serveHttp(health.endpoints(), { host: '127.0.0.1', port: 0 });
});
afterEach(async () => {
  await listener.close();
  await operator.drain(0);
  await api.stop();
});

async function ask(path: string): Promise<string> {
  const { statusCode, body } = await request(`http://127.0.0.1:${listener.port}${path}`);
  return `${statusCode} ${await body.text()}`;
}
const configs = 'routeserverconfigs.routesrv.dev/v1alpha1';

describe('the operator', () => {
  test('is alive and ready while it waits for its turn', async () => {
    assert.match(await ask('/healthz'), /^200 /);
    assert.match(await ask('/readyz'), /^200 /);
  });

  test('is alive and not ready before its first lists are there, and says which', async () => {
    api.faults.add({}, { type: 'silence' });
    await operator.start();
    assert.match(await ask('/healthz'), /^200 /);
    assert.ok((await ask('/readyz')).startsWith(`503 [-] first lists: ${configs}\n`));
  });

  test('is ready when they are', async () => {
    await operator.start();
    await until('a watch is open', () => api.watches.size > 0);
    assert.match(await ask('/readyz'), /^200 /);
  });

  test('is not alive when a watch has been silent for minutes', async () => {
    api.faults.add({}, { type: 'silence' });
    await operator.start();
    clock.freezeFor(minutes(5));
    assert.match(await ask('/healthz'), /^200 /);
    clock.freezeFor(1);
    assert.ok((await ask('/healthz')).includes(`[-] watches: ${configs}\n`));
  });

  test('is not alive when a pass hangs, whatever its watches say', async () => {
    const path = '/apis/routesrv.dev/v1alpha1/routeserverconfigs';
    const { metadata, spec } = aConfig();
    const { name, namespace, generation } = metadata;
    api.collection(path).put({
      apiVersion: 'routesrv.dev/v1alpha1',
      kind: 'RouteServerConfig',
      metadata: { name, namespace, generation },
      spec,
    });
    // The first write of a pass, the status, is never answered.
    api.faults.add({ method: 'PATCH' }, { type: 'silence' });
    await operator.start();
    await until('a pass waits for an answer', () => {
      // It looks again in a moment while its first lists are under way.
      void clock.advance(100);
      return api.requests.some(({ method }) => method === 'PATCH');
    });
    clock.freezeFor(minutes(4));
    assert.match(await ask('/healthz'), /^200 /);
    clock.freezeFor(minutes(2));
    assert.match(await ask('/healthz'), /^503 [^]*queue: a pass has hung for \d+ ms/);
    // Cuts the request off, for which nobody needs to wait any more.
    await api.close();
  });
});
