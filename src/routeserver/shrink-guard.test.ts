import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from '../runtime/manual-clock.ts';
import { createLogger, createMetrics } from '../telemetry/index.ts';
import { ShrinkGuard } from './shrink-guard.ts';
import type { Chunk } from './snapshot/chunk.ts';
import { chunksOf } from './snapshot/chunks.test-support.ts';

const table = (ids: readonly string[], path = '/'): readonly Chunk[] =>
  chunksOf(
    ids.map((id) => ({ id, predicates: [{ name: 'Path', args: [path] }], filters: [], backend: { type: 'shunt' } })),
  );
const linesOf = (chunks: readonly Chunk[]): readonly string[] =>
  chunks.flatMap(({ lines }) => lines.map(({ text }) => text));
const ids = (from: number, to: number): readonly string[] =>
  Array.from({ length: to - from }, (_, at) => `r${String(from + at).padStart(5, '0')}`);

function aGuard(maxPercent = 20) {
  const clock = new ManualClock();
  const logged: string[] = [];
  const metrics = createMetrics({ process: false });
  const seen = { lists: 0, again: 0 };
  const guard = new ShrinkGuard({
    ...{ maxPercent, clock, metrics },
    log: createLogger({ name: 'test', level: 'info', destination: { write: (line) => void logged.push(line) } }),
    listedFromNow: () => {
      const from = seen.lists;
      return () => seen.lists > from;
    },
    again: () => {
      seen.again++;
    },
  });
  return { clock, guard, logged, metrics, seen };
}

const all = table(ids(0, 5_000));
const few = table(ids(4_000, 5_000));

test('without a limit every table is let through as it is', () => {
  assert.equal(aGuard(0).guard.admit(all, few), few);
});

test('a loss up to the limit is let through, and one route more is held back', () => {
  const { guard } = aGuard(20);
  const atLimit = table(ids(1_000, 5_000));
  assert.equal(guard.admit(all, atLimit), atLimit);
  const admitted = guard.admit(all, table(ids(1_001, 5_000)));
  assert.deepEqual([linesOf(admitted), guard.held?.routes, guard.held?.of], [linesOf(all), 1_001, 5_000]);
});

test('what is held back is served on, and everything else is as new', () => {
  const { guard } = aGuard();
  const admitted = guard.admit(all, table([...ids(4_000, 5_000), 'new'], '/changed'));
  const want = [...linesOf(table(ids(0, 4_000))), ...linesOf(table([...ids(4_000, 5_000), 'new'], '/changed'))];
  assert.deepEqual(linesOf(admitted).toSorted(), want.toSorted());
});

test('the table that is held together has the bytes that it had before', async () => {
  const { guard } = aGuard();
  const [before, after] = await Promise.all(
    [all, guard.admit(all, few)].map(async (chunks) =>
      Promise.all(chunks.map(async (chunk, at) => (await chunk.render(chunks[at - 1])).digest.toString('hex'))),
    ),
  );
  assert.deepEqual(after, before);
});

test('one accident is logged and counted once, however often the table changes meanwhile', async () => {
  const { guard, logged, metrics } = aGuard();
  for (let at = 0; at < 5; at++) guard.admit(all, few);
  assert.equal(logged.length, 1);
  const text = await metrics.render();
  assert.match(text, /held_back_routes 4000\n/);
  assert.match(text, /shrink_guard_total\{decision="held"\} 1\n/);
});

test('a list that was begun afterwards and lacks the routes too lets them go', async () => {
  const { guard, seen, clock } = aGuard();
  guard.admit(all, few);
  await clock.advance(60_000);
  assert.deepEqual([seen.again, linesOf(guard.admit(all, few)).length], [0, 5_000], 'not before');
  seen.lists++;
  await clock.advance(1_000);
  assert.equal(seen.again, 1, 'the table is offered again without a change in the cluster');
  assert.equal(guard.admit(all, few), few);
  assert.deepEqual([guard.held, clock.pendingTimers], [undefined, 0]);
});

test('a list proves nothing about routes that went after it', () => {
  const { guard, seen } = aGuard();
  guard.admit(all, table(ids(2_000, 5_000)));
  seen.lists++;
  assert.equal(linesOf(guard.admit(all, few)).length, 5_000);
  seen.lists++;
  assert.equal(guard.admit(all, few), few);
});

test('routes that come back end the matter, and the next accident is a new one', async () => {
  const { guard, seen, metrics } = aGuard();
  guard.admit(all, few);
  assert.equal(guard.admit(all, all), all);
  assert.equal(guard.held, undefined);
  seen.lists++;
  assert.equal(linesOf(guard.admit(all, few)).length, 5_000);
  assert.match(await metrics.render(), /shrink_guard_total\{decision="recovered"\} 1\n/);
});

test('a person’s word lets the routes go, once', async () => {
  const { guard, seen, metrics } = aGuard();
  assert.equal(guard.confirm(), undefined, 'there is nothing to confirm yet');
  guard.admit(all, few);
  assert.equal(guard.confirm()?.routes, 4_000);
  assert.equal(seen.again, 1);
  assert.equal(guard.admit(all, few), few);
  assert.equal(linesOf(guard.admit(all, few)).length, 5_000, 'the word was about that accident only');
  assert.match(await metrics.render(), /shrink_guard_total\{decision="confirmed"\} 1\n/);
});

test('no timer is left after the stop', () => {
  const { guard, clock } = aGuard();
  guard.admit(all, few);
  guard.stop();
  assert.equal(clock.pendingTimers, 0);
});
