import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { busiestToMean } from '../../test/simulation/occupancy.ts';

suite('with one slow pod and hot keys, the busiest pod', () => {
  for (const rate of [1000, 4000]) {
    test(`has at most 1.3 times the mean by occupancy, at ${rate} requests/s`, () => {
      const ratio = busiestToMean(rate, { load: 'occupancy' });
      assert.ok(ratio <= 1.3, String(ratio));
    });
  }

  test('has more by requests under way, and far more without a bound', () => {
    const [bounded, unbounded] = [busiestToMean(1000, { load: 'inflight' }), busiestToMean(1000)];
    assert.ok(bounded > 1.3 && unbounded > 2 * bounded, `${bounded} and ${unbounded}`);
  });
});
