/** Clocks, waits and durations. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from '../../test/support/properties.ts';
import { backoff, backoffDelayMs } from './backoff.ts';
import { systemClock } from './clock.ts';
import { formatDuration, parseDuration } from './duration.ts';
import { ManualClock } from './manual-clock.ts';

describe('systemClock', () => {
  test('a timer longer than setTimeout can hold does not fire at once', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    let fired = 0;
    const timer = systemClock.schedule(2 ** 31 + 1_000, () => (fired += 1));
    t.mock.timers.tick(2 ** 31 - 1);
    assert.equal(fired, 0);
    t.mock.timers.tick(1_001);
    assert.equal(fired, 1);
    timer.cancel();
    await Promise.resolve();
  });

  test('sleep ends early, and for good, with its signal', async () => {
    const stop = new AbortController();
    const asleep = systemClock.sleep(3_600_000, stop.signal);
    stop.abort(new Error('enough'));
    await assert.rejects(asleep, /enough/);
    await assert.rejects(systemClock.sleep(3_600_000, stop.signal), /enough/);
    await systemClock.sleep(0);
  });
});

describe('ManualClock', () => {
  test('fires timers in order of time, then of setting, also those that others set', async () => {
    const clock = new ManualClock();
    const fired: string[] = [];
    clock.schedule(20, () => fired.push('20'));
    clock.schedule(10, () => {
      fired.push('10');
      clock.schedule(5, () => fired.push('15'));
    });
    clock.schedule(20, () => fired.push('20 again'));
    clock.schedule(15, () => fired.push('never')).cancel();
    await clock.advance(20);
    assert.deepEqual(fired, ['10', '15', '20', '20 again']);
    assert.equal(clock.pendingTimers, 0);
  });

  test('wall and monotonic time go together, unless the wall clock is set', async () => {
    const clock = new ManualClock(1_000);
    await clock.advance(10);
    clock.jumpWall(-500);
    clock.freezeFor(5);
    assert.deepEqual([clock.now(), clock.monotonic()], [515, 15]);
  });
});

describe('backoff', () => {
  test('doubles up to the cap and begins again after a success', () => {
    const waits = backoff({ baseMs: 5, capMs: 60, random: () => 0 });
    assert.deepEqual(
      [1, 2, 3, 4, 5, 6].map(() => waits.next()),
      [5, 10, 20, 40, 60, 60],
    );
    waits.reset();
    assert.deepEqual([waits.next(), waits.attempts], [5, 1]);
  });

  test('is never longer than its cap, nor shorter than jitter allows, however often it failed', () => {
    const numbers = fc.record({
      attempt: fc.nat(5_000),
      baseMs: fc.integer({ min: 1, max: 10_000 }),
      random: fc.double({ min: 0, max: 0.999, noNaN: true }),
    });
    fc.assert(
      fc.property(numbers, ({ attempt, baseMs, random }) => {
        const ms = backoffDelayMs(attempt, { baseMs, capMs: 1_000_000, jitter: 0.5, random: () => random });
        assert.ok(ms <= 1_000_000 && ms >= baseMs / 2, String(ms));
      }),
    );
  });
});

describe('durations', () => {
  const cases: [string, number | undefined][] = [
    ['10m', 600_000],
    ['336h', 1_209_600_000],
    ['30s', 30_000],
    ['1h30m', 5_400_000],
    ['1.5s', 1_500],
    ['.5s', 500],
    ['100ms', 100],
    ['1h0m0.25s', 3_600_250],
    ['-2m', -120_000],
    ['0', 0],
    ['250us', 0.25],
    ['10', undefined],
    ['', undefined],
    ['10 m', undefined],
    ['1d', undefined],
    ['m', undefined],
    ['1h-30m', undefined],
  ];
  for (const [text, ms] of cases) {
    test(`${JSON.stringify(text)} is ${ms === undefined ? 'no duration' : `${ms} ms`}`, () => {
      assert.equal(parseDuration(text), ms);
    });
  }

  test('are written so that they read back the same', () => {
    fc.assert(fc.property(fc.nat(4_000_000_000), (ms) => parseDuration(formatDuration(ms)) === ms));
    assert.deepEqual([5_400_000, 1_500, 36_000_000, 0].map(formatDuration), ['1h30m', '1.5s', '10h', '0s']);
  });
});
