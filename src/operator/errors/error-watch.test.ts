import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { until } from '../../../test/harness/faulty-api/index.ts';
import { ManualClock } from '../../runtime/manual-clock.ts';
import type { RequestCounts } from '../../rollout/index.ts';
import { ErrorWatch, type ErrorPlan } from './error-watch.ts';

const lookEveryMs = 30_000;
const at = (pod: string) => ({ pod, host: pod, port: 9911 });
const plan: ErrorPlan = { moved: [at('m1')], direct: [at('d1'), at('d2')], step: '10', lookEveryMs };

let clock: ManualClock;
let counts: Map<string, RequestCounts>;
let watch: ErrorWatch;
beforeEach(() => {
  clock = new ManualClock();
  counts = new Map([
    ['m1', { requests: 10, errors: 0 }],
    ['d1', { requests: 1_000, errors: 10 }],
    ['d2', { requests: 500, errors: 0 }],
  ]);
  const counter = { count: ({ pod }: { pod: string }) => Promise.resolve(counts.get(pod)) };
  watch = new ErrorWatch({ clock, counter, onChange: () => undefined });
});

const lookEnds = () => until('the look ends', () => clock.pendingTimers > 0);
async function looks(): Promise<void> {
  await clock.advance(lookEveryMs);
  await lookEnds();
}

describe('errors', () => {
  test('are unreadable while one side tells none, and not before it was asked', async () => {
    assert.equal(watch.isUnreadable, false);
    counts.delete('m1');
    watch.follow(plan);
    await lookEnds();
    assert.equal(watch.isUnreadable, true);
    counts.set('m1', { requests: 10, errors: 0 });
    await looks();
    assert.equal(watch.isUnreadable, false);
  });

  test('are not known before the first look', () => {
    const none = { requests: 0, errors: 0 };
    assert.deepEqual(watch.seen, { known: false, moved: none, direct: none });
  });

  test('are counted on both sides since the step began', async () => {
    watch.follow(plan);
    await lookEnds();
    counts.set('m1', { requests: 60, errors: 3 });
    counts.set('d1', { requests: 1_100, errors: 11 });
    counts.set('d2', { requests: 600, errors: 1 });
    await looks();
    assert.deepEqual(watch.seen, {
      known: true,
      moved: { requests: 50, errors: 3 },
      direct: { requests: 200, errors: 2 },
    });
  });

  test('are counted anew in the next step', async () => {
    watch.follow(plan);
    await lookEnds();
    counts.set('m1', { requests: 60, errors: 3 });
    await looks();
    watch.follow({ ...plan, step: '50' });
    await looks();
    counts.set('m1', { requests: 70, errors: 4 });
    await looks();
    assert.deepEqual(watch.seen?.moved, { requests: 10, errors: 1 });
  });

  for (const silent of [['m1'], ['d1', 'd2']]) {
    test(`are left out of account while ${silent.join(' and ')} cannot be read`, async () => {
      for (const pod of silent) counts.delete(pod);
      watch.follow(plan);
      await lookEnds();
      assert.equal(watch.seen, undefined);
    });
  }

  test('are counted when one of several Skippers cannot be read', async () => {
    counts.delete('d2');
    watch.follow(plan);
    await lookEnds();
    assert.equal(watch.seen?.known, true);
  });
});

test('a stopped watch looks no more', async () => {
  watch.follow(plan);
  await lookEnds();
  watch.stop();
  await clock.advance(10 * lookEveryMs);
  assert.equal(clock.pendingTimers, 0);
});
