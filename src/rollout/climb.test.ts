/** Steps, soak and their gates; the fallback: one row for each reason. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { aWorld, minutes, T0, type World } from './builder.test-support.ts';
import { decide } from './decide.ts';
import type { Decision, Intents } from './decision.ts';
import { layoutOf } from './layout.ts';

interface Want {
  readonly phase: Decision['phase'];
  readonly step: number;
  readonly reason: Decision['summary']['reason'];
  readonly stalled?: boolean;
  readonly message?: RegExp;
  readonly intents?: Partial<Intents>;
}
interface Case {
  readonly given: World;
  readonly want: Want;
}

function check({ given, want }: Case): void {
  const { phase, step, summary, intents } = decide(given.seen, T0);
  const keys = Object.keys(want.intents ?? {}) as (keyof Intents)[];
  assert.deepEqual(
    { phase, step, reason: summary.reason, intents: Object.fromEntries(keys.map((key) => [key, intents[key]])) },
    { phase: want.phase, step: want.step, reason: want.reason, intents: want.intents ?? {} },
  );
  if (want.stalled !== undefined) assert.equal(summary.stalled, want.stalled);
  if (want.message !== undefined) assert.match(summary.message, want.message);
}

const at = (step: number): World => aWorld().atStep(step);
const soaked = (step: number): World => at(step).soaked({ step, sinceMs: T0 - minutes(10) });
const convergence = { known: true, converged: 0, lagging: [{ pod: 'skipper-1', sinceMs: T0, why: 'has 3 routes' }] };
const counts = (errors: number, requests = 1_000) => ({ requests, errors });

const steps: Readonly<Record<string, Case>> = {
  'goes on at the very moment a soak is over': {
    given: soaked(10),
    want: { phase: 'Stepping', step: 50, reason: 'SteppingUp', intents: { fedCompanion: { replicas: 6, step: 50 } } },
  },
  'holds a step that has not soaked': {
    given: at(10).soaked({ step: 10, sinceMs: T0 - minutes(10) + 1 }),
    want: {
      phase: 'Stepping',
      step: 10,
      reason: 'StepNotSoaked',
      intents: { fedCompanion: { replicas: 1, step: 10 } },
    },
  },
  'soaks Skippers of another template anew': {
    given: soaked(10)
      .fleet({ movedTemplate: 'another' })
      .shadow('InSync', T0 - minutes(60), 'another'),
    want: { phase: 'Stepping', step: 10, reason: 'StepNotSoaked' },
  },
  'holds while the only agreement is one of Skippers of another template': {
    given: soaked(10).fleet({ movedTemplate: 'another' }),
    want: { phase: 'Stepping', step: 10, reason: 'ShadowInconclusive' },
  },
  'sizes the companion anew when the fleet is scaled': {
    given: soaked(50).fleet({ replicas: 9 }),
    want: {
      phase: 'Stepping',
      step: 50,
      reason: 'CanaryNotReady',
      intents: { fedCompanion: { replicas: 9, step: 50 } },
    },
  },
  'holds with the words of the scheduler': {
    given: soaked(10).beside('fed', { step: 10, rolledOut: false, ready: 0, unschedulable: '0/3 nodes are available' }),
    want: { phase: 'Stepping', step: 10, reason: 'CanaryUnschedulable', message: /^0\/3 nodes are available$/ },
  },
  'holds with them too before the fleet is wired, when the direct Skippers beside it find no room': {
    given: at(50)
      .wishing({ percentage: 75, steps: [50, 75] })
      .soaked({ step: 50, sinceMs: T0 - minutes(10) })
      .beside('direct', {
        step: 75,
        replicas: 2,
        rolledOut: false,
        ready: 0,
        unschedulable: '0/3 nodes are available',
      }),
    want: {
      ...{ phase: 'Stepping', step: 50, reason: 'CanaryUnschedulable', message: /^0\/3 nodes are available$/ },
      intents: { skipperWiring: 'AsIs', directCompanion: { replicas: 2, step: 75 } },
    },
  },
  'holds with them too when the fleet itself cannot be rolled': {
    given: at(75).wishing({ percentage: 75 }).fleet({ rolledOut: false, unschedulable: '0/3 nodes are available' }),
    want: { phase: 'Stepping', step: 75, reason: 'SkipperUnschedulable', message: /^0\/3 nodes are available$/ },
  },
  'holds with them too in the last step': {
    given: at(100).fleet({ rolledOut: false, unschedulable: '0/3 nodes are available' }),
    want: { phase: 'Switching', step: 100, reason: 'SkipperUnschedulable', message: /^0\/3 nodes are available$/ },
  },
  'counts the direct Skippers beside a fleet that is moved': {
    given: at(75).wishing({ percentage: 75 }).beside('direct', { step: 75, replicas: 2, rolledOut: false, ready: 1 }),
    want: { phase: 'Stepping', step: 75, reason: 'CanaryNotReady', message: /^1 of 2 Skippers of the step/ },
  },
  'is compared with a direct sentinel when the fleet is so small that the step leaves no direct Skipper': {
    given: at(90).wishing({ percentage: 90 }),
    want: {
      ...{ phase: 'Stepping', step: 90, reason: 'InExec' },
      intents: { directCompanion: { replicas: 0, step: 90 }, directSentinel: 'Present', fedSentinel: 'AsIs' },
    },
  },
  'holds a step that has soaked while the data of the route server is too old, and keeps its clock': {
    given: soaked(10).routeServer({ ageMs: minutes(30) }),
    want: {
      phase: 'Stepping',
      step: 10,
      reason: 'FreshnessExceeded',
      message: /^the data of the route server was last current at 2026-01-31T08:30:00Z, longer ago than .*\(120 s\)/,
      intents: { fedCompanion: { replicas: 1, step: 10 } },
    },
  },
  'goes down whatever the age of the data': {
    given: at(50)
      .routeServer({ ageMs: minutes(30) })
      .wishing({ percentage: 10 }),
    want: { phase: 'Stepping', step: 10, reason: 'SteppingDown', intents: { fedCompanion: { replicas: 1, step: 10 } } },
  },
  'holds while a canary is not ready': {
    given: soaked(10).beside('fed', { step: 10, rolledOut: false, ready: 0 }),
    want: { phase: 'Stepping', step: 10, reason: 'CanaryNotReady', message: /^0 of 1 Skipper / },
  },
  'holds while the fleet itself rolls': {
    given: soaked(10).fleet({ rolledOut: false }),
    want: { phase: 'Stepping', step: 10, reason: 'SkippersRollingOut' },
  },
  'holds while the tables differ': {
    given: soaked(10).shadow('OutOfSync'),
    want: { phase: 'Stepping', step: 10, reason: 'ShadowOutOfSync' },
  },
  'holds without evidence': {
    given: soaked(10).shadow('Inconclusive'),
    want: { phase: 'Stepping', step: 10, reason: 'ShadowInconclusive' },
  },
  'holds and names a Skipper that does not converge': {
    given: soaked(10).fleet({ convergence }),
    want: { phase: 'Stepping', step: 10, reason: 'SkippersNotConverged', message: /skipper-1 since .*has 3 routes/ },
  },
  'holds until each moved Skipper was asked': {
    given: soaked(10).fleet({ convergence: { known: false, converged: 0, lagging: [] } }),
    want: { phase: 'Stepping', step: 10, reason: 'SkippersNotConverged' },
  },
  'holds when moved Skippers answer with more errors': {
    given: soaked(10).fleet({ errors: { known: true, moved: counts(60), direct: counts(10) } }),
    want: { phase: 'Stepping', step: 10, reason: 'CanaryErrors', message: /6\.00 % of 1000 .* 1\.00 % of 1000/ },
  },
  'goes on when chance explains the difference': {
    given: soaked(10).fleet({ errors: { known: true, moved: counts(14), direct: counts(10) } }),
    want: { phase: 'Stepping', step: 50, reason: 'SteppingUp' },
  },
  'judges no errors among fewer than a hundred requests of moved Skippers': {
    given: soaked(10).fleet({ errors: { known: true, moved: counts(50, 99), direct: counts(0) } }),
    want: { phase: 'Stepping', step: 50, reason: 'SteppingUp' },
  },
  'judges no errors against fewer than a hundred requests of direct Skippers': {
    given: soaked(10).fleet({ errors: { known: true, moved: counts(500), direct: counts(0, 99) } }),
    want: { phase: 'Stepping', step: 50, reason: 'SteppingUp' },
  },
  'holds on the errors of a hundred requests on either side': {
    given: soaked(10).fleet({ errors: { known: true, moved: counts(20, 100), direct: counts(0, 100) } }),
    want: { phase: 'Stepping', step: 10, reason: 'CanaryErrors', message: /20\.00 % of 100 / },
  },
  'holds when every request counts as an error twice': {
    given: soaked(10).fleet({ errors: { known: true, moved: counts(200, 100), direct: counts(0, 100) } }),
    want: { phase: 'Stepping', step: 10, reason: 'CanaryErrors', message: /100\.00 % of 100 / },
  },
  'holds while errors cannot be counted': {
    given: soaked(10).fleet({ errors: { known: false, moved: counts(0), direct: counts(0) } }),
    want: { phase: 'Stepping', step: 10, reason: 'CanaryErrors' },
  },
  'holds on errors that are hidden': {
    given: soaked(10).fleet({ uncountedErrors: ['-a hides b'] }),
    want: {
      phase: 'Stepping',
      step: 10,
      reason: 'ErrorsNotCounted',
      stalled: false,
      message: /errors: -a hides b; it waits until .* spec\.rollout\.uncountedErrors is Ignore$/,
    },
  },
  'goes on although errors are hidden, when the person wants that': {
    given: soaked(10)
      .fleet({ uncountedErrors: ['-a hides b'] })
      .wishing({ uncountedErrors: 'Ignore' }),
    want: { phase: 'Stepping', step: 50, reason: 'SteppingUp' },
  },
  'tells of more errors before errors that are hidden': {
    given: soaked(10).fleet({
      errors: { known: true, moved: counts(60), direct: counts(10) },
      uncountedErrors: ['-a hides b'],
    }),
    want: { phase: 'Stepping', step: 10, reason: 'CanaryErrors' },
  },
  'needs no count of errors to step down': {
    given: soaked(50)
      .fleet({ uncountedErrors: ['-a hides b'] })
      .wishing({ percentage: 10 }),
    want: { phase: 'Stepping', step: 10, reason: 'SteppingDown' },
  },
  'stalls on flags that came in meanwhile': {
    given: soaked(10).fleet({ unsupportedFlags: [{ flag: 'etcd-urls', reason: 'unknown' }] }),
    want: { phase: 'Stepping', step: 10, reason: 'FlagsUnsupported', stalled: true },
  },
  'waits for an approval of a changed spec': {
    given: soaked(10).with({ generation: 2 }).wishing({ approval: 'Manual', approvedGeneration: 1 }),
    want: { phase: 'Stepping', step: 10, reason: 'ApprovalMissing' },
  },
  'adds no canary while the route server does not answer': {
    given: soaked(10).fleet({ replicas: 40 }).routeServer({ answers: false }),
    want: { phase: 'Stepping', step: 10, reason: 'CanaryNotReady', intents: { fedCompanion: 'AsIs' } },
  },
  'stops at the percentage that is wished': {
    given: soaked(10).wishing({ percentage: 10 }),
    want: { phase: 'Stepping', step: 10, reason: 'InExec' },
  },
  'goes down without gates': {
    given: at(50).wishing({ percentage: 10 }).shadow('OutOfSync'),
    want: { phase: 'Stepping', step: 10, reason: 'SteppingDown', intents: { fedCompanion: { replicas: 1, step: 10 } } },
  },
  'wires the fleet itself at the last step and keeps the canaries meanwhile': {
    given: soaked(50),
    want: {
      phase: 'Switching',
      step: 100,
      reason: 'SwitchingSkippers',
      intents: { skipperWiring: 'RouteServer', fedCompanion: 'AsIs' },
    },
  },
  'readies direct Skippers before the fleet itself moves beyond a half': {
    given: soaked(50).wishing({ percentage: 75 }),
    want: {
      phase: 'Stepping',
      // Where it stands, for what has soaked there is remembered by it.
      step: 50,
      reason: 'SteppingUp',
      intents: { skipperWiring: 'AsIs', directCompanion: { replicas: 2, step: 75 } },
    },
  },
  'moves the fleet itself as soon as they are ready': {
    given: soaked(50).wishing({ percentage: 75 }).beside('direct', { replicas: 2, step: 75 }),
    want: { phase: 'Stepping', step: 75, reason: 'SteppingUp', intents: { skipperWiring: 'RouteServer' } },
  },
};

describe('a step', () => {
  for (const [name, row] of Object.entries(steps))
    test(name, () => {
      check(row);
    });

  test('begins to soak when it is laid out, and is asked again exactly at its end', () => {
    const { memory, requeueAfterMs, soakedAtMs } = decide(at(10).seen, T0);
    assert.deepEqual(memory.soak, { step: 10, sinceMs: T0, template: 'a-template' });
    assert.deepEqual([requeueAfterMs, soakedAtMs], [minutes(10), T0 + minutes(10)]);
  });

  test('goes on soaking while its companion is scaled', () => {
    const { memory } = decide(
      at(50)
        .soaked({ step: 50, sinceMs: T0 - 1 })
        .fleet({ replicas: 9 }).seen,
      T0,
    );
    assert.equal(memory.soak?.sinceMs, T0 - 1);
  });

  test('need not soak again while the direct Skippers of the next one come up', () => {
    const { step, memory } = decide(soaked(50).wishing({ percentage: 75 }).seen, T0);
    assert.deepEqual(memory.soak, soaked(50).seen.remembered.soak);
    assert.equal(step, memory.soak?.step);
  });

  const broken = {
    'the tables differ': soaked(10).shadow('OutOfSync'),
    'no canary is ready': soaked(10).beside('fed', { step: 10, ready: 0 }),
    'errors are more than chance': soaked(10).fleet({ errors: { known: true, moved: counts(60), direct: counts(10) } }),
  };
  for (const [name, given] of Object.entries(broken)) {
    test(`breaks its soak when ${name}`, () => {
      assert.equal(decide(given.seen, T0).memory.soak, undefined);
    });
  }
});

describe('the layout of a step', () => {
  const cases = [
    [1, 6, 'Direct', 1, undefined],
    [1, 200, 'Direct', 3, undefined],
    [50, 6, 'Direct', 6, undefined],
    [51, 100, 'RouteServer', undefined, 96],
    [75, 6, 'RouteServer', undefined, 2],
    [99, 6, 'RouteServer', undefined, 0],
    [100, 6, 'RouteServer', undefined, undefined],
    [0, 6, 'Direct', undefined, undefined],
    [10, 0, 'Direct', 0, undefined],
  ] as const;
  for (const [step, replicas, primary, fed, direct] of cases) {
    test(`at ${step} % of ${replicas}`, () => {
      assert.deepEqual(layoutOf(step, replicas), { primary, fed, direct });
    });
  }
});

const wished = { enabled: true, afterMs: minutes(1), maxDirectPollers: 180, acknowledgedMs: undefined };
const moved = (): World => at(100).wishing({ fallback: wished });
const gone = (world: World): World => world.routeServer({ answers: false, readyReplicas: 0 });
const unseen = (world: World): World => world.with({ shadow: undefined });
const unknown = (world: World): World => world.fleet({ convergence: { known: false, converged: 0, lagging: [] } });
/** Long enough ago. */
const pending = { sinceMs: T0 - minutes(5), fellBackMs: undefined };
const fellBack = { sinceMs: T0 - minutes(2), fellBackMs: T0 - minutes(1) };

const fallbacks: Readonly<Record<string, { given: World; reason: string }>> = {
  'is not needed while all is well': { given: moved(), reason: 'FallbackNotNeeded' },
  'is disabled by the spec': {
    given: gone(moved()).wishing({ fallback: { ...wished, enabled: false } }),
    reason: 'FallbackDisabled',
  },
  'waits for the failure to last': { given: gone(moved()), reason: 'FallbackPending' },
  'begins at the very moment it has lasted': {
    given: gone(moved()).failing({ sinceMs: T0 - minutes(1) }),
    reason: 'FallingBack',
  },
  'is over with a failure that ended before': {
    given: moved().failing({ sinceMs: T0 - minutes(5) }),
    reason: 'FallbackNotNeeded',
  },
  'counts a wrong table': { given: moved().shadow('OutOfSync'), reason: 'FallbackPending' },
  'does not count missing evidence': { given: moved().shadow('Inconclusive'), reason: 'FallbackNotNeeded' },
  'does not count a route server that serves others but not us': {
    given: moved().routeServer({ answers: false }),
    reason: 'FallbackNotNeeded',
  },
  'does not count a single Skipper that is stuck': {
    given: moved().fleet({ convergence }),
    reason: 'FallbackNotNeeded',
  },
  'counts a fleet that stopped converging': {
    given: moved().fleet({
      convergence: { ...convergence, lagging: Array.from({ length: 4 }, () => convergence.lagging).flat() },
    }),
    reason: 'FallbackPending',
  },
  'is as good as over with a table that is in sync again': {
    given: moved().failing({ ...pending, reason: 'ShadowOutOfSync' }),
    reason: 'FallbackNotNeeded',
  },
  'is not over for a process that has compared nothing yet': {
    given: unseen(moved().failing({ ...pending, reason: 'ShadowOutOfSync' })),
    reason: 'FallbackPending',
  },
  'is not over while no Skipper has been asked yet': {
    given: unknown(moved().failing({ ...pending, reason: 'SkippersNotConverged' })),
    reason: 'FallbackPending',
  },
  'is over with its Skippers': {
    given: unseen(
      at(0)
        .wishing({ mode: 'Exec', fallback: wished })
        .failing({ ...pending, reason: 'ShadowOutOfSync' }),
    ),
    reason: 'FallbackNotNeeded',
  },
  'is of no concern before a Skipper has moved': {
    given: gone(aWorld().shadowing().wishing({ mode: 'Exec', fallback: wished })),
    reason: 'FallbackNotNeeded',
  },
  'stays when the route server comes back': { given: moved().failing(fellBack), reason: 'FallingBack' },
  'ends with another spec': { given: moved().failing(fellBack).with({ generation: 2 }), reason: 'FallbackNotNeeded' },
  'ends when this very one is acknowledged': {
    given: moved()
      .failing(fellBack)
      .wishing({ fallback: { ...wished, acknowledgedMs: fellBack.fellBackMs } }),
    reason: 'FallbackNotNeeded',
  },
  'stays when an earlier one was acknowledged': {
    given: moved()
      .failing(fellBack)
      .wishing({ fallback: { ...wished, acknowledgedMs: T0 - minutes(9) } }),
    reason: 'FallingBack',
  },
};

describe('the way back', () => {
  const words = '0/3 nodes are available';
  const ways: Readonly<Record<string, World>> = {
    'to the shadow': moved().wishing({ percentage: 0 }),
    'to nothing': moved().wishing({ mode: 'False' }),
    'of a fallback': moved()
      .failing({ ...fellBack, reason: 'RouteServerGone' })
      .fleet({ wiring: 'Direct' }),
  };
  for (const [name, given] of Object.entries(ways)) {
    test(`${name} goes on, and quotes the scheduler about a fleet that has no room to be rolled`, () => {
      const held = given.fleet({ rolledOut: false, unschedulable: words });
      const { intents, summary } = decide(held.seen, T0);
      assert.equal(intents.skipperWiring === 'Direct' || held.seen.fleet?.wiring === 'Direct', true);
      assert.match(summary.message, new RegExp(`; the scheduler says: ${words}$`));
      assert.doesNotMatch(decide(given.seen, T0).summary.message, /scheduler/);
    });
  }
});

describe('a fallback', () => {
  for (const [name, { given, reason }] of Object.entries(fallbacks)) {
    test(name, () => {
      assert.equal(decide(given.seen, T0).fallback.reason, reason);
    });
  }

  test('begins with the first look that sees the failure again, which lasts since before', () => {
    const before = moved().failing({ ...pending, reason: 'ShadowOutOfSync' });
    const { memory, fallback, requeueAfterMs } = decide(unseen(before).seen, T0);
    assert.deepEqual([memory.failure?.sinceMs, memory.failure?.fellBackMs], [pending.sinceMs, undefined]);
    assert.match(fallback.message, /; Skippers go back if it is seen again$/);
    assert.notEqual(requeueAfterMs, 0);
    const seenAgain = decide(before.shadow('OutOfSync').seen, T0);
    assert.deepEqual(seenAgain.memory.failure?.fellBackMs, T0);
  });

  test('is put on record before anything is done about it', () => {
    const { intents, memory, phase } = decide(gone(moved()).failing({ sinceMs: T0 - minutes(1) }).seen, T0);
    assert.deepEqual([phase, intents.skipperWiring, memory.failure?.fellBackMs], ['FallenBack', 'AsIs', T0]);
  });

  const back: Readonly<Record<string, Case>> = {
    'unwires a fleet that fits': {
      given: moved().failing(fellBack),
      want: {
        phase: 'FallenBack',
        step: 0,
        reason: 'FallingBack',
        intents: { skipperWiring: 'Direct', directSentinel: 'Absent' },
      },
    },
    'makes room first when the fleet fits alone': {
      given: moved()
        .failing(fellBack)
        .sentinels({ direct: { present: true, ready: true, current: true } })
        .wishing({ fallback: { ...wished, maxDirectPollers: 6 } }),
      want: {
        phase: 'FallenBack',
        step: 0,
        reason: 'FallingBack',
        intents: { skipperWiring: 'AsIs', directSentinel: 'Absent' },
      },
    },
    'leaves a fleet that does not fit, and adds what fits': {
      given: moved()
        .failing(fellBack)
        .wishing({ fallback: { ...wished, maxDirectPollers: 4 } }),
      want: {
        phase: 'FallenBack',
        step: 0,
        reason: 'FallingBack',
        intents: { skipperWiring: 'AsIs', directCompanion: { replicas: 4, step: 100 } },
      },
    },
    'takes the canaries away': {
      given: at(10).wishing({ fallback: wished }).failing(fellBack),
      want: {
        phase: 'FallenBack',
        step: 0,
        reason: 'FallingBack',
        intents: { skipperWiring: 'AsIs', fedCompanion: 'Absent' },
      },
    },
    'needs a person when it is done': {
      given: aWorld().shadowing().wishing({ mode: 'Exec', fallback: wished }).failing(fellBack),
      want: {
        phase: 'FallenBack',
        step: 0,
        reason: 'FallenBack',
        stalled: true,
        message: /acknowledged-fallback: "2026-01-31T08:59:00Z"/,
      },
    },
  };
  for (const [name, row] of Object.entries(back))
    test(name, () => {
      check(row);
    });
});

describe('args that somebody else writes beyond half of the fleet', () => {
  const overwritten = (stoodForMinutes: number, rewirings: number) =>
    at(75)
      .wishing({ percentage: 75 })
      .soaked({ step: 75, sinceMs: T0 - minutes(stoodForMinutes) })
      .remembering({ rewirings })
      .fleet({ wiring: 'Contested', rolledOut: false });

  test('are followed without end when they stood for an hour each time', () => {
    const { memory, intents, summary } = decide(overwritten(60, 3).seen, T0);
    assert.deepEqual([memory.rewirings, intents.skipperWiring, summary.stalled], [1, 'RouteServer', false]);
  });

  test('are a contest when they come again within the hour', () => {
    assert.equal(decide(overwritten(59, 2).seen, T0).memory.rewirings, 3);
    const { memory, intents, summary } = decide(overwritten(59, 3).seen, T0);
    assert.deepEqual([memory.rewirings, intents.skipperWiring, summary.stalled], [3, 'AsIs', true]);
  });

  test('end the soak: its Skippers are replaced, and the same args put back do not stand for what they stood before', () => {
    assert.equal(decide(overwritten(60, 0).seen, T0).memory.soak, undefined);
  });
});
