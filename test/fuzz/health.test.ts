import assert from 'node:assert/strict';
import { test } from 'node:test';
import { healthParity } from './health.ts';

test('1,000 histories of failed requests lead to Skipper’s weights, drop probabilities and picks', async () => {
  const { picks, dropped, weighted, difference } = await healthParity({ cases: 1_000, seed: 7 });
  assert.equal(difference?.what, undefined, JSON.stringify(difference?.question));
  for (const [algorithm, count] of Object.entries(picks)) assert.ok(count > 1_000, `${count} picks by ${algorithm}`);
  assert.ok(dropped > 3_000 && weighted > 10_000, `${dropped} picks without somebody, ${weighted} weighted`);
});
