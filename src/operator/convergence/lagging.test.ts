import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Comparison, Settlement } from '../../shadow/index.ts';
import type { Book, SkipperRecord } from './book.ts';
import { laggards, toCompare, trusted } from './lagging.ts';

const now = Date.UTC(2026, 0, 31, 9);
const budgetMs = 120_000;
const patience = { nowMs: now, budgetMs };
const ago = (seconds: number): number => now - seconds * 1_000;

const proven: SkipperRecord = { token: '1/19/2', routes: 19, provenToken: '1/19/2' };
const unproven: SkipperRecord = { token: '1/19/2', routes: 19 };

function differing(verdict: Settlement['verdict'], sinceMs: number): SkipperRecord {
  const comparison: Comparison = {
    counts: { added: 9, removed: 0, changed: 1, rejected: 0, tolerated: 0 },
    samples: [{ routeId: 'kube_shop', kind: 'Extra', difference: "only in the route server's table" }],
    tolerated: [],
    digests: { direct: 'a', routeServer: 'b' },
    routes: { direct: 10, routeServer: 19 },
    differences: ['x'],
  };
  return { ...unproven, settlement: { verdict, sinceMs, comparison, pending: {}, checks: 1 } };
}
const bookOf = (records: Readonly<Record<string, SkipperRecord>>): Book => ({
  versions: ['A'],
  records: new Map(Object.entries(records)),
});
const named = (names: string): Readonly<Record<string, SkipperRecord>> =>
  Object.fromEntries(names.split('').map((name) => [name, { ...proven, behindSinceMs: ago(200) }]));

interface CompareCase {
  readonly records: Readonly<Record<string, SkipperRecord>>;
  readonly want: readonly string[];
}
const compared: Readonly<Record<string, CompareCase>> = {
  'nobody whose table was seen to be right': { records: { a: proven, b: proven }, want: [] },
  'who has a table that was never looked at': { records: { a: proven, b: unproven }, want: ['b'] },
  'a suspect only after the budget': {
    records: { a: { ...proven, behindSinceMs: ago(119) }, b: { ...proven, oddSinceMs: ago(120) } },
    want: ['b'],
  },
  'suspects before others, the oldest first': {
    records: {
      a: unproven,
      b: { ...proven, behindSinceMs: ago(130) },
      c: { ...proven, oddSinceMs: ago(500), behindSinceMs: ago(10) },
    },
    want: ['c', 'b', 'a'],
  },
  'at once who was seen to differ, for a difference counts when it is seen twice': {
    records: { a: proven, b: differing('Inconclusive', ago(1)) },
    want: ['b'],
  },
  'nobody who does not answer': { records: { a: { ...unproven, silentSinceMs: ago(10) } }, want: [] },
  'nobody when more than five are suspected': { records: { ...named('abcdef'), x: unproven }, want: [] },
};
describe('compared is', () => {
  for (const [name, { records, want }] of Object.entries(compared)) {
    test(name, () => {
      assert.deepEqual(toCompare(bookOf(records), patience), want);
    });
  }
});

test('trusted is who answers and is not suspected', () => {
  const records = {
    a: unproven,
    b: proven,
    c: { ...proven, oddSinceMs: ago(1) },
    d: { ...proven, silentSinceMs: ago(1) },
    e: differing('Inconclusive', ago(1)),
  };
  assert.deepEqual(trusted(bookOf(records)), ['a', 'b']);
});

interface LagCase {
  readonly records: Readonly<Record<string, SkipperRecord>>;
  /** Pod and what is said of it. */
  readonly want: readonly (readonly [pod: string, why: string])[];
}
const lags: Readonly<Record<string, LagCase>> = {
  'nobody who is not suspected': { records: { a: proven, b: unproven }, want: [] },
  'who was seen to differ twice, after the budget': {
    records: { a: proven, b: differing('OutOfSync', ago(120)) },
    want: [['b', 'lacks 9 routes, has 0 that are gone and 1 that has changed; first: kube_shop']],
  },
  'nobody who differs, within the budget': { records: { a: proven, b: differing('OutOfSync', ago(119)) }, want: [] },
  'nobody who is only suspected while it can be compared': {
    records: { a: proven, b: { ...proven, behindSinceMs: ago(300) } },
    want: [],
  },
  'who is suspected when there is nobody to compare with': {
    records: { a: { ...proven, behindSinceMs: ago(300) }, b: { ...proven, oddSinceMs: ago(400), routes: 10 } },
    want: [
      ['b', 'knows of 10 routes, unlike the others'],
      ['a', "has not taken over the route server's newest table"],
    ],
  },
  'who is suspected when there are too many to compare': {
    records: { ...named('abcdef'), x: proven },
    want: 'abcdef'.split('').map((pod) => [pod, "has not taken over the route server's newest table"]),
  },
  'who does not answer for longer than the budget': {
    records: { a: proven, b: { ...proven, silentSinceMs: ago(120) } },
    want: [['b', 'does not answer on its support port']],
  },
  'nobody who is silent within the budget': {
    records: { a: proven, b: { ...proven, silentSinceMs: ago(119), behindSinceMs: ago(119) } },
    want: [],
  },
  'no sentinel, which is no part of the fleet': {
    records: { a: proven, sentinel: differing('OutOfSync', ago(500)) },
    want: [],
  },
};
describe('lagging is', () => {
  for (const [name, { records, want }] of Object.entries(lags)) {
    test(name, () => {
      const pods = new Set(Object.keys(records).filter((pod) => pod !== 'sentinel'));
      const found = laggards(bookOf(records), pods, patience);
      assert.deepEqual(
        found.map(({ pod, why }) => [pod, why]),
        want,
      );
    });
  }
});
