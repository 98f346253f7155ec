import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { simulateZones } from '../../test/simulation/zones.ts';

suite('when the own zone becomes twice as slow, at 1,000 requests/s', () => {
  const latency = simulateZones(1000, { mode: 'latency' });
  const skipper = simulateZones(1000, { mode: 'skipper' });
  const none = simulateZones(1000);

  test('it is left by latency within half a minute, and entered again within a minute', () => {
    const { leftAfter = Infinity, backAfter = Infinity } = latency;
    assert.ok(leftAfter <= 30 && backAfter <= 60, `left after ${leftAfter} s, back after ${backAfter} s`);
  });

  test('it is never left without being slow', () => {
    assert.equal(latency.leftInVain, 0);
  });

  test('answers come as fast by latency as without zones, and slower by Skipper’s rule', () => {
    const { slow } = latency.p99;
    assert.ok(slow <= none.p99.slow * 1.05 && skipper.p99.slow > slow * 1.2, `${slow} and ${skipper.p99.slow} ms`);
  });

  test('before and after, 98 % stay by latency, and all by Skipper’s rule', () => {
    const before = latency.localBySecond.slice(60, 120);
    assert.ok(Math.min(...before) > 0.96, String(Math.min(...before)));
    assert.ok(skipper.localBySecond.every((share) => share === 1));
  });

  test('a factor above its slowness keeps everybody in it', () => {
    assert.equal(simulateZones(200, { mode: 'latency', latencyFactor: 2.5 }).leftAfter, undefined);
  });
});
