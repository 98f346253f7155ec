/** The keyed queue, on a clock that tests turn. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from '../../test/support/properties.ts';
import { ManualClock } from './manual-clock.ts';
import { WorkQueue } from './work-queue.ts';
import type { Requeue, WorkQueueOptions } from './work-queue.ts';

interface Work {
  readonly key: string;
  readonly at: number;
  readonly signal: AbortSignal;
  finish(requeue?: Requeue): Promise<void>;
  fail(error?: unknown): Promise<void>;
}

/** A queue whose work the test finishes by hand. */
function given(options: Partial<WorkQueueOptions> = {}): { queue: WorkQueue; clock: ManualClock; begun: Work[] } {
  const clock = new ManualClock();
  const begun: Work[] = [];
  const queue = new WorkQueue({
    clock,
    backoff: { baseMs: 100, capMs: 1_000, jitter: 0 },
    work: (key, signal) => {
      const { promise, resolve, reject } = Promise.withResolvers<Requeue>();
      const settled = async (): Promise<void> => clock.advance(0);
      const finish = (requeue?: Requeue): Promise<void> => (resolve(requeue), settled());
      const fail = (error: unknown = new Error('failed')): Promise<void> => (reject(error), settled());
      begun.push({ key, at: clock.monotonic(), signal, finish, fail });
      return promise;
    },
    ...options,
  });
  return { queue, clock, begun };
}

describe('WorkQueue', () => {
  test('a key that is added many times is worked on once', async () => {
    const { queue, begun } = given();
    queue.add('busy');
    for (let n = 0; n < 10; n += 1) queue.add('a');
    await begun[0]?.finish();
    assert.deepEqual(
      begun.map(({ key }) => key),
      ['busy', 'a'],
    );
    await begun[1]?.finish();
    assert.equal(begun.length, 2);
  });

  test('a key is never worked on twice at once; added meanwhile, it is worked on once more', async () => {
    const { queue, begun } = given({ concurrency: 5 });
    for (let n = 0; n < 3; n += 1) queue.add('a');
    assert.equal(begun.length, 1);
    await begun[0]?.finish();
    assert.equal(begun.length, 2);
    await begun[1]?.finish();
    assert.equal(begun.length, 2);
  });

  test('as many keys as allowed are worked on at once, in the order in which they were added', async () => {
    const { queue, begun } = given({ concurrency: 2 });
    for (const key of ['a', 'b', 'c', 'd']) queue.add(key);
    assert.deepEqual(
      begun.map(({ key }) => key),
      ['a', 'b'],
    );
    await begun[1]?.finish();
    assert.deepEqual(
      begun.map(({ key }) => key),
      ['a', 'b', 'c'],
    );
  });

  test('a failure is tried again with growing waits, until a success forgets them', async () => {
    const failures: [string, number][] = [];
    const { queue, clock, begun } = given({ onFailure: (key, _error, ms) => failures.push([key, ms]) });
    queue.add('a');
    for (let n = 0; n < 5; n += 1) {
      await begun.at(-1)?.fail();
      await clock.advance(1_000);
    }
    assert.deepEqual(
      failures,
      [100, 200, 400, 800, 1_000].map((ms) => ['a', ms]),
    );
    await begun.at(-1)?.finish();
    queue.add('a');
    await begun.at(-1)?.fail();
    assert.deepEqual(failures.at(-1), ['a', 100]);
  });

  test('an error that says when to try again is believed when that is later', async () => {
    const { queue, clock, begun } = given();
    queue.add('a');
    await begun[0]?.fail(Object.assign(new Error('busy'), { retryAfterMs: 7_000 }));
    await clock.advance(6_999);
    assert.equal(begun.length, 1);
    await clock.advance(1);
    assert.equal(begun.length, 2);
  });

  test('work that throws at once, and a report that throws, lose nothing', async () => {
    const clock = new ManualClock();
    let tries = 0;
    const queue = new WorkQueue({
      clock,
      work: () => {
        tries += 1;
        throw new Error('at once');
      },
      onFailure: () => {
        throw new Error('a broken report');
      },
    });
    queue.add('a');
    await clock.advance(60_000);
    assert.ok(tries > 5);
  });

  test('a soak is looked at exactly at its end, although nothing else happens', async () => {
    const { queue, clock, begun } = given();
    queue.add('a');
    await begun[0]?.finish({ afterMs: 600_000 });
    await clock.advance(599_999);
    assert.equal(begun.length, 1);
    await clock.advance(1);
    assert.deepEqual(
      begun.map(({ at }) => at),
      [0, 600_000],
    );
  });

  test('of several times to come the earliest counts, and a change before it does not cancel it', async () => {
    const { queue, clock, begun } = given();
    queue.addAfter('a', 500);
    queue.addAfter('a', 100);
    queue.addAfter('a', 300);
    queue.add('a');
    await begun[0]?.finish();
    await clock.advance(1_000);
    assert.deepEqual(
      begun.map(({ at }) => at),
      [0, 100],
    );
    assert.equal(queue.stats().delayed, 0);
  });

  test('draining waits for what is in flight, begins nothing, and leaves no timer', async () => {
    const { queue, clock, begun } = given();
    queue.add('a');
    queue.add('b');
    queue.addAfter('c', 10);
    const drained = queue.drain(5_000);
    queue.add('d');
    await begun[0]?.fail();
    assert.equal(await drained, true);
    await clock.advance(60_000);
    assert.deepEqual(
      begun.map(({ key }) => key),
      ['a'],
    );
    assert.equal(clock.pendingTimers, 0);
  });

  test('draining tells work that takes too long to stop, and says so', async () => {
    const { queue, clock, begun } = given();
    queue.add('a');
    const drained = queue.drain(5_000);
    await clock.advance(5_000);
    assert.equal(begun[0]?.signal.aborted, true);
    await begun[0].finish();
    assert.equal(await drained, false);
  });

  test('draining does not wait beyond its deadline for work that hangs', async () => {
    const { queue, clock, begun } = given();
    queue.add('a');
    const ended: boolean[] = [];
    const drained = queue.drain(5_000).then((inTime) => ended.push(inTime));
    await clock.advance(4_999);
    assert.deepEqual(ended, []);
    await clock.advance(1);
    assert.deepEqual(ended, [false]);
    assert.equal(queue.stats().inFlight, 1);
    await drained;
    await begun[0]?.finish();
    assert.equal(clock.pendingTimers, 0);
  });

  test('tells depth, age and progress', async () => {
    const { queue, clock, begun } = given();
    const bornAt = clock.now();
    queue.add('a');
    await clock.advance(50);
    queue.add('b');
    await clock.advance(20);
    queue.addAfter('c', 1_000);
    const idle = { failures: 0, delayed: 1, inFlight: 1 };
    assert.deepEqual(queue.stats(), { ...idle, depth: 1, oldestAgeMs: 70, lastProgressAt: bornAt });
    await begun[0]?.finish();
    assert.deepEqual(queue.stats(), { ...idle, depth: 0, oldestAgeMs: 0, lastProgressAt: bornAt + 70 });
  });

  test('whatever is added, fails or is slow: after the last add each key is worked on again, and never twice at once', async () => {
    const step = fc.record({
      key: fc.constantFrom('a', 'b', 'c'),
      waitMs: fc.nat(50),
      takesMs: fc.nat(30),
      fails: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 30 }), async (steps) => {
        const clock = new ManualClock();
        const inFlight = new Set<string>();
        const lastBegun = new Map<string, number>();
        let next = 0;
        const queue = new WorkQueue({
          clock,
          concurrency: 2,
          work: async (key) => {
            assert.equal(inFlight.has(key), false);
            inFlight.add(key);
            lastBegun.set(key, clock.monotonic());
            const how = steps[next++ % steps.length];
            await clock.sleep(how?.takesMs ?? 0);
            inFlight.delete(key);
            if (how?.fails === true && next < 100) throw new Error('failed');
            return undefined;
          },
        });
        const lastAdded = new Map<string, number>();
        for (const { key, waitMs } of steps) {
          queue.add(key);
          lastAdded.set(key, clock.monotonic());
          await clock.advance(waitMs);
        }
        await clock.advance(100_000_000);
        for (const [key, at] of lastAdded) assert.ok((lastBegun.get(key) ?? -1) >= at);
      }),
      { numRuns: 25 },
    );
  });
});
