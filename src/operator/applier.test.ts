import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { FaultyApi } from '../../test/harness/faulty-api/index.ts';
import { isConflict, KubeError, kinds, type KubeObject } from '../kube/index.ts';
import { CONFIG_LABEL, type KubeObject as Manifest } from '../manifests/index.ts';
import { APPLIED_DIGEST_ANNOTATION, Applier, FIELD_MANAGER, manifestDigest } from './applier.ts';
import { OperatorError } from './operator-error.ts';
import type { OwnedObject } from './world.ts';

const services = '/api/v1/services';

function aService(name: string, port = 80): Manifest {
  const labels = { [CONFIG_LABEL]: 'ingress' };
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: 'shop', labels },
    spec: { ports: [{ port }] },
  };
}

let api: FaultyApi;
let applier: Applier;
beforeEach(async () => {
  api = await FaultyApi.start();
  applier = new Applier(api.client());
});
afterEach(() => api.stop());

/** What our stores would show: everything there that carries our label. */
const present = (): readonly OwnedObject[] =>
  [...api.collection(services).objects.values()]
    .map((object: KubeObject): OwnedObject => ({ kind: kinds.Service, object }))
    .filter(({ object }) => object.metadata.labels?.[CONFIG_LABEL] !== undefined);
const writes = (): readonly string[] =>
  api.requests.filter(({ method }) => method !== 'GET').map(({ method, path }) => `${method} ${path}`);

describe('an object', () => {
  test('is applied by server-side apply, as ours, with the digest of what was applied', async () => {
    await applier.apply([aService('a')], []);
    const [request] = api.requests.filter(({ method }) => method === 'PATCH');
    assert.equal(request?.headers['content-type'], 'application/apply-patch+yaml');
    assert.deepEqual(Object.fromEntries(request.query), { fieldManager: FIELD_MANAGER, force: 'true' });
    const sent = JSON.parse(request.body) as KubeObject;
    assert.equal(sent.metadata.annotations?.[APPLIED_DIGEST_ANNOTATION], manifestDigest(aService('a')));
  });

  test('that is as it was applied is not sent again', async () => {
    await applier.apply([aService('a')], []);
    await applier.apply([aService('a')], present());
    await applier.apply([aService('a')], present());
    assert.deepEqual(writes(), ['PATCH /api/v1/namespaces/shop/services/a']);
  });

  test('whose content shall be another is applied again', async () => {
    await applier.apply([aService('a')], []);
    await applier.apply([aService('a', 81)], present());
    assert.equal(writes().length, 2);
  });

  test('that somebody else has written to is applied again', async () => {
    await applier.apply([aService('a')], []);
    const there = api.collection(services).objects.get('shop/a');
    assert.ok(there);
    api.collection(services).put({ ...there, spec: { ports: [] } });
    await applier.apply([aService('a')], present());
    assert.equal(writes().length, 2);
  });

  test('of which only the status changed is left alone, where the kind has a generation', async () => {
    const generation = { metadata: { ...aService('a').metadata, generation: 1 } };
    await applier.apply([{ ...aService('a'), ...generation }], []);
    const there = api.collection(services).objects.get('shop/a');
    assert.ok(there);
    api.collection(services).put({ ...there, status: { loadBalancer: {} } });
    await applier.apply([{ ...aService('a'), ...generation }], present());
    assert.equal(writes().length, 1);
  });

  test('is applied once by a process that has not applied it yet', async () => {
    await applier.apply([aService('a')], []);
    const fresh = new Applier(api.client());
    await fresh.apply([aService('a')], present());
    await fresh.apply([aService('a')], present());
    assert.equal(writes().length, 2);
  });

  test('that was made and is not in the stores yet counts as ours', async () => {
    await applier.apply([aService('a')], []);
    await applier.apply([aService('a')], []);
    assert.equal(api.collection(services).objects.size, 1);
  });

  test('of a kind that nobody taught the applier is a mistake of ours', async () => {
    const manifest = { ...aService('a'), kind: 'Gateway' };
    await assert.rejects(applier.apply([manifest], []), /a manifest of kind Gateway cannot be applied/);
  });
});

describe('an object of somebody else', () => {
  const foreign = { metadata: { name: 'a', namespace: 'shop' }, spec: { ports: [] } };

  test('is left untouched, and named for the person who must choose', async () => {
    api.collection(services).put(foreign);
    await assert.rejects(applier.apply([aService('a'), aService('b')], []), (error) => {
      assert.ok(error instanceof OperatorError);
      assert.deepEqual([error.reason, error.disposition], ['ObjectClaimed', 'stalled']);
      assert.equal(
        error.message,
        'Service shop/a exists and is not ours: rename or delete it, or name the RouteServerConfig otherwise',
      );
      return true;
    });
    assert.deepEqual(writes(), []);
  });

  test('is not ours because it belongs to another config', async () => {
    api
      .collection(services)
      .put({ ...foreign, metadata: { ...foreign.metadata, labels: { [CONFIG_LABEL]: 'other' } } });
    await assert.rejects(applier.apply([aService('a')], []), OperatorError);
  });
});

describe('applying in order', () => {
  test('stops at the first failure', async () => {
    api.faults.add({ method: 'PATCH' }, { type: 'answer', status: 403 });
    await assert.rejects(applier.apply([aService('a'), aService('b')], []), KubeError);
    assert.deepEqual(writes(), ['PATCH /api/v1/namespaces/shop/services/a']);
  });

  test('does not take a failed apply for done', async () => {
    api.faults.add({ method: 'PATCH' }, { type: 'answer', status: 500 });
    await assert.rejects(applier.apply([aService('a')], []), KubeError);
    await applier.apply([aService('a')], present());
    assert.equal(api.collection(services).objects.size, 1);
  });
});

describe('pruning', () => {
  beforeEach(async () => {
    await applier.apply([aService('a'), aService('b')], []);
  });

  test('deletes what is not wanted any more, and only the object that was seen', async () => {
    await applier.prune([aService('a')], present());
    assert.deepEqual([...api.collection(services).objects.keys()], ['shop/a']);
    const { body } = api.requests.find(({ method }) => method === 'DELETE') ?? {};
    const { preconditions, propagationPolicy } = JSON.parse(body ?? '{}') as Record<string, unknown>;
    assert.equal(propagationPolicy, 'Background');
    assert.equal(typeof (preconditions as { uid?: unknown } | undefined)?.uid, 'string');
  });

  test('leaves alone what is on its way out', async () => {
    const there = api.collection(services).objects.get('shop/b');
    assert.ok(there);
    api
      .collection(services)
      .put({ ...there, metadata: { ...there.metadata, deletionTimestamp: '2026-01-31T09:00:00Z' } });
    await applier.prune([aService('a')], present());
    assert.ok(!writes().some((write) => write.startsWith('DELETE')));
  });

  test('takes an object that is gone already for gone', async () => {
    const before = present();
    api.collection(services).remove('shop/b');
    await applier.prune([], before);
    assert.equal(api.collection(services).objects.size, 0);
  });

  test('lets a pruned object be made anew', async () => {
    await applier.prune([], present());
    await applier.apply([aService('a')], present());
    assert.deepEqual([...api.collection(services).objects.keys()], ['shop/a']);
  });

  test('tells when somebody has replaced the object meanwhile', async () => {
    api.faults.add({ method: 'DELETE' }, { type: 'answer', status: 409 });
    await assert.rejects(applier.prune([], present()), isConflict);
  });
});

test('the digest is that of the content alone', () => {
  assert.equal(manifestDigest(aService('a')), manifestDigest(aService('a')));
  assert.notEqual(manifestDigest(aService('a')), manifestDigest(aService('a', 81)));
  assert.match(manifestDigest(aService('a')), /^[0-9a-f]{16}$/);
});
