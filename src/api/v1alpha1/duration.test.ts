import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatDuration, parseDuration } from './duration.ts';

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

const texts: readonly (readonly [durationMs: number, text: string])[] = [
  [0, '0s'],
  [250, '250ms'],
  [60_000, '1m'],
  [90_500, '1m30s500ms'],
  [1_209_600_000, '336h'],
];
for (const [durationMs, text] of texts) {
  test(`${durationMs} ms is written "${text}"`, () => {
    assert.equal(formatDuration(durationMs), text);
  });
}

test('what is written is read as the same length', () => {
  fc.assert(
    fc.property(fc.nat({ max: 2 ** 40 }), (durationMs) => {
      assert.equal(parseDuration(formatDuration(durationMs)), durationMs);
    }),
  );
});
