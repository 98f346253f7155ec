/** Our client, list-watch, events and operator base against a real API server. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { TestContext } from 'node:test';
import {
  EventRecorder,
  KubeError,
  KubeOperator,
  ListWatch,
  ResourceEventType,
  isConflict,
  kinds,
  whoOwns,
} from '../../../src/kube/index.ts';
import type { KubeObject, ListWatchOptions, ResourceEvent } from '../../../src/kube/index.ts';
import { systemClock } from '../../../src/runtime/index.ts';
import { createMetrics } from '../../../src/telemetry/index.ts';
import { until } from '../../harness/faulty-api/until.ts';
import { breakGround, configMap, createMany, deployment, namespace, routeServerConfig, withCrd } from './ground.ts';
import type { Ground } from './ground.ts';

const argsPath = ['spec', 'template', 'spec', 'containers', { name: 'skipper' }, 'args'] as const;

describe('against a real API server', () => {
  let ground: Ground;
  before(async () => {
    ground = await withCrd(await breakGround('kube'));
  });
  after(() => ground.stop());

  function valueOf(raw: KubeObject): string {
    return (raw['data'] as { value: string }).value;
  }
  async function listWatch(t: TestContext, options: Partial<ListWatchOptions<string>>): Promise<ListWatch<string>> {
    const { client, log } = ground;
    const made = new ListWatch({
      client,
      log,
      clock: systemClock,
      kind: kinds.ConfigMap,
      namespace,
      decode: valueOf,
      ...options,
    });
    t.after(() => made.stop());
    made.start();
    await made.whenSynced();
    return made;
  }

  test('trap 7, content types: server-side apply owns fields, a second manager conflicts, force takes over', async () => {
    const { client } = ground;
    const key = { namespace, name: 'applied' };
    const ours = { fieldManager: 'routesrv', force: false };
    await client.apply(kinds.Deployment, deployment('applied', ['-a']), ours);
    const again = await client.apply(kinds.Deployment, deployment('applied', ['-a']), ours);
    assert.equal(again.metadata.generation, 1);

    const theirs = { fieldManager: 'gitops', force: false };
    const refused: unknown = await client
      .apply(kinds.Deployment, deployment('applied', ['-b']), theirs)
      .catch((e: unknown) => e);
    assert.ok(refused instanceof KubeError);
    assert.deepEqual([refused.status, refused.disposition], [409, 'waiting']);
    assert.match(
      refused.message,
      /^patch Deployment default\/applied: 409 Conflict: .*conflict with "routesrv".*args/s,
    );

    const taken = await client.apply(kinds.Deployment, deployment('applied', ['-b']), { ...theirs, force: true });
    assert.deepEqual(
      whoOwns(taken, argsPath).map(({ manager }) => manager),
      ['gitops'],
    );
    const operations = [{ op: 'replace', path: '/spec/template/spec/containers/0/args', value: ['-c'] }] as const;
    const options = { fieldManager: 'by-hand' };
    const patched = await client.patch(kinds.Deployment, key, { type: 'json', operations }, options);
    assert.deepEqual(
      whoOwns(patched, argsPath).map(({ manager, operation }) => [manager, operation]),
      [['by-hand', 'Update']],
    );
    const { resourceVersion = '' } = taken.metadata;
    const stale = client.patch(kinds.Deployment, key, { type: 'merge', body: {}, resourceVersion }, options);
    await assert.rejects(stale, isConflict);
  });

  test('a JSON patch on condition of a version that has passed is refused', async () => {
    const { client } = ground;
    const created = await client.create(kinds.ConfigMap, configMap('conditional', '1'));
    const key = { namespace, name: 'conditional' };
    await client.patch(kinds.ConfigMap, key, { type: 'merge', body: { data: { value: '2' } } });
    const { resourceVersion = '' } = created.metadata;
    const operations = [{ op: 'remove', path: '/data/value' }] as const;
    await assert.rejects(client.patch(kinds.ConfigMap, key, { type: 'json', operations, resourceVersion }), isConflict);
    assert.equal(valueOf(await client.get(kinds.ConfigMap, key)), '2');
  });

  test('status is written beside spec: it changes no generation, and a status in a create is ignored', async () => {
    const { client } = ground;
    const key = { namespace, name: 'with-status' };
    const created = await client.create(kinds.RouteServerConfig, {
      ...routeServerConfig(key.name),
      status: { effectiveMode: 'Exec' },
    });
    assert.equal(created['status'], undefined);
    const body = { status: { effectiveMode: 'False' } };
    const merged = await client.patchStatus(kinds.RouteServerConfig, key, { type: 'merge', body });
    const applied = await client.patchStatus(kinds.RouteServerConfig, key, {
      type: 'apply',
      body,
      fieldManager: 'routesrv',
      force: true,
    });
    assert.deepEqual([merged.metadata.generation, applied.metadata.generation], [1, 1]);
    assert.equal((applied['status'] as { effectiveMode: string }).effectiveMode, 'False');
  });

  test('a mistake names the field, and nothing of a Secret', async () => {
    const { client } = ground;
    const wrong = { ...routeServerConfig('wrong'), spec: { mode: false } };
    await assert.rejects(
      client.create(kinds.RouteServerConfig, wrong),
      /create RouteServerConfig default\/wrong: 422 Invalid: .*spec\.mode/s,
    );
    const secret = { metadata: { namespace, name: 'x' }, type: 'kubernetes.io/tls', stringData: { 'tls.crt': 'hush' } };
    const error: unknown = await client.create(kinds.Secret, secret).catch((e: unknown) => e);
    assert.ok(error instanceof KubeError);
    assert.match(error.message, /^create Secret default\/x: 422 Invalid: data\[tls\.key\]/);
    assert.doesNotMatch(error.message, /hush/);
  });

  test('deletes only what was meant: preconditions guard against a successor of the same name', async () => {
    const { client } = ground;
    const key = { namespace, name: 'victim' };
    const created = await client.create(kinds.ConfigMap, configMap('victim', '1'));
    await assert.rejects(client.delete(kinds.ConfigMap, key, { preconditions: { uid: 'another' } }), isConflict);
    const { uid = '' } = created.metadata;
    assert.equal(await client.delete(kinds.ConfigMap, key, { preconditions: { uid } }), undefined);
    assert.equal(await client.find(kinds.ConfigMap, key), undefined);
  });

  test('deletes and says what finalizers still keep', async () => {
    const { client } = ground;
    await client.create(kinds.ConfigMap, configMap('kept', '1'));
    const left = await client.delete(kinds.ConfigMap, { namespace, name: 'kept' }, { propagationPolicy: 'Foreground' });
    assert.deepEqual(left?.metadata.finalizers, ['foregroundDeletion']);
  });

  test('trap 5, paging and selectors: lists and follows just what was asked for, page by page', async (t) => {
    await createMany(ground.client, 'paged', 60);
    const watched = await listWatch(t, { labelSelector: 'many=paged', pageSize: 7 });
    assert.equal(watched.store.size, 60);
    const key = { namespace, name: 'paged-0000' };
    const written = await ground.client.patch(kinds.ConfigMap, key, { type: 'merge', body: { data: { value: '2' } } });
    await until('the change is seen', () => watched.store.get('default/paged-0000') === '2');
    assert.equal(watched.store.hasSeen('default/paged-0000', written.metadata.resourceVersion ?? ''), true);
    await ground.client.patch(kinds.ConfigMap, key, {
      type: 'merge',
      body: { metadata: { labels: { many: 'other' } } },
    });
    await until('what no longer matches is gone', () => !watched.store.has('default/paged-0000'));
  });

  test('trap 5, bookmarks: a watch without changes ends in time and goes on from where the cluster is', async (t) => {
    const watched = await listWatch(t, { labelSelector: 'nothing=matches', watchTimeoutMs: 6_000, random: () => 0 });
    const before = watched.resourceVersion;
    let made = 0;
    // The API server sends a bookmark only when something of the kind has changed since the watch began.
    while (watched.resourceVersion === before) {
      await ground.client.create(kinds.ConfigMap, configMap(`elsewhere-${made++}`, '1'));
      await systemClock.sleep(250);
    }
    assert.equal(watched.store.size, 0);
  });

  test('trap 12, relist: against a busy real server it finds nothing missed', async (t) => {
    const metrics = createMetrics({ process: false });
    const watched = await listWatch(t, { labelSelector: 'many=busy', relistEveryMs: 300, metrics });
    await createMany(ground.client, 'busy', 100);
    // Lists that began earlier agree with a store that has yet to hear of the last objects.
    const { begun } = watched.store.lists;
    await until('two relists that know of all are over', () => watched.store.lists.done >= begun + 2);
    assert.equal(watched.store.size, 100);
    assert.match(await metrics.render(), /kube_relist_missed_total\{kind="ConfigMap",change="added"\} 0/);
  });

  test('an API server that is killed and comes back: the store catches up with what changed meanwhile', async (t) => {
    const { cluster, client } = ground;
    const watched = await listWatch(t, { labelSelector: 'many=crash' });
    await client.create(kinds.ConfigMap, configMap('crash-1', '1', { many: 'crash' }));
    await until('the first is seen', () => watched.store.size === 1);
    const server = cluster.program('kube-apiserver');
    await server.crash();
    await assert.rejects(client.get(kinds.ConfigMap, { namespace, name: 'crash-1' }), {
      reason: 'Unreachable',
      disposition: 'transient',
    });
    await server.start();
    await cluster.ready();
    await client.create(kinds.ConfigMap, configMap('crash-2', '1', { many: 'crash' }));
    await client.delete(kinds.ConfigMap, { namespace, name: 'crash-1' });
    await until('the store is right again', () => [...watched.store.keys()].join() === 'default/crash-2');
  });

  test('events are accepted, counted, and found by kubectl describe', async () => {
    const { client, log } = ground;
    const regarding = await client.create(kinds.RouteServerConfig, routeServerConfig('eventful'));
    const recorder = new EventRecorder({
      client,
      log,
      clock: systemClock,
      controller: 'routesrv.dev/operator',
      instance: 'test',
    });
    const event = {
      type: 'Warning',
      reason: 'ShadowOutOfSync',
      action: 'Compare',
      note: 'three routes differ',
    } as const;
    for (let n = 0; n < 3; n += 1) recorder.record(regarding, event);
    await recorder.flush();
    recorder.record(regarding, event);
    await recorder.flush();
    const { items } = await client.list(kinds.Event, { namespace, fieldSelector: 'reason=ShadowOutOfSync' });
    assert.deepEqual(
      items.map(({ series, note }) => [(series as { count: number }).count, note]),
      [[4, 'three routes differ']],
    );
  });

  test('the operator base on a real server: status, finalizer and deletion in order, and no hot loop', async (t) => {
    const { client, config, log } = ground;
    const operator = new Sample({ client, config, log, clock: systemClock });
    t.after(() => operator.drain(1_000));
    await operator.start();
    await operator.whenSynced();
    const key = { namespace, name: 'operated' };
    await client.create(kinds.RouteServerConfig, routeServerConfig(key.name));
    await until('it is operated', () => operator.done.includes('operated'));
    const operated = await client.get(kinds.RouteServerConfig, key);
    assert.deepEqual(operated.metadata.finalizers, ['routesrv.dev/sample']);
    assert.equal((operated['status'] as { effectiveMode: string }).effectiveMode, 'False');
    await until('the queue is idle', () => operator.queueStats().inFlight + operator.queueStats().depth === 0);
    const calls = operator.calls;
    await client.create(kinds.ConfigMap, configMap('other', '1'));
    assert.equal(operator.calls, calls);
    await client.delete(kinds.RouteServerConfig, key);
    await until('its delete action has run', () => operator.done.includes('operated deleted'));
    await until('it is gone', () => !operator.has(key.name));
    assert.equal(await client.find(kinds.RouteServerConfig, key), undefined);
  });
});

/** The least operator that has a status and a finalizer. */
class Sample extends KubeOperator {
  readonly done: string[] = [];
  calls = 0;

  protected override init(): Promise<void> {
    return this.watchResource('routesrv.dev', 'v1alpha1', 'routeserverconfigs', (event) => this.#handle(event));
  }

  has(name: string): boolean {
    return this.storeOf('routeserverconfigs.routesrv.dev/v1alpha1').has(`${namespace}/${name}`);
  }

  async #handle(event: ResourceEvent): Promise<void> {
    this.calls += 1;
    const { name } = event.meta;
    const deleted = (): Promise<void> => Promise.resolve(void this.done.push(`${name} deleted`));
    if (
      event.type === ResourceEventType.Deleted ||
      (await this.handleResourceFinalizer(event, 'routesrv.dev/sample', deleted))
    )
      return;
    if (Reflect.get(event.object, 'status') === undefined)
      await this.patchResourceStatus(event.meta, { effectiveMode: 'False' });
    this.done.push(name);
  }
}
