import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { testRefused, type Refused } from '../../test/support/options.ts';
import { Balancer } from '../balancer/index.ts';
import { settingsOf } from './options.ts';
import type { BalancedSettings } from './options.ts';

suite('options of the balanced dispatcher', () => {
  const balancer = new Balancer({ now: () => 0, random: () => 0 });
  const made = (more: object): BalancedSettings => settingsOf({ balancer, ...more });
  const refused: Refused<object> = [
    [{ attemptTimeoutMs: 0 }, 'attemptTimeoutMs of the balanced dispatcher must be a number, and at least 1, but is 0'],
    [{ attemptTimeoutMs: Infinity }, 'attemptTimeoutMs of the balanced dispatcher must be at most 2147483647'],
    [{ retryJitterMs: -1 }, 'retryJitterMs of the balanced dispatcher must be a number, and at least 0, but is -1'],
    [{ retryJitterMs: '20' }, 'retryJitterMs of the balanced dispatcher must be a number'],
    [{ maxInflight: 0 }, 'maxInflight of the balanced dispatcher must be a number, and at least 1, but is 0'],
    [{ maxQueued: Number.NaN }, 'maxQueued of the balanced dispatcher must be a number, and at least 0, but is NaN'],
  ];
  testRefused(made, refused);

  test('at the ends of what is allowed are taken', () => {
    const ends = { attemptTimeoutMs: 1, retryJitterMs: 0, maxInflight: Infinity, maxQueued: 0 };
    const { attemptTimeoutMs, retryJitterMs, maxInflight, maxQueued } = made(ends);
    assert.deepEqual({ attemptTimeoutMs, retryJitterMs, maxInflight, maxQueued }, ends);
  });
});
