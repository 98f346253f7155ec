import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Comparison, Evidence } from '../../shadow/index.ts';
import type { TableGlance } from '../shadow/table-reader.ts';
import { emptyBook, noteComparison, noteLook, suspectSince, type Book, type Look } from './book.ts';

const T0 = Date.UTC(2026, 0, 31, 9);
const seconds = (count: number): number => count * 1_000;

interface Told {
  readonly at?: number;
  readonly serves?: string | readonly string[];
  readonly servesAfter?: string;
  readonly compiled?: number;
  /** What Skippers show, by pod: `version` or `version/routes`; `undefined` for silence. */
  readonly pods: Readonly<Record<string, string | undefined>>;
}

function glanceOf(shown: string): TableGlance {
  const [version = '', routes = '19'] = shown.split('/');
  return { count: Number(routes) - 2, rejected: 2, madeAtSeconds: Number(version), toldAtSeconds: 9_000 };
}

function look({ at = 0, serves = 'A', servesAfter, compiled = 19, pods }: Told): Look {
  const before = typeof serves === 'string' ? [serves] : serves;
  const glances = Object.entries(pods).map(
    ([pod, shown]) => [pod, shown === undefined ? undefined : glanceOf(shown)] as const,
  );
  return {
    nowMs: T0 + seconds(at),
    versionsBefore: before,
    versionsAfter: servesAfter === undefined ? before : [servesAfter],
    compiled,
    glances: new Map(glances),
  };
}

/** Seconds since when pods are suspected, after some looks. */
function suspected(...looks: readonly Told[]): Readonly<Record<string, number>> {
  const book = looks.map(look).reduce(noteLook, emptyBook);
  return suspects(book);
}
function suspects({ records }: Book): Readonly<Record<string, number>> {
  const found = [...records].flatMap(([pod, record]) => {
    const since = suspectSince(record);
    return since === undefined ? [] : [[pod, (since - T0) / 1_000] as const];
  });
  return Object.fromEntries(found);
}

const cases: Readonly<Record<string, { looks: readonly Told[]; want: Readonly<Record<string, number>> }>> = {
  'nobody at the first look, whatever table they have': {
    looks: [{ pods: { a: '1', b: '2' } }],
    want: {},
  },
  'nobody while nothing changes': {
    looks: [{ pods: { a: '1', b: '1' } }, { at: 30, pods: { a: '1', b: '1' } }],
    want: {},
  },
  'who has no new table although another version is served': {
    looks: [{ pods: { a: '1', b: '1' } }, { at: 30, serves: 'B', pods: { a: '2', b: '1' } }],
    want: { b: 30 },
  },
  'nobody any more who made a new table later': {
    looks: [
      { pods: { a: '1', b: '1' } },
      { at: 30, serves: 'B', pods: { a: '2', b: '1' } },
      { at: 60, serves: 'B', pods: { a: '2', b: '3' } },
    ],
    want: {},
  },
  'since the first change that was missed, however many followed': {
    looks: [
      { pods: { a: '1', b: '1' } },
      { at: 30, serves: 'B', pods: { a: '2', b: '1' } },
      { at: 60, serves: 'C', pods: { a: '3', b: '1' } },
    ],
    want: { b: 30 },
  },
  'nobody who keeps up with a table that changes at every look': {
    looks: [
      { pods: { a: '1', b: '1' } },
      { at: 30, serves: 'B', pods: { a: '2', b: '2' } },
      { at: 60, serves: 'C', pods: { a: '3', b: '4' } },
      { at: 90, serves: 'D', pods: { a: '5', b: '5' } },
    ],
    want: {},
  },
  'who missed a version that came up while they were asked': {
    looks: [
      { pods: { a: '1', b: '1' } },
      { at: 30, servesAfter: 'B', pods: { a: '2', b: '1' } },
      { at: 60, serves: 'B', pods: { a: '2', b: '1' } },
    ],
    want: { b: 30 },
  },
  'nobody who had the new version before every replica served it': {
    looks: [
      { pods: { a: '1', b: '1' } },
      { at: 30, serves: ['A', 'B'], pods: { a: '2', b: '1' } },
      { at: 60, serves: 'B', pods: { a: '2', b: '3' } },
    ],
    want: {},
  },
  'nobody because the route server did not answer for a while': {
    looks: [
      { pods: { a: '1', b: '1' } },
      { at: 30, serves: [], pods: { a: '1', b: '1' } },
      { at: 60, pods: { a: '1', b: '1' } },
    ],
    want: {},
  },
  'who missed a version that came up while the route server did not answer': {
    looks: [
      { pods: { a: '1', b: '1' } },
      { at: 30, serves: [], pods: { a: '1', b: '1' } },
      { at: 60, serves: 'B', pods: { a: '2', b: '1' } },
    ],
    want: { b: 60 },
  },
  'who knows of fewer routes than most': {
    looks: [{ pods: { a: '1', b: '1/10', c: '1' } }],
    want: { b: 0 },
  },
  'who knows of fewer routes than most, though the table is new each time': {
    looks: [{ pods: { a: '1', b: '2/10', c: '1' } }, { at: 30, pods: { a: '1', b: '3/11', c: '1' } }],
    want: { b: 0 },
  },
  'nobody any more who knows of as many again': {
    looks: [{ pods: { a: '1', b: '1/10', c: '1' } }, { at: 30, pods: { a: '1', b: '2', c: '1' } }],
    want: {},
  },
  'of two that differ, who is further from what the route server has': {
    looks: [{ pods: { a: '1/10', b: '1' } }],
    want: { a: 0 },
  },
  'nobody of two that differ while the route server does not answer': {
    looks: [{ serves: [], compiled: NaN, pods: { a: '1/10', b: '1/19', c: '1/18', d: '1/17' } }],
    want: {},
  },
  'nobody who stands alone, for others may know more routes than the route server': {
    looks: [{ compiled: 12, pods: { a: '1' } }],
    want: {},
  },
  'nobody who is silent, for nothing is known': {
    looks: [{ pods: { a: '1', b: '1' } }, { at: 30, serves: 'B', pods: { a: '2', b: undefined } }],
    want: {},
  },
};

describe('suspected is', () => {
  for (const [name, { looks, want }] of Object.entries(cases)) {
    test(name, () => {
      const told = looks.map((one) => (Number.isNaN(one.compiled) ? { ...look(one), compiled: undefined } : look(one)));
      assert.deepEqual(suspects(told.reduce(noteLook, emptyBook)), want);
    });
  }
});

const agreed: Comparison = {
  counts: { added: 0, removed: 0, changed: 0, rejected: 0, tolerated: 0 },
  samples: [],
  tolerated: [],
  digests: { direct: 'a', routeServer: 'a' },
  routes: { direct: 19, routeServer: 19 },
  differences: [],
};
const inSync: Evidence = { outcome: 'compared', comparison: agreed };
const differs: Evidence = { outcome: 'compared', comparison: { ...agreed, differences: ['x'] } };

describe('a comparison of whole tables', () => {
  const behind = [look({ pods: { a: '1', b: '1' } }), look({ at: 30, serves: 'B', pods: { a: '2', b: '1' } })].reduce(
    noteLook,
    emptyBook,
  );

  test('that finds no difference ends the suspicion, until the table changes again', () => {
    const cleared = noteComparison(behind, { pod: 'b', partner: 'a' }, inSync, T0 + seconds(60));
    assert.deepEqual(suspects(cleared), {});
    assert.equal(cleared.records.get('b')?.provenToken, cleared.records.get('b')?.token);
    const later = noteLook(cleared, look({ at: 90, serves: 'B', pods: { a: '2', b: '1' } }));
    assert.deepEqual(suspects(later), {});
    assert.deepEqual(suspects(noteLook(later, look({ at: 120, serves: 'C', pods: { a: '3', b: '1' } }))), { b: 120 });
  });

  test('that finds one makes a suspect of whom nothing was suspected', () => {
    const quiet = noteLook(emptyBook, look({ pods: { a: '1', b: '1' } }));
    assert.deepEqual(suspects(noteComparison(quiet, { pod: 'b', partner: 'a' }, differs, T0 + seconds(5))), { b: 5 });
  });

  test('of a Skipper that is gone changes nothing', () => {
    assert.equal(noteComparison(behind, { pod: 'gone', partner: 'a' }, differs, T0), behind);
  });
});

test('who is not asked any more is forgotten', () => {
  assert.deepEqual(suspected({ pods: { a: '1', b: '1/10', c: '1' } }, { at: 30, pods: { a: '1', c: '1' } }), {});
});
