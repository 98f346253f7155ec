/** Calls to an API server that misbehaves on order. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { FaultyApi, until } from '../../test/harness/faulty-api/index.ts';
import type { Fault } from '../../test/harness/faulty-api/index.ts';
import { serializeError } from '../telemetry/index.ts';
import type { Patch, WriteGuard } from './client-types.ts';
import { isConflict, isNotFound, KubeError } from './kube-error.ts';
import type { Disposition } from './kube-error.ts';
import { kinds } from './resource-kind.ts';

const deployments = '/apis/apps/v1/deployments';
const key = { namespace: 'kube-system', name: 'skipper' };

describe('KubeClient', () => {
  let api: FaultyApi;
  beforeEach(async () => {
    api = await FaultyApi.start();
  });
  afterEach(() => api.stop());

  function put(): void {
    api.collection(deployments).put({ metadata: { ...key, generation: 1 }, spec: { replicas: 1 } });
  }
  function last(): FaultyApi['requests'][number] {
    const request = api.requests.at(-1);
    assert.ok(request);
    return request;
  }
  async function errorOf(call: Promise<unknown>): Promise<KubeError> {
    const error: unknown = await call.then(
      () => assert.fail('the call succeeded'),
      (thrown: unknown) => thrown,
    );
    assert.ok(error instanceof KubeError);
    return error;
  }

  test('creates, reads, finds, lists, replaces and deletes', async () => {
    const client = api.client();
    const created = await client.create(kinds.Deployment, { metadata: key, spec: { replicas: 1 } });
    assert.equal(created.metadata.resourceVersion, '101');
    assert.deepEqual((await client.get(kinds.Deployment, key))['spec'], { replicas: 1 });
    const replaced = await client.replace(kinds.Deployment, { ...created, spec: { replicas: 2 } });
    assert.deepEqual(replaced['spec'], { replicas: 2 });
    const { items, resourceVersion } = await client.list(kinds.Deployment, { namespace: 'kube-system' });
    assert.deepEqual(
      items.map(({ kind, apiVersion }) => [apiVersion, kind]),
      [['apps/v1', 'Deployment']],
    );
    assert.equal(resourceVersion, '102');
    await client.delete(kinds.Deployment, key);
    assert.equal(await client.find(kinds.Deployment, key), undefined);
    assert.equal(await client.delete(kinds.Deployment, key), undefined);
  });

  const patches: Record<string, { patch: Patch; contentType: string; query: string; body: unknown }> = {
    'a merge patch': {
      patch: { type: 'merge', body: { spec: { replicas: 2 } } },
      contentType: 'application/merge-patch+json',
      query: 'fieldManager=tests',
      body: { spec: { replicas: 2 } },
    },
    'a merge patch on condition of a version': {
      patch: { type: 'merge', body: { metadata: { labels: { a: 'b' } } }, resourceVersion: '101' },
      contentType: 'application/merge-patch+json',
      query: 'fieldManager=tests',
      body: { metadata: { labels: { a: 'b' }, resourceVersion: '101' } },
    },
    'a JSON patch on condition of a version': {
      patch: { type: 'json', operations: [{ op: 'remove', path: '/spec' }], resourceVersion: '101' },
      contentType: 'application/json-patch+json',
      query: 'fieldManager=tests',
      body: [
        { op: 'replace', path: '/metadata/resourceVersion', value: '101' },
        { op: 'remove', path: '/spec' },
      ],
    },
    'a server-side apply': {
      patch: { type: 'apply', body: { spec: { replicas: 2 } }, fieldManager: 'routesrv', force: true },
      contentType: 'application/apply-patch+yaml',
      query: 'fieldManager=routesrv&force=true',
      body: { spec: { replicas: 2 }, apiVersion: 'apps/v1', kind: 'Deployment', metadata: { ...key } },
    },
  };
  for (const [name, { patch, contentType, query, body }] of Object.entries(patches)) {
    test(`trap 7, the default content type: sends ${name} as what it is, to the status too`, async () => {
      put();
      await api.client().patchStatus(kinds.Deployment, key, patch, { fieldManager: 'tests' });
      assert.equal(last().headers['content-type'], contentType);
      assert.equal(last().query.toString(), query);
      assert.deepEqual(JSON.parse(last().body), body);
      assert.equal(last().path, '/apis/apps/v1/namespaces/kube-system/deployments/skipper/status');
    });
  }

  test('trap 8, an agent per call: a hundred calls after each other share their connections', async () => {
    put();
    const client = api.client();
    for (let n = 0; n < 100; n += 1) await client.get(kinds.Deployment, key);
    // A second one may open while the first is still being tidied up.
    assert.ok(api.connectionsMade <= 2, `${api.connectionsMade} connections were made`);
  });

  test('trap 9, no timeout: a call that is never answered ends after its limit', async () => {
    api.faults.add({}, { type: 'silence' });
    const error = await errorOf(api.client({ timeoutMs: 50 }).get(kinds.Deployment, key));
    assert.equal(error.reason, 'Timeout');
    assert.equal(error.disposition, 'transient');
    assert.equal(error.message, 'get Deployment kube-system/skipper: the API server did not answer in time');
  });

  test('trap 9, no timeout: a call ends with its signal, also one that had fired before', async () => {
    api.faults.add({}, { type: 'silence' });
    const caller = new AbortController();
    const call = api.client().get(kinds.Deployment, key, { signal: caller.signal });
    await until('the request is there', () => api.requests.length === 1);
    caller.abort();
    assert.equal((await errorOf(call)).reason, 'Aborted');
    const again = api.client().get(kinds.Deployment, key, { signal: caller.signal });
    assert.equal((await errorOf(again)).reason, 'Aborted');
    assert.equal(api.requests.length, 1);
  });

  test('trap 11, bodies in errors: the message names verb, kind and object; a serialised error holds no body', async () => {
    api.faults.add({}, { type: 'answer', status: 422, reason: 'Invalid' });
    const error = await errorOf(api.client().create(kinds.Secret, { metadata: key, data: { password: 'aHVzaA==' } }));
    assert.equal(error.message, 'create Secret kube-system/skipper: 422 Invalid');
    assert.equal(error.disposition, 'stalled');
    assert.doesNotMatch(JSON.stringify([serializeError(error), Object.entries(error)]), /aHVzaA|sesame|authorization/i);
  });

  const answers: Record<string, { fault: Fault; status: number; disposition: Disposition; retryAfterMs?: number }> = {
    '400 asks for a person': { fault: { type: 'answer', status: 400 }, status: 400, disposition: 'stalled' },
    '401 may be a token in rotation': { fault: { type: 'answer', status: 401 }, status: 401, disposition: 'transient' },
    '403 asks for a person': { fault: { type: 'answer', status: 403 }, status: 403, disposition: 'stalled' },
    '404 waits': { fault: { type: 'answer', status: 404 }, status: 404, disposition: 'waiting' },
    '409 waits': { fault: { type: 'answer', status: 409 }, status: 409, disposition: 'waiting' },
    '410 is tried again': { fault: { type: 'answer', status: 410 }, status: 410, disposition: 'transient' },
    '429 is tried again when the server says': {
      fault: { type: 'answer', status: 429, headers: { 'retry-after': '7' } },
      status: 429,
      disposition: 'transient',
      retryAfterMs: 7_000,
    },
    '503 is tried again': { fault: { type: 'answer', status: 503 }, status: 503, disposition: 'transient' },
    'a cut is tried again': { fault: { type: 'cut' }, status: 0, disposition: 'transient' },
    'an answer that is not JSON is tried again': {
      fault: { type: 'bytes', bytes: '<html>' },
      status: 0,
      disposition: 'transient',
    },
    'an answer that is no object is tried again': {
      fault: { type: 'bytes', bytes: '{}' },
      status: 0,
      disposition: 'transient',
    },
  };
  for (const [name, { fault, status, disposition, retryAfterMs }] of Object.entries(answers)) {
    test(name, async () => {
      api.faults.add({}, fault);
      const error = await errorOf(api.client().get(kinds.Deployment, key));
      assert.deepEqual(
        { status: error.status, disposition: error.disposition, retryAfterMs: error.retryAfterMs },
        { status, disposition, retryAfterMs },
      );
    });
  }

  const noLists = {
    'a page of a proxy': '<html>sesame</html>',
    'a list with a broken item': '{"items":[{"metadata":{"name":"sesame"}]]}',
    'half a list': '{"items":[{"metadata":{"name":"sesame"}},',
  };
  for (const [what, bytes] of Object.entries(noLists)) {
    test(`${what} is tried again, and nothing of it is told`, async () => {
      api.faults.add({}, { type: 'bytes', bytes });
      const error = await errorOf(api.client().list(kinds.Deployment));
      assert.equal(error.message, 'list deployments: the answer is no list in JSON');
      assert.deepEqual([error.reason, error.disposition, error.cause], ['BadAnswer', 'transient', undefined]);
    });
  }

  test('a refused connection is tried again and named', async () => {
    const client = api.client();
    await api.close();
    const error = await errorOf(client.get(kinds.Deployment, key));
    assert.equal(error.message, 'get Deployment kube-system/skipper: the API server cannot be reached (ECONNREFUSED)');
  });

  test('a write on condition of a version that has passed is a conflict, reading what is not there is not', async () => {
    put();
    const patch: Patch = { type: 'merge', body: {}, resourceVersion: '7' };
    assert.equal(isConflict(await errorOf(api.client().patch(kinds.Deployment, key, patch))), true);
    const missing = await errorOf(api.client().get(kinds.Deployment, { ...key, name: 'other' }));
    assert.deepEqual([isConflict(missing), isNotFound(missing)], [false, true]);
  });

  test('a write under a guard that says no never reaches the wire; a read does', async () => {
    put();
    const guard: WriteGuard = { signal: new AbortController().signal, check: refuse };
    const client = api.client().guardedBy(guard);
    assert.equal((await errorOf(client.delete(kinds.Deployment, key))).reason, 'LeaseLost');
    await client.get(kinds.Deployment, key);
    assert.deepEqual(
      api.requests.map(({ method }) => method),
      ['GET'],
    );
  });

  test('a write whose right ends while it waits for a connection never reaches the wire', async () => {
    put();
    let asked = 0;
    const check = (): void => {
      asked += 1;
      // Yes when the call is made; no when its bytes are about to go out.
      if (asked > 1) refuse();
    };
    const guard: WriteGuard = { signal: new AbortController().signal, check };
    const error = await errorOf(api.client().guardedBy(guard).delete(kinds.Deployment, key));
    assert.equal(error.reason, 'LeaseLost');
    assert.deepEqual(api.requests, []);
    assert.equal(asked, 2);
  });

  test('a write under way ends when the right to it ends', async () => {
    api.faults.add({ method: 'DELETE' }, { type: 'silence' });
    const writes = new AbortController();
    const client = api.client().guardedBy({ signal: writes.signal, check: () => undefined });
    const call = client.delete(kinds.Deployment, key);
    await until('the request is there', () => api.requests.length === 1);
    writes.abort(new KubeError({ status: 0, reason: 'LeaseLost', disposition: 'waiting', message: 'lost' }));
    assert.equal((await errorOf(call)).reason, 'LeaseLost');
    await until('its connection is closed', () => api.openConnections === 0);
  });

  test('a watch that its reader leaves closes its connection', async () => {
    put();
    const options = { resourceVersion: '1', serverTimeoutMs: 60_000, idleTimeoutMs: 60_000 };
    const signal = new AbortController().signal;
    for await (const event of api.client().watch(kinds.Deployment, { ...options, signal })) {
      assert.equal(event.type, 'ADDED');
      break;
    }
    await until('the server sees it closed', () => api.watches.size === 0);
  });

  test('many calls under one lifetime signal leave no listener on it', async (t) => {
    put();
    const { signal } = new AbortController();
    const add = t.mock.method(signal, 'addEventListener');
    const remove = t.mock.method(signal, 'removeEventListener');
    const client = api.client();
    for (let n = 0; n < 50; n += 1) await client.get(kinds.Deployment, key, { signal });
    assert.deepEqual([add.mock.callCount(), remove.mock.callCount()], [50, 50]);
  });
});

function refuse(): never {
  throw new KubeError({ status: 0, reason: 'LeaseLost', disposition: 'waiting', message: 'no' });
}
