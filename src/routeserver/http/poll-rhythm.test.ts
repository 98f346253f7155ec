import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PollRhythm } from './poll-rhythm.ts';
import type { Promptness } from './poll-rhythm.ts';

interface Case {
  readonly askedAtMs: readonly number[];
  readonly deliveredAtMs: number;
  readonly nextAtMs: number;
  readonly want: Promptness;
}

const cases: Readonly<Record<string, Case>> = {
  'a client that comes at its next tick comes as ever': {
    askedAtMs: [0, 3_000],
    deliveredAtMs: 3_040,
    nextAtMs: 6_000,
    want: 'as ever',
  },
  'a client whose tick is a quarter too early still comes as ever': {
    askedAtMs: [0, 3_000],
    deliveredAtMs: 3_040,
    nextAtMs: 5_250,
    want: 'as ever',
  },
  'a client that comes between its ticks is early': {
    askedAtMs: [0, 3_000],
    deliveredAtMs: 3_040,
    nextAtMs: 5_249,
    want: 'early',
  },
  'a client that asks again behind a transfer asks at once, on a slow road too': {
    askedAtMs: [0, 3_000],
    deliveredAtMs: 3_040,
    nextAtMs: 3_789,
    want: 'at once',
  },
  'a client whose transfer took nearly a whole tick does not ask at once for all that': {
    askedAtMs: [0, 3_000],
    deliveredAtMs: 5_900,
    nextAtMs: 6_000,
    want: 'as ever',
  },
  'a retry is no rhythm: the one behind it is measured by the ticks': {
    askedAtMs: [0, 3_000, 3_005],
    deliveredAtMs: 3_045,
    nextAtMs: 3_700,
    want: 'at once',
  },
  'a client with a fast rhythm comes as ever, though it comes soon': {
    askedAtMs: [0, 100],
    deliveredAtMs: 130,
    nextAtMs: 200,
    want: 'as ever',
  },
  'a client without a known rhythm is early within the time that a retry takes': {
    askedAtMs: [0],
    deliveredAtMs: 40,
    nextAtMs: 289,
    want: 'early',
  },
  'a client without a known rhythm comes as ever after that': {
    askedAtMs: [0],
    deliveredAtMs: 40,
    nextAtMs: 290,
    want: 'as ever',
  },
};

for (const [name, { askedAtMs, deliveredAtMs, nextAtMs, want }] of Object.entries(cases)) {
  test(name, () => {
    const rhythm = new PollRhythm();
    for (const at of askedAtMs) rhythm.asked(at);
    const sent = { begunAtMs: askedAtMs.at(-1) ?? 0, deliveredAtMs };
    assert.equal(rhythm.promptness(nextAtMs, sent), want);
  });
}
