import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { simulateFadeIn } from '../../test/simulation/fade-in.ts';

suite('three overlapping scale-ups', () => {
  const nRing = simulateFadeIn({ mode: 'n-ring' });
  const skipper = simulateFadeIn({ mode: 'skipper', durationMs: 30_000, exponent: 2.5 });

  test('fill no cache in vain by n-ring, once they are all known', () => {
    assert.equal(nRing.wasted, 0);
  });

  test('fill caches in vain by Skipper’s rule', () => {
    assert.ok(skipper.wasted > 0, String(skipper.wasted));
  });

  test('make keys change pods at least three times as often by Skipper’s rule', () => {
    assert.ok(skipper.flips > 3 * nRing.flips, `${skipper.flips} and ${nRing.flips}`);
  });
});
