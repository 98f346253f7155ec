import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HopelessError } from './errors.ts';
import { until } from './wait.ts';

test('what the probe finds is handed on, also when it threw before', async () => {
  let calls = 0;
  const found = await until({ what: 'the third call', deadlineMs: 60_000, intervalMs: 1 }, () => {
    if (++calls < 3) throw new Error('not yet');
    return Promise.resolve({ calls });
  });
  assert.deepEqual(found, { calls: 3 });
});

test('at the deadline the error says for what, why not, and what else is known', async () => {
  const wait = { what: 'rain', deadlineMs: 5, intervalMs: 1, explain: () => Promise.resolve('forecast: sun') };
  const waiting = until(wait, () => Promise.reject(new Error('dry')));
  await assert.rejects(waiting, { message: 'waited 0 s for rain\ndry\nforecast: sun' });
});

test('what will never come is not waited for', async () => {
  let calls = 0;
  const waiting = until({ what: 'a dead process', deadlineMs: 60_000 }, () => {
    calls++;
    throw new HopelessError('it has ended');
  });
  await assert.rejects(waiting, /it has ended/);
  assert.equal(calls, 1);
});
