import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { aWorld, minutes, T0, type World } from './builder.test-support.ts';
import { drillFallback, type Drill } from './drill.ts';

const enabled = { enabled: true, afterMs: minutes(2), maxDirectPollers: 180, acknowledgedMs: undefined };
const withBudget = (world: World, maxDirectPollers: number): World =>
  world.wishing({ fallback: { ...enabled, maxDirectPollers } });
const moved = (): World => withBudget(aWorld().moved().wishing({ mode: 'Exec' }), 180).shadow('InSync');

/** `now -> then`, and what each Skipper does: moves back, ends, starts, keeps its table. */
function inShort({ directPollers, moveBack, end, start, keepLastKnownGood }: Drill): string {
  const { now, then } = directPollers;
  return `${now} -> ${then}: ${moveBack} back, ${end} end, ${start} start, ${keepLastKnownGood} keep`;
}

describe('what would happen if the route server failed', () => {
  const cases: Readonly<Record<string, { world: World; reason: string; want: string }>> = {
    'a fleet within the budget goes back whole': {
      world: moved(),
      reason: 'FallingBack',
      want: '1 -> 3: 3 back, 0 end, 0 start, 0 keep',
    },
    'one that fits once the sentinel is away as well': {
      world: withBudget(moved(), 3),
      reason: 'FallingBack',
      want: '1 -> 3: 3 back, 0 end, 0 start, 0 keep',
    },
    'one beyond the budget keeps its table, and gets as many direct Skippers as fit beside the sentinel': {
      world: withBudget(moved(), 2),
      reason: 'FallbackBudgetExceeded',
      want: '1 -> 2: 0 back, 0 end, 1 start, 3 keep',
    },
    'canaries end, and the fleet polls as before': {
      world: withBudget(aWorld().atStep(10), 180),
      reason: 'FallingBack',
      want: '6 -> 6: 0 back, 1 end, 0 start, 0 keep',
    },
  };
  for (const [name, { world, reason, want }] of Object.entries(cases)) {
    test(name, () => {
      const drill = drillFallback(world.seen, T0);
      assert.deepEqual([drill.wouldFallBack, drill.reason, inShort(drill)], [true, reason, want]);
      assert.ok(drill.directPollers.then <= Math.max(drill.directPollers.most, drill.directPollers.now));
    });
  }

  test('it waits for spec.fallback.after, less the time that it has failed already', () => {
    assert.equal(drillFallback(moved().seen, T0).waitMs, minutes(2));
    assert.equal(drillFallback(moved().failing({ sinceMs: T0 - minutes(1) }).seen, T0).waitMs, minutes(1));
  });

  test('a fallback that is in force waits for nothing', () => {
    const drill = drillFallback(moved().failing({ sinceMs: T0 - minutes(9), fellBackMs: T0 - minutes(7) }).seen, T0);
    assert.deepEqual([drill.wouldFallBack, drill.waitMs], [true, 0]);
  });

  test('a comparison that is inconclusive does not hold it, yet hides a wrong table', () => {
    const drill = drillFallback(moved().shadow('Inconclusive').seen, T0);
    assert.equal(drill.wouldFallBack, true);
    assert.match(drill.blindFor ?? '', /wrong table: tables are Inconclusive/);
    assert.equal(drillFallback(moved().seen, T0).blindFor, undefined);
  });
});

describe('nothing would happen', () => {
  const problem = { reason: 'SkipperNotFound', message: 'it is not there', needsPerson: false } as const;
  const cases: Readonly<Record<string, { world: World; says: RegExp }>> = {
    'when it is disabled': {
      world: moved().wishing({ fallback: { ...enabled, enabled: false } }),
      says: /^FallbackDisabled: spec.fallback.enabled is false$/,
    },
    'when the config is suspended': { world: moved().wishing({ suspended: true }), says: /^Suspended: spec.suspend/ },
    'when it is suspended and disabled': {
      world: moved().wishing({ suspended: true, fallback: { ...enabled, enabled: false } }),
      says: /^Suspended: /,
    },
    'when another mode is wanted': { world: moved().wishing({ mode: 'Pre' }), says: /mode of this cluster is Pre/ },
    'when the object is being deleted': { world: moved().with({ deleting: true }), says: /is being deleted/ },
    'when no Skipper was moved': {
      world: withBudget(aWorld().shadowing().wishing({ mode: 'Exec' }), 180),
      says: /^FallbackNotNeeded: no Skipper reads/,
    },
    'when there is no fleet': {
      world: moved().with({ fleet: undefined, fleetProblem: problem }),
      says: /^SkipperNotFound: it is not there$/,
    },
    'when the fleet was wired by hand': { world: moved().fleet({ wiring: 'ByHand' }), says: /^WiringContested: / },
  };
  for (const [name, { world, says }] of Object.entries(cases)) {
    test(name, () => {
      const drill = drillFallback(world.seen, T0);
      assert.equal(drill.wouldFallBack, false);
      assert.match(`${drill.reason}: ${drill.message}`, says);
      const { now, then } = drill.directPollers;
      assert.deepEqual([drill.moveBack, drill.end, drill.start, then - now], [0, 0, 0, 0]);
    });
  }
});
