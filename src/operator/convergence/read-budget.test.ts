/** Shadow and convergence together, over Skippers whose tables never stand still: what that asks of each Skipper. */
import assert from 'node:assert/strict';
import { after, afterEach, beforeEach, describe, test } from 'node:test';
import { until } from '../../../test/harness/faulty-api/index.ts';
import { ManualClock } from '../../runtime/manual-clock.ts';
import { Comparator } from '../shadow/comparator.ts';
import { ReadTimes } from '../shadow/read-times.ts';
import { ShadowWatch } from '../shadow/shadow-watch.ts';
import { SupportListeners } from '../shadow/support-listeners.test-support.ts';
import { TableReader } from '../shadow/table-reader.ts';
import { ConvergenceWatch } from './convergence-watch.ts';
import { RouteServerClient } from './route-server-client.ts';

const intervalMs = 30_000;
const lookEveryMs = 10_000;
const [direct, sentinel, replica] = ['10.0.0.1', '10.1.0.1', '10.3.0.1'];
const comparator = new Comparator();
after(() => comparator.stop());

/** Each version has one route more. */
const tableOf = (version: number): string =>
  Array.from({ length: version }, (_, index) => `r${index}: Path("/${index}") -> "http://10.0.0.1";\n`).join('');

let clock: ManualClock;
let skippers: SupportListeners;
/** Of the operator that is at work. */
let watches: readonly [ShadowWatch, ConvergenceWatch];
/** When each Skipper's table was read, by the Skipper's own account. */
let readAtMs: Map<string, number[]>;
let moved: readonly string[];
let version: number;

beforeEach(async () => {
  clock = new ManualClock();
  skippers = await SupportListeners.start();
  readAtMs = new Map();
  version = 0;
});
afterEach(async () => {
  stopOperator();
  await skippers.stop();
});

function startOperator(predecessorEndedAgoMs?: number): void {
  const times = new ReadTimes(clock);
  if (predecessorEndedAgoMs !== undefined) times.assumeRead(predecessorEndedAgoMs);
  const parts = { clock, times, comparator, reader: new TableReader(skippers.dispatcher), onChange: () => undefined };
  const at = (hosts: readonly string[]) => hosts.map((host) => skippers.at(host));
  const shadow = new ShadowWatch(parts, undefined);
  const evict = () => Promise.resolve({ evicted: true } as const);
  const convergence = new ConvergenceWatch({
    ...{ ...parts, evict },
    routeServers: new RouteServerClient(skippers.dispatcher),
  });
  watches = [shadow, convergence];
  const options = { tolerate: [], maxSamples: 10 };
  shadow.follow({ direct: at([direct]), fed: at([sentinel]), intervalMs, samples: 2, options });
  convergence.follow({
    ...{ moved: at(moved), sentinels: at([sentinel]), replicas: [{ pod: 'routesrv', host: replica }] },
    ...{ lookEveryMs, intervalMs, budgetMs: 4 * lookEveryMs, isFleetSettled: true },
    policy: { mayEvict: false, isSuspended: false },
  });
}

function stopOperator(): void {
  for (const watch of watches) watch.stop();
}

/** Every table is made anew, but those of Skippers that are stuck. */
function changes(stuck: readonly string[] = []): void {
  version += 1;
  skippers.etags.set(replica, `"${version}"`);
  for (const host of [replica, direct, sentinel, ...moved].filter((one) => !stuck.includes(one))) {
    skippers.tables.set(host, tableOf(version));
    skippers.madeAtSeconds.set(host, version);
  }
}

/** Lets so many looks pass, each with tables made anew before it, and notes who was read. */
async function looks(count: number, stuck?: readonly string[]): Promise<void> {
  for (let look = 0; look < count; look++) {
    changes(stuck);
    await clock.advance(lookEveryMs);
    await until('both have looked', () => clock.pendingTimers === watches.length);
    noteReads();
  }
}

function noteReads(): void {
  for (const host of skippers.reads.splice(0)) {
    readAtMs.set(host, [...(readAtMs.get(host) ?? []), clock.monotonic()]);
  }
}

async function begins(predecessorEndedAgoMs?: number): Promise<void> {
  startOperator(predecessorEndedAgoMs);
  await until('both have looked', () => clock.pendingTimers === watches.length);
  noteReads();
}

function leastMsBetweenReads(): number {
  const gaps = [...readAtMs.values()].flatMap((at) => at.slice(1).map((ms, index) => ms - (at[index] ?? 0)));
  return Math.min(...gaps);
}

for (const count of [1, 2, 5]) {
  describe(`with ${count} moved Skippers and a table that never stands still`, () => {
    beforeEach(() => {
      moved = Array.from({ length: count }, (_, index) => `10.2.0.${index + 1}`);
      changes();
    });

    test('no Skipper is asked for its table twice within the interval, and none is forgotten', async () => {
      await begins();
      await looks(36);
      assert.ok(leastMsBetweenReads() >= intervalMs, `read again after ${leastMsBetweenReads()} ms`);
      assert.deepEqual([...readAtMs.keys()].toSorted(), [direct, sentinel, ...moved].toSorted());
      // 36 looks are twelve intervals: whoever has to share a table with others has it in every other one.
      for (const [host, at] of readAtMs) assert.ok(at.length >= 4, `${host} was read ${at.length} times`);
    });

    test('the same holds over a change of the leader', async () => {
      await begins();
      await looks(6);
      stopOperator();
      await begins(0);
      await looks(12);
      assert.ok(leastMsBetweenReads() >= intervalMs, `read again after ${leastMsBetweenReads()} ms`);
    });

    test('a Skipper that is stuck is named all the same', async () => {
      await begins();
      await looks(3);
      await looks(24, [moved[0] ?? '']);
      const [, convergence] = watches;
      assert.deepEqual(
        convergence.seen.lagging.map(({ pod }) => pod),
        [`skipper-${moved[0] ?? ''}`],
      );
    });
  });
}
