import assert from 'node:assert/strict';
import { after, afterEach, beforeEach, describe, test } from 'node:test';
import { until } from '../../../test/harness/faulty-api/index.ts';
import { ManualClock } from '../../runtime/manual-clock.ts';
import { Comparator } from '../shadow/comparator.ts';
import { ReadTimes } from '../shadow/read-times.ts';
import { SupportListeners } from '../shadow/support-listeners.test-support.ts';
import { TableReader } from '../shadow/table-reader.ts';
import { ConvergenceWatch, type ConvergencePlan } from './convergence-watch.ts';
import { RouteServerClient } from './route-server-client.ts';

const T0 = Date.UTC(2026, 0, 31, 9);
const seconds = (count: number): number => count * 1_000;
const comparator = new Comparator();
after(() => comparator.stop());

const route = (name: string): string => `${name}: Path("/${name}") -> "http://10.0.0.1";\n`;
const before = route('a') + route('b');
const now = before + route('c');
const replica = '10.3.0.1';
const skippers = ['10.1.0.1', '10.1.0.2', '10.1.0.3', '10.1.0.4'] as const;
const [first, second, third, fourth] = skippers;

/** Four moved Skippers and one replica of a route server, on a clock that the test turns. */
class Stage {
  readonly clock = new ManualClock(T0);
  readonly listeners: SupportListeners;
  readonly watch: ConvergenceWatch;
  /** `ACTION pod`, in order. */
  readonly done: string[] = [];
  /** Why nothing is evicted; unset when it is. */
  forbidsEviction: string | undefined;
  evictions = 0;
  changes = 0;
  #madeAt = 1_000;

  constructor(listeners: SupportListeners) {
    this.listeners = listeners;
    this.serves('"1"', before);
    for (const host of skippers) this.shows(host, before);
    this.watch = new ConvergenceWatch({
      clock: this.clock,
      times: new ReadTimes(this.clock),
      comparator,
      reader: new TableReader(listeners.dispatcher),
      routeServers: new RouteServerClient(listeners.dispatcher),
      evict: () => {
        this.evictions += 1;
        const why = this.forbidsEviction;
        return Promise.resolve(why === undefined ? { evicted: true } : { evicted: false, why });
      },
      onChange: () => (this.changes += 1),
      onHealing: (action, { pod }) => this.done.push(`${action} ${pod}`),
    });
  }

  serves(etag: string, table: string): void {
    this.listeners.tables.set(replica, table);
    this.listeners.etags.set(replica, etag);
  }

  /** A Skipper has made its table anew. */
  shows(host: string, table: string): void {
    this.listeners.tables.set(host, table);
    this.listeners.madeAtSeconds.set(host, (this.#madeAt += 1));
  }

  plan(change: Partial<ConvergencePlan> = {}): ConvergencePlan {
    return {
      moved: skippers.map((host) => this.listeners.at(host)),
      sentinels: [],
      replicas: [{ pod: 'routesrv', host: replica }],
      lookEveryMs: seconds(30),
      intervalMs: seconds(30),
      budgetMs: seconds(120),
      policy: { mayEvict: false, isSuspended: false },
      isFleetSettled: true,
      ...change,
    };
  }

  async begins(change: Partial<ConvergencePlan> = {}): Promise<void> {
    this.watch.follow(this.plan(change));
    await this.#lookEnds();
  }

  /** Lets so many looks pass. */
  async looks(count: number): Promise<void> {
    for (let look = 0; look < count; look++) {
      await this.clock.advance(seconds(30));
      await this.#lookEnds();
    }
  }

  async #lookEnds(): Promise<void> {
    await until('the look ends', () => this.clock.pendingTimers > 0);
  }

  get lagging(): readonly string[] {
    return this.watch.seen.lagging.map(({ pod, why }) => `${pod} ${why}`);
  }

  /** Everybody takes the newest table, except for some. */
  changesFor(...hosts: readonly string[]): void {
    this.serves('"2"', now);
    for (const host of hosts) this.shows(host, now);
  }
}

let stage: Stage;
beforeEach(async () => {
  stage = new Stage(await SupportListeners.start());
});
afterEach(async () => {
  stage.watch.stop();
  await stage.listeners.stop();
});

describe('moved Skippers', () => {
  test('are not known before the first look', () => {
    assert.deepEqual(stage.watch.seen, { known: false, converged: 0, lagging: [] });
  });

  test('are converged while they show the same table', async () => {
    await stage.begins();
    assert.deepEqual(stage.watch.seen, { known: true, converged: 4, lagging: [] });
    assert.equal(stage.changes, 1);
  });

  test('are not read while nothing changes, once each was seen to be right', async () => {
    await stage.begins();
    await stage.looks(3);
    stage.listeners.reads.length = 0;
    await stage.looks(10);
    assert.deepEqual(stage.listeners.reads, []);
    assert.equal(stage.changes, 1);
  });

  test('have the time of the budget to take over a change', async () => {
    await stage.begins();
    stage.changesFor(first, second, third);
    await stage.looks(4);
    stage.shows(fourth, now);
    await stage.looks(10);
    assert.deepEqual({ lagging: stage.lagging, changes: stage.changes }, { lagging: [], changes: 1 });
  });
});

describe('a Skipper that stands still while the table changes', () => {
  const lagsBehind = `skipper-${fourth} lacks 1 route, has 0 that are gone and 0 that have changed; first: c`;
  beforeEach(async () => {
    await stage.begins();
    stage.changesFor(first, second, third);
  });

  test('is named after the budget, and with what it lacks', async () => {
    await stage.looks(5);
    assert.deepEqual(stage.lagging, []);
    await stage.looks(2);
    assert.deepEqual(stage.lagging, [lagsBehind]);
    assert.equal(stage.watch.seen.converged, 3);
    assert.equal(stage.watch.seen.lagging[0]?.sinceMs, T0 + seconds(30));
  });

  test('is sent the whole table once more', async () => {
    await stage.looks(7);
    assert.deepEqual(stage.done, [`Resend skipper-${fourth}`]);
    const posts = stage.listeners.requests.filter((request) => request.startsWith('POST'));
    assert.deepEqual(posts, [`POST ${replica}:9911 /resend?client=${fourth}`]);
  });

  test('is converged again when that has helped', async () => {
    await stage.looks(7);
    stage.shows(fourth, now);
    await stage.looks(2);
    assert.deepEqual(stage.watch.seen, { known: true, converged: 4, lagging: [] });
  });

  test('is evicted when that has not helped, if that is allowed', async () => {
    stage.watch.follow(stage.plan({ policy: { mayEvict: true, isSuspended: false } }));
    await stage.looks(11);
    assert.deepEqual(stage.done, [`Resend skipper-${fourth}`, `Evict skipper-${fourth}`]);
  });

  test('is evicted later when its disruption budget does not allow it now, and told why not until then', async () => {
    stage.forbidsEviction = 'the budget needs 4 healthy pods';
    stage.watch.follow(stage.plan({ policy: { mayEvict: true, isSuspended: false } }));
    await stage.looks(12);
    assert.deepEqual(stage.done, [`Resend skipper-${fourth}`]);
    const refused = `${lagsBehind}; it cannot be evicted now: the budget needs 4 healthy pods`;
    assert.deepEqual([stage.lagging, stage.evictions], [[refused], 3]);
    const { changes } = stage;
    await stage.looks(2);
    assert.deepEqual([stage.changes, stage.evictions], [changes, 5]);
    stage.forbidsEviction = undefined;
    await stage.looks(1);
    assert.deepEqual(stage.done.at(-1), `Evict skipper-${fourth}`);
    assert.deepEqual(stage.lagging, [lagsBehind]);
  });

  test('is no longer told to be held when a person has taken the permission back', async () => {
    stage.forbidsEviction = 'the budget needs 4 healthy pods';
    stage.watch.follow(stage.plan({ policy: { mayEvict: true, isSuspended: false } }));
    await stage.looks(12);
    stage.watch.follow(stage.plan());
    await stage.looks(1);
    assert.deepEqual([stage.lagging, stage.evictions], [[lagsBehind], 3]);
  });

  test('is forgotten with its pod', async () => {
    await stage.looks(7);
    stage.watch.follow(stage.plan({ moved: [first, second, third].map((host) => stage.listeners.at(host)) }));
    assert.deepEqual(stage.watch.seen, { known: true, converged: 3, lagging: [] });
  });
});

test('a Skipper with a part of the table is named, though it made it like all others', async () => {
  await stage.begins();
  stage.changesFor(first, second, third);
  stage.shows(fourth, route('a'));
  await stage.looks(7);
  assert.deepEqual(stage.lagging, [
    `skipper-${fourth} lacks 2 routes, has 0 that are gone and 0 that have changed; first: b`,
  ]);
});

test('a Skipper with another table of the same size is found in its turn', async () => {
  stage.shows(fourth, route('a') + route('x'));
  await stage.begins();
  await stage.looks(7);
  assert.deepEqual(stage.lagging, [
    `skipper-${fourth} lacks 1 route, has 1 that is gone and 0 that have changed; first: x`,
  ]);
});

test('Skippers of another zone have a table of their own', async () => {
  const [a, b] = [first, second].map((host) => stage.listeners.at(host, 'a'));
  const others = [third, fourth].map((host) => stage.listeners.at(host, 'b'));
  assert.ok(a && b);
  for (const host of [third, fourth]) stage.shows(host, now);
  await stage.begins({ moved: [a, b, ...others] });
  await stage.looks(8);
  assert.deepEqual(stage.lagging, []);
  const asked = stage.listeners.requests.filter((request) => request.includes(`${replica}:9990`));
  assert.deepEqual([...new Set(asked)], [`HEAD ${replica}:9990 /routes/a`, `HEAD ${replica}:9990 /routes/b`]);
});

test('a silent Skipper is named and left alone', async () => {
  await stage.begins({ policy: { mayEvict: true, isSuspended: false } });
  stage.listeners.tables.delete(fourth);
  await stage.looks(12);
  assert.deepEqual(stage.lagging, [`skipper-${fourth} does not answer on its support port`]);
  assert.deepEqual(stage.done, []);
});

test('nothing is done while the route server does not answer', async () => {
  await stage.begins({ policy: { mayEvict: true, isSuspended: false } });
  stage.changesFor(first, second, third);
  await stage.looks(2);
  stage.listeners.tables.delete(replica);
  await stage.looks(12);
  assert.deepEqual(stage.done, []);
  assert.equal(stage.lagging.length, 1);
});

test('a stopped watch looks no more', async () => {
  await stage.begins();
  stage.watch.stop();
  await stage.clock.advance(seconds(3_600));
  assert.equal(stage.clock.pendingTimers, 0);
});
