/** The balancer's watcher against a real API server: which endpoints a balancer is given, and when. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { TestContext } from 'node:test';
import { request } from 'undici';
import { Balancer } from '../../../src/balancer/index.ts';
import type { EndpointInput, UpdateResult } from '../../../src/balancer/index.ts';
import { ConfigMapToggles, EndpointSliceWatcher } from '../../../src/balancer-kubernetes/index.ts';
import type { EndpointSliceWatcherOptions } from '../../../src/balancer-kubernetes/index.ts';
import { BalancedDispatcher } from '../../../src/balancer-undici/index.ts';
import { HandClock, startPods, until } from '../../../src/balancer-undici/pods.test-support.ts';
import { kinds } from '../../../src/kube/index.ts';
import { breakGround } from '../kube/ground.ts';
import type { Ground } from '../kube/ground.ts';

const namespace = 'default';
const patience = 120_000;

/** What a watcher has given, one list per update. */
class Target {
  readonly balancer = new Balancer({ now: () => 0, random: () => 0.5 });
  readonly updates: string[][] = [];

  update(endpoints: readonly EndpointInput[]): UpdateResult {
    this.updates.push(endpoints.map(({ address }) => address));
    return this.balancer.update(endpoints);
  }

  get addresses(): string[] {
    return this.balancer.endpoints.map(({ address }) => address);
  }
}

const ip = (n: number): string => `10.2.${n >> 8}.${n & 255}`;
const url = (n: number): string => `http://${ip(n)}:8080`;

function slice(service: string, name: string, numbers: readonly number[], ready: boolean): Record<string, unknown> {
  return {
    metadata: { namespace, name, labels: { 'kubernetes.io/service-name': service } },
    addressType: 'IPv4',
    endpoints: numbers.map((n) => ({ addresses: [ip(n)], conditions: { ready } })),
    ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
  };
}

async function ask(address: string, dispatcher: BalancedDispatcher): Promise<string> {
  const { body } = await request(address, { dispatcher });
  return body.text();
}

describe('against a real API server', () => {
  let ground: Ground;
  before(async () => {
    ground = await breakGround('balancer');
  });
  after(() => ground.stop());

  async function put(service: string, name: string, numbers: readonly number[], ready = true): Promise<void> {
    const { metadata, ...rest } = slice(service, name, numbers, ready) as { metadata: { name: string } };
    const apply = { fieldManager: 'tests', force: true };
    await ground.client.apply(kinds.EndpointSlice, { metadata, ...rest }, apply);
  }

  function watch(
    t: TestContext,
    service: string,
    options: Partial<EndpointSliceWatcherOptions> = {},
  ): { watcher: EndpointSliceWatcher; target: Target; problems: string[] } {
    const target = new Target();
    const problems: string[] = [];
    const watcher = new EndpointSliceWatcher({
      ...{ namespace, service, target, kubeconfig: ground.cluster.kubeconfigPath },
      onProblem: ({ message }) => problems.push(message),
      ...options,
    });
    t.after(() => watcher.close());
    watcher.start();
    return { watcher, target, problems };
  }

  test('gives the endpoints of its own Service, and follows them', async (t) => {
    await put('search', 'search-1', [1, 2]);
    await put('other', 'other-1', [9]);
    const { watcher, target } = watch(t, 'search', { debounceMs: 0 });
    await watcher.whenReady(AbortSignal.timeout(patience));
    assert.deepEqual(target.addresses, [url(1), url(2)]);
    await put('search', 'search-2', [3]);
    await until('the third', () => target.addresses.length === 3, patience);
    await ground.client.delete(kinds.EndpointSlice, { namespace, name: 'search-1' });
    await until('the first two to be gone', () => target.addresses.join() === url(3), patience);
  });

  test('a storm of changes is one update per debounce', async (t) => {
    const clock = new HandClock();
    await put('storm', 'storm-1', [1]);
    const { target } = watch(t, 'storm', { clock });
    await until('the first list', () => clock.pending === 1, patience);
    clock.fire(0);
    assert.equal(target.updates.length, 1, 'the first endpoints do not wait');
    for (let n = 2; n <= 60; n++)
      await put(
        'storm',
        'storm-1',
        Array.from({ length: n }, (_, i) => i + 1),
      );
    await until('the storm to be seen', () => clock.pending === 1, patience);
    clock.fire(1_999);
    assert.equal(target.updates.length, 1);
    // The watch may still be reading: each further debounce brings what has come by then, and nothing twice.
    await until('the last change', () => (clock.fire(2_000), target.addresses.length === 60), patience);
    const sizes = target.updates.map(({ length }) => length);
    assert.ok(sizes.length < 60, `${sizes.length} updates for 59 changes`);
    assert.deepEqual(
      sizes,
      sizes.toSorted((a, b) => a - b),
    );
  });

  test('a Service without a ready endpoint keeps its last ones, and says so', async (t) => {
    await put('frail', 'frail-1', [1, 2]);
    const { watcher, target, problems } = watch(t, 'frail', { debounceMs: 0 });
    await watcher.whenReady(AbortSignal.timeout(patience));
    await put('frail', 'frail-1', [1, 2], false);
    await until('the problem', () => problems.length > 0, patience);
    assert.match(problems.join(), /Service default\/frail has no ready endpoint; the last ones stay/);
    assert.deepEqual(target.addresses, [url(1), url(2)]);
    await put('frail', 'frail-1', [2]);
    await until('the one that is back', () => target.addresses.length === 1, patience);
  });

  test('toggles are followed through the API, and a ConfigMap that is gone changes nothing', async (t) => {
    const key = { namespace, name: 'toggles' };
    const write = (text: string) =>
      ground.client.apply(
        kinds.ConfigMap,
        { metadata: key, data: { 'client-balancer.json': text } },
        { fieldManager: 'tests', force: true },
      );
    await write('{"enabled":true,"percentage":10}');
    const options = { namespace, configMap: 'toggles', kubeconfig: ground.cluster.kubeconfigPath };
    const toggles = new ConfigMapToggles(options);
    t.after(() => toggles.close());
    assert.equal(toggles.current.enabled, false, 'until something was read');
    toggles.start();
    await until('the first', () => toggles.current.percentage === 10, patience);
    await write('{"enabled":false,"percentage":10}');
    await until('the second', () => !toggles.current.enabled, patience);
    await write('nonsense');
    await until('the problem', () => toggles.problem !== undefined, patience);
    await ground.client.delete(kinds.ConfigMap, key);
    await until('it to be gone', () => /is gone/.test(toggles.problem?.message ?? ''), patience);
    assert.deepEqual(toggles.current, { enabled: false, percentage: 10, fallback: true });
  });

  test('while the API server is away the last endpoints stay; afterwards changes come again', async (t) => {
    await put('lasting', 'lasting-1', [1, 2]);
    const { watcher, target, problems } = watch(t, 'lasting', { debounceMs: 0 });
    await watcher.whenReady(AbortSignal.timeout(patience));
    const api = ground.cluster.program('kube-apiserver');
    await api.crash();
    await until('the loss to be noticed', () => problems.length > 0, patience);
    assert.deepEqual(target.addresses, [url(1), url(2)]);
    await api.start();
    await ground.cluster.ready();
    await put('lasting', 'lasting-1', [2, 3]);
    await until('the change', () => target.addresses.join() === [url(2), url(3)].join(), patience);
  });

  test('an API server that is away for the whole run leaves every request to Skipper', async (t) => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown): void => void unhandled.push(reason);
    process.on('unhandledRejection', note);
    t.after(() => process.off('unhandledRejection', note));
    const [skipper] = await startPods(t, 'skipper');
    assert.ok(skipper);
    const cluster = { name: 'gone', cluster: { server: 'http://127.0.0.1:9' } };
    const kubeconfig = join(ground.cluster.folder, 'gone.kubeconfig');
    const context = { name: 'gone', context: { cluster: 'gone', user: 'nobody' } };
    const users = [{ name: 'nobody', user: {} }];
    const config = { apiVersion: 'v1', kind: 'Config', 'current-context': 'gone', clusters: [cluster], users };
    writeFileSync(kubeconfig, JSON.stringify({ ...config, contexts: [context] }));
    const { watcher, target, problems } = watch(t, 'search', { kubeconfig });
    const dispatcher = new BalancedDispatcher({ balancer: target.balancer });
    t.after(() => dispatcher.destroy());
    for (let i = 0; i < 20; i++) assert.equal(await ask(skipper.endpoint.address, dispatcher), 'skipper');
    await until('several tries', () => problems.length >= 3, patience);
    assert.equal(watcher.hasEndpoints, false);
    const waiting = watcher.whenReady();
    await watcher.close();
    await assert.rejects(waiting, /was closed/);
    assert.deepEqual(unhandled, []);
  });
});
