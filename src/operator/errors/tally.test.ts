import assert from 'node:assert/strict';
import { test } from 'node:test';
import { count, total, type Tally } from './tally.ts';

type Look = Readonly<Record<string, readonly [requests: number, errors: number]>>;

function tallied(...looks: readonly Look[]) {
  const counted = looks.map(
    (look) => new Map(Object.entries(look).map(([pod, [requests, errors]]) => [pod, { requests, errors }])),
  );
  return total(counted.reduce<Tally>(count, new Map()));
}

const cases: Readonly<Record<string, { looks: readonly Look[]; want: readonly [number, number] }>> = {
  'what was counted before the first look does not count': { looks: [{ a: [900, 9] }], want: [0, 0] },
  'what is counted between two looks does': { looks: [{ a: [900, 9] }, { a: [1_000, 10] }], want: [100, 1] },
  'several Skippers count together': {
    looks: [
      { a: [0, 0], b: [10, 1] },
      { a: [5, 1], b: [20, 1] },
    ],
    want: [15, 1],
  },
  'one that restarts begins at zero': { looks: [{ a: [100, 5] }, { a: [150, 5] }, { a: [20, 1] }], want: [70, 1] },
  'one that does not answer for a while loses nothing': {
    looks: [{ a: [100, 0] }, {}, { a: [140, 2] }],
    want: [40, 2],
  },
  'one that is gone has still answered': { looks: [{ a: [0, 0] }, { a: [40, 1] }, { b: [7, 0] }], want: [40, 1] },
};
for (const [name, { looks, want }] of Object.entries(cases)) {
  test(name, () => {
    assert.deepEqual(tallied(...looks), { requests: want[0], errors: want[1] });
  });
}
