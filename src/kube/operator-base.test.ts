/** dot-i's operator on our transport, against an API server that misbehaves on order. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import dotI from '@dot-i/k8s-operator';
import type { ResourceEvent, ResourceMeta } from '@dot-i/k8s-operator';
import { FaultyApi, hurriedClock, until } from '../../test/harness/faulty-api/index.ts';
import { createLogger } from '../telemetry/index.ts';
import { KubeError } from './kube-error.ts';
import { KubeOperator } from './operator-base.ts';

const path = '/apis/routesrv.dev/v1alpha1/routeserverconfigs';
const id = 'routeserverconfigs.routesrv.dev/v1alpha1';
const finalizer = 'routesrv.dev/operator';
const folder = mkdtempSync(join(tmpdir(), 'operator-base-'));

/** Notes what it is told; does what the test says. */
class Probe extends KubeOperator {
  readonly events: string[] = [];
  handle: (event: ResourceEvent) => Promise<void> = () => Promise.resolve();

  protected override async init(): Promise<void> {
    await this.watchResource('routesrv.dev', 'v1alpha1', 'routeserverconfigs', async (event) => {
      this.events.push(`${event.type} ${event.meta.name} ${String(Reflect.get(event.object, 'spec'))}`);
      await this.handle(event);
    });
  }

  finalize(event: ResourceEvent, action: () => Promise<void>): Promise<boolean> {
    return this.handleResourceFinalizer(event, finalizer, action);
  }
  setStatus(meta: ResourceMeta, status: unknown): Promise<ResourceMeta> {
    return this.setResourceStatus(meta, status);
  }
  patchStatus(meta: ResourceMeta, status: unknown): Promise<ResourceMeta> {
    return this.patchResourceStatus(meta, status);
  }
  register(file: string): Promise<unknown> {
    return this.registerCustomResourceDefinition(file);
  }
  look(name: string, ms: number): void {
    this.requeue(id, { namespace: 'n', name }, ms);
  }
  uri(): string {
    return this.getCustomResourceApiUri('routesrv.dev', 'v1alpha1', 'routeserverconfigs', 'n');
  }
}

describe('KubeOperator', () => {
  let api: FaultyApi;
  let operator: Probe;
  const kubeconfig = process.env['KUBECONFIG'];
  before(() => {
    // dot-i's constructor loads the default kubeconfig, whatever it is told afterwards.
    const file = join(folder, 'default');
    writeFileSync(
      file,
      'clusters: [{name: c, cluster: {server: "https://192.0.2.1"}}]\nusers: [{name: u, user: {}}]\ncontexts: [{name: x, context: {cluster: c, user: u}}]\ncurrent-context: x\n',
    );
    process.env['KUBECONFIG'] = file;
  });
  after(() => {
    if (kubeconfig === undefined) delete process.env['KUBECONFIG'];
    else process.env['KUBECONFIG'] = kubeconfig;
    rmSync(folder, { recursive: true });
  });
  beforeEach(async () => {
    api = await FaultyApi.start();
    const config = api.config();
    const log = createLogger({ name: 'test', level: 'silent' });
    operator = new Probe({ config, client: api.client(), clock: hurriedClock(100), log });
  });
  afterEach(async () => {
    await operator.drain(1_000);
    await api.stop();
  });

  function put(name: string, spec: string, metadata: object = {}): void {
    const before = api.collection(path).objects.get(`n/${name}`)?.metadata;
    api.collection(path).put({
      apiVersion: 'routesrv.dev/v1alpha1',
      kind: 'RouteServerConfig',
      metadata: { ...before, namespace: 'n', name, ...metadata },
      spec,
    });
  }
  async function started(): Promise<void> {
    await operator.start();
    await operator.whenSynced();
    await until('the watch is open', () => api.watches.size === 1);
  }

  test('is a dot-i operator: same class, same start and stop, same events', async () => {
    assert.ok(operator instanceof dotI.default);
    put('a', '1');
    await started();
    await until('it is told of the first', () => operator.events.length === 1);
    put('a', '2');
    await until('it is told of the change', () => operator.events.length === 2);
    api.collection(path).remove('n/a');
    await until('it is told of the deletion', () => operator.events.length === 3);
    assert.deepEqual(operator.events, ['ADDED a 1', 'MODIFIED a 2', 'DELETED a 2']);
  });

  test('dot-i trap, process.exit on any error of a watch: goes on through refusals, cuts and expiry', async (t) => {
    const exit = t.mock.method(process, 'exit', () => {
      throw new Error('process.exit was called');
    });
    api.faults.add({}, { type: 'answer', status: 500 }, 3);
    await started();
    for (const fault of [{ type: 'answer', status: 403 }, { type: 'cut' }, { type: 'answer', status: 410 }] as const) {
      api.faults.add({ watch: true }, fault);
      const opened = api.watchesOpened;
      api.watch.cut();
      await until('it has reconnected', () => api.watchesOpened > opened && api.watches.size === 1);
    }
    put('a', '1');
    await until('it is told of the change', () => operator.events.length > 0);
    assert.equal(exit.mock.callCount(), 0);
  });

  test('dot-i trap, a watch without a list: what was there, changed or went before the watch is told', async () => {
    put('a', '1');
    put('gone', '1');
    await started();
    await until('it is told of both', () => operator.events.length === 2);
    api.watch.deafen();
    put('a', '2');
    api.collection(path).remove('n/gone');
    api.oldestVersion = Number(api.version);
    api.watch.expire();
    await until('it is told of both changes', () => operator.events.length === 4);
    assert.deepEqual(operator.events.slice(2).sort(), ['DELETED gone 1', 'MODIFIED a 2']);
  });

  test('dot-i trap, one queue without retry: a failed event comes again until it succeeds, as what it was', async () => {
    let failuresLeft = 4;
    operator.handle = () => (failuresLeft-- > 0 ? Promise.reject(new Error('not yet')) : Promise.resolve());
    put('a', '1');
    await started();
    await until('it has succeeded', () => operator.events.length === 5 && operator.queueStats().inFlight === 0);
    assert.deepEqual(new Set(operator.events), new Set(['ADDED a 1']));
    assert.equal(operator.queueStats().failures, 4);
  });

  test('dot-i trap, one queue without dedupe: a burst of changes while one is handled is handled once', async () => {
    const gate = Promise.withResolvers<undefined>();
    operator.handle = () => gate.promise;
    put('a', '0');
    await started();
    await until('the first is being handled', () => operator.events.length === 1);
    for (let n = 1; n <= 20; n += 1) put('a', String(n));
    put('b', 'last');
    await until('all have been seen', () => operator.queueStats().depth === 1);
    gate.resolve(undefined);
    await until('all have been handled', () => operator.events.length === 3 && operator.queueStats().inFlight === 0);
    assert.deepEqual([...operator.events].sort(), ['ADDED a 0', 'ADDED b last', 'MODIFIED a 20']);
  });

  test('dot-i trap, finalizers without a version: others keep theirs, and a stale write is refused and comes again', async () => {
    operator.handle = async (event) => {
      // Somebody else adds a finalizer between our reading and our writing.
      if (operator.events.length === 1) put('a', '1', { finalizers: ['other'] });
      await operator.finalize(event, () => Promise.resolve());
    };
    put('a', '1');
    await started();
    const finalizers = (): unknown => api.collection(path).objects.get('n/a')?.metadata['finalizers'];
    await until('our finalizer is there', () => String(finalizers()).includes(finalizer));
    assert.deepEqual(finalizers(), ['other', finalizer]);
    const versions = api.requests.filter(({ method }) => method === 'PATCH').map(({ body }) => body);
    assert.ok(versions.every((body) => body.includes('resourceVersion')));
  });

  test('the finalizer protocol: the delete action runs, with retries, before the finalizer goes', async () => {
    const done: string[] = [];
    let failuresLeft = 2;
    operator.handle = async (event) => {
      await operator.finalize(event, () => {
        if (failuresLeft-- > 0) return Promise.reject(new Error('not yet'));
        done.push(event.meta.name);
        return Promise.resolve();
      });
    };
    put('a', '1', { finalizers: ['other', finalizer], deletionTimestamp: '2026-01-01T00:00:00Z' });
    await started();
    await until('the delete action has run', () => done.length === 1);
    const finalizers = (): unknown => api.collection(path).objects.get('n/a')?.metadata['finalizers'];
    await until('our finalizer is gone', () => JSON.stringify(finalizers()) === '["other"]');
  });

  test('dot-i trap, swallowed status errors: a refused status write is thrown', async () => {
    put('a', '1');
    const metas: ResourceMeta[] = [];
    operator.handle = ({ meta }) => Promise.resolve(void metas.push(meta));
    await started();
    const meta = await until('it is told', () => metas[0]);
    for (const write of [operator.setStatus.bind(operator), operator.patchStatus.bind(operator)]) {
      api.faults.add({ method: 'PATCH' }, { type: 'answer', status: 422, reason: 'Invalid' });
      await assert.rejects(write(meta, { ready: true }), (error) => error instanceof KubeError && error.status === 422);
    }
    const stale = { ...meta, resourceVersion: '1' };
    await assert.rejects(operator.patchStatus(stale, {}), { reason: 'Conflict' });
    const written = await operator.patchStatus(meta, { ready: true });
    assert.equal(written.resourceVersion, api.version);
    assert.equal(api.requests.at(-1)?.path, '/apis/routesrv.dev/v1alpha1/namespaces/n/routeserverconfigs/a/status');
  });

  test('dot-i trap, basePath: gives URIs on the server that was asked for, not on the default one', () => {
    assert.equal(operator.uri(), `${api.url}/apis/routesrv.dev/v1alpha1/namespaces/n/routeserverconfigs`);
  });

  test('reads its own writes: nothing is handled while the store is older than our last write', async () => {
    const versions: string[] = [];
    operator.handle = async ({ meta }) => {
      versions.push(meta.resourceVersion);
      if (versions.length === 1) await operator.patchStatus(meta, { seen: true });
    };
    put('a', '1');
    await started();
    await until('the write has come back', () => versions.length === 2);
    const own = api.version;
    operator.look('a', 0);
    await until('it is looked at again', () => versions.length === 3);
    assert.deepEqual(versions.slice(1), [own, own]);
  });

  test('a timed requeue comes without any event', async () => {
    put('a', '1');
    await started();
    await until('it is told', () => operator.events.length === 1);
    operator.look('a', 5_000);
    await until('it is told again', () => operator.events.length === 2);
  });

  test('an event gets a copy: what a handler does to it does not reach the store', async () => {
    operator.handle = (event) => {
      if (event.object.metadata) event.object.metadata.name = 'spoiled';
      return Promise.resolve();
    };
    put('a', '1');
    await started();
    await until('it is told', () => operator.events.length === 1);
    operator.look('a', 0);
    await until('it is told again', () => operator.events.length === 2);
    assert.deepEqual(operator.events, ['ADDED a 1', 'MODIFIED a 1']);
  });

  test('stopped is stopped: no watch, no event, and no new watch', async () => {
    put('a', '1');
    await started();
    await until('it is told', () => operator.events.length === 1);
    operator.stop();
    await until('the watch is closed', () => api.watches.size === 0);
    put('a', '2');
    assert.equal(await operator.drain(1_000), true);
    await assert.rejects(operator.start(), /the operator was stopped/);
    assert.equal(operator.events.length, 1);
  });

  test('registers a CustomResourceDefinition, and leaves one that is there alone', async () => {
    const file = join(folder, 'crd.yaml');
    const versions = '[{name: v1, served: true, storage: true}]';
    const crd = `kind: CustomResourceDefinition\nmetadata: {name: as.b.c}\nspec: {group: b.c, names: {plural: as}, versions: ${versions}}\n`;
    writeFileSync(file, crd);
    for (let n = 0; n < 2; n += 1) {
      const found = JSON.parse(JSON.stringify(await operator.register(file))) as unknown;
      assert.deepEqual(found, { group: 'b.c', plural: 'as', versions: [{ name: 'v1', served: true, storage: true }] });
    }
    writeFileSync(file, 'kind: Deployment');
    await assert.rejects(operator.register(file), /crd.yaml holds no CustomResourceDefinition/);
  });
});
