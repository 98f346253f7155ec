import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { aWorld, minutes, T0, type World } from './builder.test-support.ts';
import { decide } from './decide.ts';
import { freshnessDueMs, freshnessExceeded, staleSince } from './freshness.ts';

const seconds = (count: number): number => count * 1_000;
/** With a budget of two minutes, and data that is so old. */
const aged = (ageMs: number | undefined): World => aWorld().shadowing().routeServer({ ageMs });
const since = (world: World): number | undefined => staleSince(world.seen, T0);

describe('data is stale', () => {
  const cases: Readonly<Record<string, { given: World; want: number | undefined }>> = {
    'not while it is as old as the budget': { given: aged(minutes(2)), want: undefined },
    'from when it was last current, once it is older': { given: aged(minutes(3)), want: T0 - minutes(3) },
    'not when the route server does not say how old it is': { given: aged(undefined), want: undefined },
    'not of a route server that is not there': {
      given: aged(undefined).routeServer({ present: false }).remembering({ staleSinceMs: T0 }),
      want: undefined,
    },
    'still when the route server falls silent': {
      given: aged(undefined)
        .routeServer({ answers: false })
        .remembering({ staleSinceMs: T0 - minutes(9) }),
      want: T0 - minutes(9),
    },
    'no longer when it is current again': {
      given: aged(0).remembering({ staleSinceMs: T0 - minutes(9) }),
      want: undefined,
    },
    'since the same moment while only the rounding of its age differs': {
      given: aged(minutes(9) + seconds(2)).remembering({ staleSinceMs: T0 - minutes(9) }),
      want: T0 - minutes(9),
    },
    'since a later moment when a part of it came through': {
      given: aged(minutes(4)).remembering({ staleSinceMs: T0 - minutes(9) }),
      want: T0 - minutes(4),
    },
    'not for the minute of silence that a watch of a quiet cluster has, however short the budget is': {
      given: aged(seconds(100)).wishing({ freshnessBudgetMs: seconds(1) }),
      want: undefined,
    },
    'beyond that silence by a budget that is shorter': {
      given: aged(seconds(101)).wishing({ freshnessBudgetMs: seconds(1) }),
      want: T0 - seconds(101),
    },
  };
  for (const [name, { given, want }] of Object.entries(cases)) {
    test(name, () => {
      assert.equal(since(given), want);
    });
  }
});

test('the message names since when, and the budget, and nothing that moves with the clock', () => {
  const first = freshnessExceeded(aged(minutes(3)).seen, T0);
  const later = aged(minutes(4)).remembering({ staleSinceMs: T0 - minutes(3) });
  assert.deepEqual(first, freshnessExceeded(later.seen, T0 + minutes(1)));
  assert.ok(first.result === 'Hold');
  assert.match(first.message, /last current at 2026-01-31T08:57:00Z.*spec\.shadow\.freshnessBudget \(120 s\)/);
});

describe('a pass is made again', () => {
  test('when fresh data can be stale for the first time', () => {
    const dueMs = freshnessDueMs(aged(seconds(20)).seen, T0) ?? 0;
    assert.equal(since(aged(seconds(20) + dueMs)) !== undefined, true);
    assert.equal(decide(aged(seconds(20)).wishing({ mode: 'Pre' }).seen, T0).requeueAfterMs, dueMs);
  });

  test('soon while it is stale, for no object changes when it is current again', () => {
    assert.ok((freshnessDueMs(aged(minutes(3)).seen, T0) ?? Infinity) <= seconds(10));
  });

  test('for no reason of freshness when no age is told', () => {
    assert.equal(freshnessDueMs(aged(undefined).seen, T0), undefined);
  });
});

test('a tier whose route server has old data is not promotable', () => {
  const baked = aWorld()
    .wishing({ mode: 'Exec' })
    .moved()
    .shadow('InSync')
    .remembering({ bake: { sinceMs: T0 - minutes(99), template: 'a-template' } });
  assert.equal(decide(baked.seen, T0).promotable.met, true);
  const { promotable, memory } = decide(baked.routeServer({ ageMs: minutes(9) }).seen, T0);
  assert.deepEqual([promotable.met, promotable.reason], [false, 'FreshnessExceeded']);
  assert.equal(memory.bake?.sinceMs, T0 - minutes(99), 'the bake itself goes on');
});
