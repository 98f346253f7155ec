import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { ManualClock } from '../../runtime/manual-clock.ts';
import { ReadTimes } from './read-times.ts';
import type { SupportAddress } from './table-reader.ts';

const at = (host: string, pod = `skipper-${host}`): SupportAddress => ({ pod, host, port: 9911 });
const [a, b] = [at('10.0.0.1'), at('10.0.0.2')];
const intervalMs = 30_000;
const [shadow, convergence] = [{}, {}];

let clock: ManualClock;
let times: ReadTimes;
beforeEach(() => {
  clock = new ManualClock();
  times = new ReadTimes(clock);
});

const waitMs = (by: object, ...addresses: readonly SupportAddress[]): number =>
  times.waitMs({ addresses, intervalMs, by });
const want = (by: object, ...addresses: readonly SupportAddress[]): void => {
  times.want({ addresses, intervalMs, by });
};

describe('a table', () => {
  test('that nobody has read may be read at once', () => {
    assert.equal(waitMs(shadow, a), 0);
  });

  test('waits for the interval, whoever has read it', async () => {
    times.note(a, shadow);
    await clock.advance(10_000);
    assert.deepEqual([waitMs(shadow, a), waitMs(convergence, a), waitMs(convergence, b)], [20_000, 20_000, 0]);
    await clock.advance(20_000);
    assert.deepEqual([waitMs(shadow, a), waitMs(convergence, a)], [0, 0]);
  });

  test('waits with the one of a pair that has to wait longest', async () => {
    times.note(a, shadow);
    await clock.advance(10_000);
    times.note(b, shadow);
    assert.equal(waitMs(shadow, a, b), intervalMs);
  });

  test('of a pod that has taken an address over is another one', () => {
    times.note(a, shadow);
    assert.equal(waitMs(shadow, at(a.host, 'next')), 0);
  });

  test('waits for what is left of the interval in which the process before this one may have read it', async () => {
    times.assumeRead(10_000);
    assert.equal(waitMs(shadow, a), 20_000);
    await clock.advance(20_000);
    assert.equal(waitMs(shadow, a), 0);
    times.note(a, shadow);
    assert.equal(waitMs(shadow, a), intervalMs);
  });
});

describe('who was put off', () => {
  beforeEach(async () => {
    times.note(a, shadow);
    want(convergence, a);
    await clock.advance(intervalMs);
  });

  test('goes before the one who has read it last', () => {
    assert.deepEqual([waitMs(convergence, a), waitMs(shadow, a)], [0, intervalMs]);
  });

  test('gives way again once it has read', async () => {
    times.note(a, convergence);
    want(shadow, a);
    await clock.advance(intervalMs);
    assert.deepEqual([waitMs(shadow, a), waitMs(convergence, a)], [0, intervalMs]);
  });

  test('is not waited for longer than an interval', async () => {
    want(convergence, a);
    await clock.advance(intervalMs);
    assert.equal(waitMs(shadow, a), 0);
  });

  test('holds up nobody who was put off as well', () => {
    want(shadow, a);
    assert.equal(waitMs({}, a), 0);
  });
});
