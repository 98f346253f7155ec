import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { systemClock } from '../runtime/index.ts';
import { createLogger, createMetrics } from '../telemetry/index.ts';
import { readFlags } from '../compile/index.ts';
import { ask } from './http/http-client.test-support.ts';
import { metricsPrefix } from './metrics.ts';
import { routeServerOptions } from './options.ts';
import { RouteServer } from './route-server.ts';
import type { Changes, Source } from './source/changes.ts';

const nothing: Changes = { isWhole: true, kinds: [], objects: [], undecodable: [] };

/** A source that a test speaks for. */
class ToldSource implements Source {
  #changes: Changes | undefined;
  #onChange: () => void = () => undefined;

  start(onChange: () => void): void {
    this.#onChange = onChange;
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }

  takeChanges(): Changes | undefined {
    return this.#changes;
  }

  ageMs(): number | undefined {
    return this.#changes === undefined ? undefined : 1_500;
  }

  tell(changes: Changes | undefined): void {
    this.#changes = changes;
    this.#onChange();
  }
}

async function aServer(t: TestContext, args: readonly string[] = []) {
  const flags = ['-kubernetes', '-address=127.0.0.1:0', '-support-listener=', '-publish-interval=1ms', ...args];
  const { options, problems } = routeServerOptions(readFlags(flags, () => '').values, {});
  assert.deepEqual(problems, []);
  const source = new ToldSource();
  const metrics = createMetrics({ prefix: metricsPrefix, process: false });
  const logged: string[] = [];
  let wake = (): void => undefined;
  const write = (line: string): void => {
    logged.push(line);
    wake();
  };
  const log = createLogger({ name: 'test', level: 'info', destination: { write } });
  const server = new RouteServer({ options, source, clock: systemClock, log, metrics });
  const components = server.components();
  const { signal } = new AbortController();
  for (const component of components) await component.start?.(signal);
  const stop = async (deadline: AbortSignal): Promise<void> => {
    for (const component of components.toReversed()) await component.stop?.(deadline);
  };
  t.after(() => stop(AbortSignal.abort()));
  const said = (text: string): Promise<void> =>
    new Promise((resolve) => {
      wake = () => {
        if (logged.some((line) => line.includes(text))) resolve();
      };
      wake();
    });
  return { server, source, metrics, said, stop, logged };
}

test('it listens before it has routes, and is healthy when it has', async (t) => {
  const { server, source, said } = await aServer(t);
  const before = await ask(server.port, '/health');
  assert.deepEqual([before.status, before.body.toString()], [503, 'routes were not initialized yet\n']);
  source.tell(nothing);
  await said('routes initialized');
  assert.equal((await ask(server.port, '/health')).status, 204);
  assert.equal((await ask(server.port, '/routes')).headers['x-count'], '3');
});

test('verbose health says what is served and how old its data is', async (t) => {
  const { server, source, said } = await aServer(t);
  source.tell(nothing);
  await said('routes initialized');
  const { status, body } = await ask(server.port, '/health?verbose');
  assert.equal(status, 200);
  assert.match(body.toString(), /^ok\nroutes: 3\netag: "[0-9a-f]{64}"\npublished: \S+Z\nage of data: 1\.5 s\n$/);
});

test('a table without routes is not published', async (t) => {
  const { server, source, said, metrics } = await aServer(t, [
    '-kubernetes-healthcheck=false',
    '-kubernetes-https-redirect=false',
  ]);
  source.tell(nothing);
  await said('received empty routes');
  assert.equal((await ask(server.port, '/routes')).status, 404);
  assert.match(await metrics.render(), /routesrv_custom_total\{key="routes\.empty"\} 1/);
});

test('what happens is counted under the original’s names', async (t) => {
  const { server, source, said, metrics } = await aServer(t);
  source.tell(nothing);
  await said('routes initialized');
  await ask(server.port, '/routes');
  await ask(server.port, '/routes', { method: 'PUT' });
  const text = await metrics.render();
  for (const line of [
    'routesrv_custom_total{key="200"} 1',
    'routesrv_custom_total{key="405"} 1',
    'routesrv_custom_gauges{key="routes.total"} 3',
    'routesrv_routes_source_age_seconds 1.5',
    'routesrv_publications_total{outcome="published"} 1',
  ]) {
    assert.ok(text.split('\n').includes(line), `${line} is not in\n${text}`);
  }
});

test('when it is told to stop it is unhealthy at once and serves on until the delay is over', async (t) => {
  const { server, source, said, stop } = await aServer(t, ['-wait-for-healthcheck-interval=1h']);
  source.tell(nothing);
  await said('routes initialized');
  const deadline = new AbortController();
  const stopped = stop(deadline.signal);
  const statuses = await Promise.all(['/health', '/routes'].map(async (path) => (await ask(server.port, path)).status));
  assert.deepEqual(statuses, [503, 200]);
  deadline.abort();
  await stopped;
  await assert.rejects(ask(server.port, '/routes'), { code: 'ECONNREFUSED' });
});

test('shards are served where they are configured', async (t) => {
  const flags = ['-kubernetes-redis-service-namespace=ns', '-kubernetes-redis-service-name=redis'];
  const { server } = await aServer(t, flags);
  const [redis, valkey] = await Promise.all(
    ['redis', 'valkey'].map((store) => ask(server.port, `/swarm/${store}/shards`)),
  );
  assert.deepEqual([redis?.status, redis?.body.toString(), valkey?.status], [200, '{"endpoints":[]}', 404]);
});
