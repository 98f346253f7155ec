import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { ManualClock } from '../runtime/manual-clock.ts';
import { StatusPace } from './status-pace.ts';

const everyMs = 30_000;
let clock: ManualClock;
let pace: StatusPace;
beforeEach(() => {
  clock = new ManualClock();
  pace = new StatusPace(clock);
});

const waitMs = (key = 'kube-system/ingress'): number => pace.waitMs(key, everyMs);

test('a process that has just begun waits as if it had just written', async () => {
  assert.equal(waitMs(), everyMs);
  await clock.advance(everyMs - 1);
  assert.equal(waitMs(), 1);
  await clock.advance(1);
  assert.equal(waitMs(), 0);
});

test('each write begins the wait anew, for that config alone', async () => {
  await clock.advance(2 * everyMs);
  pace.wrote('kube-system/ingress');
  await clock.advance(10_000);
  assert.deepEqual([waitMs(), waitMs('kube-system/other')], [20_000, 0]);
});

test('a shorter interval counts from the same write', async () => {
  pace.wrote('kube-system/ingress');
  await clock.advance(4_000);
  assert.equal(pace.waitMs('kube-system/ingress', 5_000), 1_000);
  assert.equal(pace.waitMs('kube-system/ingress', 3_000), 0);
});

test('a wall clock that jumps changes nothing', () => {
  pace.wrote('kube-system/ingress');
  clock.jumpWall(-3_600_000);
  assert.equal(waitMs(), everyMs);
});

test('a config that is gone leaves nothing behind', async () => {
  await clock.advance(2 * everyMs);
  pace.wrote('kube-system/ingress');
  pace.forget('kube-system/ingress');
  assert.equal(waitMs(), 0);
});
