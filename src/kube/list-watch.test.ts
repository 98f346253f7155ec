/** The list-watch against an API server that misbehaves on order: each trap of the client libraries, by name. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { FaultyApi, hurriedClock, until } from '../../test/harness/faulty-api/index.ts';
import type { Fault, Matching } from '../../test/harness/faulty-api/index.ts';
import { createLogger, createMetrics } from '../telemetry/index.ts';
import type { KubeObject } from './kube-object.ts';
import { ListWatch } from './list-watch.ts';
import type { ListWatchOptions } from './list-watch.ts';
import { kinds, type ResourceKind } from './resource-kind.ts';

const path = '/api/v1/configmaps';

/** The ConfigMap's one value that the tests look at. */
function decode(raw: KubeObject): string {
  const { data } = raw;
  if (typeof data !== 'object' || data === null || !('value' in data)) throw new Error('data.value is missing');
  return String(data.value);
}

describe('ListWatch', () => {
  let api: FaultyApi;
  let lines: string[];
  const running: ListWatch<string>[] = [];
  const metrics = createMetrics({ process: false });

  beforeEach(async () => {
    api = await FaultyApi.start();
    lines = [];
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((listWatch) => listWatch.stop()));
    await api.stop();
  });

  function put(name: string, value = '1'): void {
    api.collection(path).put({ metadata: { namespace: 'n', name }, data: { value } });
  }

  function listWatch(options: Partial<ListWatchOptions<string>> = {}): ListWatch<string> {
    const destination = { write: (line: string) => void lines.push(line) };
    const made = new ListWatch({
      client: api.client(),
      kind: kinds.ConfigMap,
      decode,
      clock: hurriedClock(100),
      log: createLogger({ name: 'test', level: 'debug', destination }),
      relistEveryMs: 3_600_000,
      ...options,
    });
    running.push(made);
    made.start();
    return made;
  }

  async function synced(options: Partial<ListWatchOptions<string>> = {}): Promise<ListWatch<string>> {
    const made = listWatch(options);
    await made.whenSynced();
    await until('the watch is open', () => api.watches.size === 1);
    return made;
  }

  test('lists page by page, then follows additions, changes and deletions', async () => {
    for (let n = 0; n < 5; n += 1) put(`a${n}`);
    const watched = await synced({ pageSize: 2 });
    assert.deepEqual([...watched.store.keys()], ['n/a0', 'n/a1', 'n/a2', 'n/a3', 'n/a4']);
    const limits = api.requests.filter(({ query }) => !query.has('watch')).map(({ query }) => query.get('limit'));
    assert.deepEqual(limits, ['2', '2', '2']);

    put('b', 'new');
    put('a0', 'changed');
    api.collection(path).remove('n/a1');
    await until('the deletion is seen', () => !watched.store.has('n/a1'));
    assert.equal(watched.store.get('n/b'), 'new');
    assert.equal(watched.store.get('n/a0'), 'changed');
    assert.equal(watched.resourceVersion, api.version);
  });

  test('asks for bookmarks and for an end by the server, and begins where the list ended', async () => {
    put('a');
    await synced({ watchTimeoutMs: 300_000, random: () => 0 });
    const request = api.requests.find(({ query }) => query.get('watch') === 'true');
    assert.ok(request);
    assert.equal(request.query.get('allowWatchBookmarks'), 'true');
    assert.equal(request.query.get('timeoutSeconds'), '300');
    assert.equal(request.query.get('resourceVersion'), api.version);
  });

  const anyList: Matching = { method: 'GET', watch: false };
  const anyWatch: Matching = { watch: true };
  const interruptions: Record<string, { matching: Matching; fault: Fault }> = {
    'a list that is refused with 500': { matching: anyList, fault: { type: 'answer', status: 500 } },
    'a list that is refused with 403': { matching: anyList, fault: { type: 'answer', status: 403 } },
    'a list that is cut': { matching: anyList, fault: { type: 'cut' } },
    'a list of broken JSON': { matching: anyList, fault: { type: 'bytes', bytes: '{"items": [' } },
    'a list that is no list': { matching: anyList, fault: { type: 'bytes', bytes: '[]' } },
    'a watch that is refused with 500': { matching: anyWatch, fault: { type: 'answer', status: 500 } },
    'a watch that is refused with 429': { matching: anyWatch, fault: { type: 'answer', status: 429 } },
    'a watch that is refused with 401': { matching: anyWatch, fault: { type: 'answer', status: 401 } },
    'a watch that is refused with 410': { matching: anyWatch, fault: { type: 'answer', status: 410 } },
    'a watch that is cut': { matching: anyWatch, fault: { type: 'cut' } },
    'a watch that ends at once': { matching: anyWatch, fault: { type: 'bytes', bytes: '' } },
    'a watch of broken JSON': { matching: anyWatch, fault: { type: 'bytes', bytes: '{"type": "ADD\n' } },
    'a watch of something else': { matching: anyWatch, fault: { type: 'bytes', bytes: '{"type":"HELLO"}\n' } },
  };
  for (const [name, { matching, fault }] of Object.entries(interruptions)) {
    test(`trap 1, the informer that stops for good on an error: goes on after ${name}, five times over`, async () => {
      put('a');
      api.faults.add(matching, fault, 5);
      const watched = await synced();
      put('b');
      await until('the change after the fault is seen', () => watched.store.has('n/b'));
      assert.equal(watched.store.size, 2);
    });
  }

  test('trap 1, waits: honours Retry-After when it is longer than its own backoff', async () => {
    const fault: Fault = { type: 'answer', status: 429, headers: { 'retry-after': '120' } };
    api.faults.add({ watch: true }, fault);
    const clock = hurriedClock(1_000);
    const sleeps: number[] = [];
    const watched = listWatch({
      clock: { ...clock, sleep: (ms, signal) => (sleeps.push(ms), clock.sleep(ms, signal)) },
    });
    await watched.whenSynced();
    await until('the watch is open', () => api.watches.size === 1);
    assert.deepEqual(sleeps, [120_000]);
  });

  test('trap 1, waits: a server that is away is asked with growing pauses', async () => {
    const watched = await synced();
    const sleeps: number[] = [];
    const clock = hurriedClock(1_000);
    const other = listWatch({
      clock: { ...clock, sleep: (ms, signal) => (sleeps.push(ms), clock.sleep(ms, signal)) },
      random: () => 0,
    });
    await other.whenSynced();
    await api.close();
    await until('several tries have failed', () => sleeps.length >= 6);
    assert.deepEqual(sleeps.slice(0, 6), [200, 400, 800, 1_600, 3_200, 6_400]);
    assert.equal(watched.synced, true);
  });

  const missing: Readonly<Record<string, { kind: ResourceKind; path: RegExp; pauses: readonly number[] }>> = {
    'less and less often when it is one of its own': {
      kind: kinds.Endpoints,
      path: /^\/api\/v1\/endpoints/,
      pauses: [200, 400, 800, 1_600, 3_200, 6_400, 12_800, 25_600, 30_000, 30_000],
    },
    'as ever when its definition may come at any time': {
      kind: kinds.RouteGroup,
      path: /^\/apis\/zalando\.org/,
      pauses: [200, 400, 800, 1_600, 3_000, 3_000, 3_000, 3_000, 3_000, 3_000],
    },
  };
  for (const [how, { kind, path: at, pauses }] of Object.entries(missing)) {
    test(`a kind that the server does not have is said once, without a stack, and looked for ${how}`, async () => {
      api.faults.add({ path: at }, { type: 'answer', status: 404 }, pauses.length);
      const sleeps: number[] = [];
      const clock = hurriedClock(1_000);
      const watched = listWatch({
        ...{ kind, decode: () => 'x', random: () => 0, backoff: { baseMs: 200, capMs: 3_000 } },
        clock: { ...clock, sleep: (ms, signal) => (sleeps.push(ms), clock.sleep(ms, signal)) },
      });
      await watched.whenSynced();
      assert.deepEqual(sleeps.slice(0, pauses.length), pauses);
      const told = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
      assert.deepEqual(
        told.map(({ level, msg, kind: of, err }) => [level, msg, of, err]),
        [
          ['warn', 'the API server does not have this kind; it is looked for on', kind.plural, undefined],
          ['info', 'the API server has this kind again', kind.plural, undefined],
        ],
      );
    });
  }

  test('trap 2, the zombie after stop: stopped during a pause between tries, it opens nothing ever again', async () => {
    put('a');
    api.faults.add({ watch: true }, { type: 'answer', status: 500 }, 1_000);
    const watched = listWatch();
    await until('several tries have failed', () => api.requests.length > 4);
    await watched.stop();
    api.faults.clear();
    const seen = api.requests.length;
    await until('far more time has passed than any pause', passed(50));
    assert.equal(api.requests.length, seen);
    assert.equal(api.watchesOpened, 0);
    watched.start();
    await until('far more time has passed than any pause', passed(50));
    assert.equal(api.requests.length, seen);
  });

  test('trap 2, the zombie after stop: an open watch is closed when stop resolves', async () => {
    const watched = await synced();
    await watched.stop();
    await until('the server sees the watch closed', () => api.watches.size === 0);
    put('late');
    assert.equal(watched.store.has('n/late'), false);
    await assert.rejects(listWatchStoppedBeforeSync(), /was stopped/);
  });

  async function listWatchStoppedBeforeSync(): Promise<void> {
    api.faults.add({ watch: false }, { type: 'silence' });
    const watched = listWatch();
    const waiting = watched.whenSynced();
    await Promise.all([waiting, watched.stop()]);
  }

  test('trap 2, the zombie after stop: neither timer nor connection of it is left', async () => {
    const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    await until('the timers of earlier tests are gone', () => timers() <= 1);
    const watched = await synced();
    assert.ok(timers() > 1);
    await watched.stop();
    await until('its timers and its watch are gone', () => timers() <= 1 && api.watches.size === 0);
  });

  test('trap 3, swallowed exceptions: a listener that throws is logged and stops neither watch nor other listeners', async () => {
    const watched = await synced();
    const heard: string[] = [];
    watched.store.subscribe(() => {
      throw new Error('a broken listener');
    });
    watched.store.subscribe((key) => heard.push(key));
    put('a');
    put('b');
    await until('both changes are heard', () => heard.length === 2);
    assert.equal(lines.filter((line) => line.includes('a broken listener')).length, 2);
  });

  test('trap 4, connected is not synced: synced only when the last page is in, and never half a list', async () => {
    for (let n = 0; n < 6; n += 1) put(`a${n}`);
    api.faults.add({ continues: true }, { type: 'answer', status: 500 }, 3);
    const watched = listWatch({ pageSize: 4 });
    const sizes = new Set<number>();
    watched.store.subscribe(() => sizes.add(watched.store.size));
    await until('the second page has been refused', () => api.requests.some(({ query }) => query.has('continue')));
    assert.equal(watched.synced, false);
    assert.equal(watched.store.size, 0);
    await watched.whenSynced();
    assert.deepEqual([...sizes], [6]);
  });

  test('trap 5, paging: a continue token that has expired begins the list again, not from the middle', async () => {
    for (let n = 0; n < 5; n += 1) put(`a${n}`);
    api.faults.add({ continues: true }, { type: 'answer', status: 410, reason: 'Expired' });
    const watched = await synced({ pageSize: 2 });
    assert.equal(watched.store.size, 5);
    const tokens = api.requests.filter(({ query }) => !query.has('watch')).map(({ query }) => query.get('continue'));
    assert.deepEqual(tokens, [null, '2', null, '2', '4']);
  });

  test('trap 5, paging: tokens that always expire lead to a list without pages', async () => {
    for (let n = 0; n < 5; n += 1) put(`a${n}`);
    api.faults.add({ continues: true }, { type: 'answer', status: 410, reason: 'Expired' }, 1_000);
    const watched = await synced({ pageSize: 2 });
    assert.equal(watched.store.size, 5);
    const last = api.requests.findLast(({ query }) => !query.has('watch'));
    assert.equal(last?.query.has('limit'), false);
  });

  test('trap 5, bookmarks: move the version from which the next watch begins', async () => {
    const watched = await synced();
    api.watch.bookmark('12345');
    await until('the bookmark is seen', () => watched.resourceVersion === '12345');
    api.watch.end();
    const next = await until('the next watch is open', () =>
      [...api.watches].find((w) => w.resourceVersion === '12345'),
    );
    assert.ok(next);
  });

  test('an ERROR event of 410 within the stream leads to a new list, and what was missed is told', async () => {
    put('a');
    const watched = await synced();
    const heard: string[] = [];
    watched.store.subscribe((key) => heard.push(key));
    api.watch.deafen();
    put('b');
    api.collection(path).remove('n/a');
    api.oldestVersion = Number(api.version);
    api.watch.expire();
    await until('the store is right again', () => watched.store.has('n/b') && !watched.store.has('n/a'));
    assert.deepEqual(heard.sort(), ['n/a', 'n/b']);
  });

  test('trap 6, Date or string: what the list gave and what the watch gave decode alike', async () => {
    const born = { creationTimestamp: '2026-01-02T03:04:05Z' };
    const seen: unknown[] = [];
    api.collection(path).put({ metadata: { name: 'a', namespace: 'n', ...born }, data: { value: '1' } });
    const watched = await synced({ decode: (raw) => (seen.push(raw.metadata.creationTimestamp), 'x') });
    api.collection(path).put({ metadata: { name: 'b', namespace: 'n', ...born }, data: { value: '1' } });
    await until('both are there', () => watched.store.size === 2);
    assert.deepEqual(seen, [born.creationTimestamp, born.creationTimestamp]);
  });

  test('trap 6, one border: what cannot be decoded is skipped, said once, and the last good one stays', async () => {
    put('good');
    api.collection(path).put({ metadata: { namespace: 'n', name: 'bad' } });
    const told: string[] = [];
    const watched = await synced({ onUndecodable: (key, { message }) => told.push(`${key}: ${message}`) });
    api.collection(path).put({ metadata: { namespace: 'n', name: 'good' }, data: {} });
    await until('the second one is told', () => told.length === 2);
    assert.deepEqual(told, ['n/bad: data.value is missing', 'n/good: data.value is missing']);
    assert.deepEqual([...watched.store.entries()], [['n/good', '1']]);
    assert.deepEqual([...watched.undecodable.keys()], ['n/bad', 'n/good']);
    put('good', '2');
    await until('the repaired one is there', () => watched.store.get('n/good') === '2');
    assert.deepEqual([...watched.undecodable.keys()], ['n/bad']);
  });

  test('trap 8, leaked sockets: a hundred reconnects leave one connection', async () => {
    const watched = await synced();
    for (let n = 1; n <= 100; n += 1) {
      const before = api.watchesOpened;
      // A word from the server first: without any, pauses between tries grow.
      put('a', String(n));
      await until('the change is seen', () => watched.store.get('n/a') === String(n));
      if (n % 2 === 0) api.watch.cut();
      else api.watch.end();
      await until('it has reconnected', () => api.watchesOpened > before && api.watches.size === 1);
    }
    assert.ok(api.openConnections <= 2, `${api.openConnections} connections are open`);
    assert.equal(api.watches.size, 1);
  });

  test('trap 12, half-open: a stream without a byte is cut and begun again, and nothing is lost', async () => {
    const watched = await synced({ idleTimeoutMs: 150 });
    api.watch.goSilent();
    put('unheard');
    await until('the change came by another watch', () => watched.store.has('n/unheard'));
    assert.ok(api.watchesOpened > 1);
  });

  test('trap 12, half-open: a request that is never answered is given up', async () => {
    api.faults.add({ watch: true }, { type: 'silence' });
    const watched = await synced({ idleTimeoutMs: 150 });
    assert.equal(watched.synced, true);
  });

  test('trap 12, half-open: bookmarks keep a stream without changes alive', async () => {
    await synced({ idleTimeoutMs: 400 });
    let beats = 0;
    const beat = setInterval(() => {
      api.watch.bookmark(api.version);
      beats += 1;
    }, 40);
    await until('three times the idle limit has passed', passed(1_200));
    clearInterval(beat);
    assert.ok(beats > 10);
    assert.equal(api.watchesOpened, 1);
  });

  test('trap 12, deaf: a relist finds what the watch did not say, counts it, and distrusts the watch', async () => {
    put('changed');
    put('deleted');
    const watched = await synced({ relistEveryMs: 10_000, metrics, kind: { ...kinds.ConfigMap, kind: 'Deaf' } });
    api.watch.deafen();
    put('added');
    put('changed', '2');
    api.collection(path).remove('n/deleted');
    await until('the store is right again', () => watched.store.has('n/added') && !watched.store.has('n/deleted'));
    assert.equal(watched.store.get('n/changed'), '2');
    await until('a new watch is open', () => api.watchesOpened > 1);
    const text = await metrics.render();
    for (const change of ['added', 'changed', 'deleted']) {
      assert.match(text, new RegExp(`kube_relist_missed_total\\{kind="Deaf",change="${change}"\\} 1`));
    }
  });

  test('trap 12, relist: finds nothing missed while changes stream in', async () => {
    const watched = await synced({ relistEveryMs: 2_000, metrics, kind: { ...kinds.ConfigMap, kind: 'Busy' } });
    let changes = 0;
    const change = setInterval(() => {
      put(`a${changes % 7}`, String(changes));
      if (changes % 5 === 0) api.collection(path).remove(`n/a${(changes + 3) % 7}`);
      changes += 1;
    }, 1);
    await until('several relists are over', () => watched.store.lists.begun >= 6);
    clearInterval(change);
    assert.match(await metrics.render(), /kube_relist_missed_total\{kind="Busy",change="added"\} 0/);
    assert.equal(api.watchesOpened, 1);
  });

  test('a replay of versions that were seen and replaced does not turn the store back', async () => {
    put('a', 'old');
    const watched = await synced();
    const old = api.collection(path).objects.get('n/a');
    put('a', 'new');
    put('gone');
    const gone = api.collection(path).objects.get('n/gone');
    api.collection(path).remove('n/gone');
    await until('the store is up to date', () => watched.store.get('n/a') === 'new' && !watched.store.has('n/gone'));
    assert.ok(old && gone);
    api.watch.send({ type: 'MODIFIED', object: old });
    api.watch.send({ type: 'ADDED', object: gone });
    put('after');
    await until('what comes after the replay is seen', () => watched.store.has('n/after'));
    assert.equal(watched.store.get('n/a'), 'new');
    assert.equal(watched.store.has('n/gone'), false);
  });

  test('the deletion of a former object of the same name leaves its successor alone', async () => {
    put('a', 'first');
    const watched = await synced();
    const first = api.collection(path).objects.get('n/a');
    api.collection(path).remove('n/a');
    put('a', 'second');
    await until('the successor is there', () => watched.store.get('n/a') === 'second');
    assert.ok(first);
    api.watch.send({ type: 'DELETED', object: first });
    put('after');
    await until('what comes after is seen', () => watched.store.has('n/after'));
    assert.equal(watched.store.get('n/a'), 'second');
  });

  test('characters and lines that are cut anywhere between chunks come together again', async () => {
    const watched = await synced();
    const object = {
      metadata: { namespace: 'n', name: 'a', resourceVersion: '900', uid: 'u' },
      data: { value: 'grün 🚦' },
    };
    const bytes = Buffer.from(`${JSON.stringify({ type: 'ADDED', object })}\n`);
    for (const byte of bytes) {
      api.watch.write(Buffer.from([byte]));
      await new Promise(setImmediate);
    }
    await until('the object is there', () => watched.store.get('n/a') === 'grün 🚦');
  });

  test('liveness: a server that is away counts as progress of the loop, not as contact', async () => {
    const watched = await synced();
    await api.close();
    // The stream's own end is still contact: wait until the loop has found nobody.
    const atClose = watched.lastProgressAt;
    await until('the loop has noticed', () => watched.lastProgressAt > atClose);
    const [contactAt, noticedAt] = [watched.lastContactAt, watched.lastProgressAt];
    await until('the loop has tried again', () => watched.lastProgressAt > noticedAt);
    assert.equal(watched.lastContactAt, contactAt);
  });

  test('secrets: neither token nor object reaches the log', async () => {
    api.faults.add({ watch: true }, { type: 'bytes', bytes: '{"object": {"data": "hush"}\n' });
    put('a', 'hush');
    await synced();
    await until('the broken line was logged', () => lines.length > 0);
    assert.doesNotMatch(lines.join(''), /hush|sesame/);
  });
});

/** True from `ms` after the first call on. */
function passed(ms: number): () => boolean {
  const since = performance.now();
  return () => performance.now() - since >= ms;
}
