import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from '../../../test/support/properties.ts';
import { parseDuration } from './duration.ts';

const readings: readonly (readonly [text: string, durationMs: number])[] = [
  ['0s', 0],
  ['1ms', 1],
  ['30s', 30_000],
  ['1.5s', 1_500],
  ['10m', 600_000],
  ['1h30m', 5_400_000],
  ['336h', 1_209_600_000],
  ['1h1m1s1ms', 3_661_001],
  ['0.1ms', 0],
];
for (const [text, durationMs] of readings) {
  test(`"${text}" is ${durationMs} ms`, () => {
    assert.equal(parseDuration(text), durationMs);
  });
}

for (const text of ['', '30', 's', '-1s', '1d', '1 s', '1s ', '1us', '.5s', '1s2', '10M']) {
  test(`"${text}" is refused with what to write instead`, () => {
    assert.throws(() => parseDuration(text), {
      name: 'RangeError',
      message: `"${text}" is not a duration: write a number with ms, s, m or h, such as "90s" or "1h30m"`,
    });
  });
}

test('parts add up, in any order', () => {
  const count = fc.nat({ max: 10_000 });
  fc.assert(
    fc.property(count, count, count, count, (hours, minutes, seconds, ms) => {
      const sumMs = ((hours * 60 + minutes) * 60 + seconds) * 1_000 + ms;
      assert.equal(parseDuration(`${hours}h${minutes}m${seconds}s${ms}ms`), sumMs);
      assert.equal(parseDuration(`${ms}ms${seconds}s${minutes}m${hours}h`), sumMs);
    }),
  );
});
