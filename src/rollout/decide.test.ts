import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { aWorld, minutes, T0, type World } from './builder.test-support.ts';
import { maxRewirings } from './climb.ts';
import { decide } from './decide.ts';
import type { Decision } from './decision.ts';

/** What a row of the table states; what it leaves out it does not care about. */
interface Want {
  readonly phase: Decision['phase'];
  readonly mode: Decision['effectiveMode'];
  readonly reason: Decision['summary']['reason'];
  readonly ready?: Decision['summary']['ready'];
  readonly stalled?: boolean;
  readonly intents?: Partial<Decision['intents']>;
}

const untouched = {
  routeServer: 'AsIs',
  fedSentinel: 'AsIs',
  directSentinel: 'AsIs',
  skipperWiring: 'AsIs',
} as const;
const inPre = (): World => aWorld().wishing({ mode: 'Pre' });
const inExec = (): World => aWorld().wishing({ mode: 'Exec' });
const settledShadow = (world: World): World => world.shadow('InSync', T0 - minutes(11));

const cases: Readonly<Record<string, { given: World; want: Want }>> = {
  'changes nothing in mode False when nothing of ours is there': {
    given: aWorld(),
    want: { phase: 'Off', mode: 'False', reason: 'ModeFalse', ready: 'True', intents: untouched },
  },
  'creates the route server, and no sentinel before it answers': {
    given: inPre(),
    want: {
      phase: 'Starting',
      mode: 'False',
      reason: 'RouteServerNotReady',
      ready: 'False',
      intents: { finalizer: 'Present', routeServer: 'Present', fedSentinel: 'AsIs', skipperWiring: 'AsIs' },
    },
  },
  'adds a fed sentinel as soon as the route server answers': {
    given: inPre().routeServer({ present: true, rolledOut: true, answers: true }),
    want: { phase: 'Shadowing', mode: 'Pre', reason: 'Shadowing', intents: { fedSentinel: 'Present' } },
  },
  'is ready in Pre whatever the tables say: the verdict has a condition of its own': {
    given: inPre().shadowing().shadow('OutOfSync'),
    want: { phase: 'Shadowing', mode: 'Pre', reason: 'Shadowing', ready: 'True' },
  },
  'keeps effective mode Pre while the route server is away for a moment': {
    given: inPre().shadowing().routeServer({ answers: false }),
    want: { phase: 'Starting', mode: 'Pre', reason: 'RouteServerNotReady' },
  },
  'passes through Pre on its way from False to Exec': {
    given: inExec(),
    want: { phase: 'Starting', mode: 'False', reason: 'RouteServerNotReady', intents: { skipperWiring: 'AsIs' } },
  },
  'holds while no table was compared': {
    given: inExec().shadowing(),
    want: {
      phase: 'Shadowing',
      mode: 'Pre',
      reason: 'ShadowInconclusive',
      ready: 'False',
      intents: { skipperWiring: 'Direct' },
    },
  },
  'holds while the only evidence is inconclusive': {
    given: inExec()
      .shadowing()
      .shadow('Inconclusive', T0 - minutes(60)),
    want: { phase: 'Shadowing', mode: 'Pre', reason: 'ShadowInconclusive' },
  },
  'holds while the tables differ': {
    given: inExec()
      .shadowing()
      .shadow('OutOfSync', T0 - minutes(60)),
    want: { phase: 'Shadowing', mode: 'Pre', reason: 'ShadowOutOfSync' },
  },
  'holds until the tables have agreed for inSyncFor': {
    given: inExec()
      .shadowing()
      .shadow('InSync', T0 - minutes(10) + 1),
    want: { phase: 'Shadowing', mode: 'Pre', reason: 'ShadowNotSettled' },
  },
  'moves on at the very moment inSyncFor is over': {
    given: inExec()
      .shadowing()
      .shadow('InSync', T0 - minutes(10)),
    want: {
      phase: 'Switching',
      mode: 'Exec',
      reason: 'SwitchingSkippers',
      intents: { routeServer: 'Present', skipperWiring: 'RouteServer' },
    },
  },
  'holds while the Skipper Deployment rolls out for another reason': {
    given: settledShadow(inExec().shadowing()).fleet({ rolledOut: false }),
    want: { phase: 'Shadowing', mode: 'Pre', reason: 'SkippersRollingOut', intents: { skipperWiring: 'Direct' } },
  },
  'holds while the data of the route server is older than the freshness budget': {
    given: settledShadow(inExec().shadowing()).routeServer({ ageMs: minutes(2) + 1 }),
    want: { phase: 'Shadowing', mode: 'Pre', reason: 'FreshnessExceeded', ready: 'False' },
  },
  'moves on with data that is as old as the budget allows': {
    given: settledShadow(inExec().shadowing()).routeServer({ ageMs: minutes(2) }),
    want: { phase: 'Switching', mode: 'Exec', reason: 'SwitchingSkippers' },
  },
  'names the rollout of the route server before the age of its data': {
    given: settledShadow(inExec().shadowing()).routeServer({ ageMs: minutes(5), rolledOut: false }),
    want: { phase: 'Starting', mode: 'Pre', reason: 'RouteServerNotReady' },
  },
  'stalls on a flag that needs a person, although the data is old as well': {
    given: inExec()
      .shadowing()
      .routeServer({ ageMs: minutes(5) })
      .fleet({ unsupportedFlags: [{ flag: 'etcd-urls', reason: 'not read by a route server' }] }),
    want: { phase: 'Shadowing', mode: 'Pre', reason: 'FlagsUnsupported', stalled: true },
  },
  'is not healthy in Exec while the data is older than the budget, and moves no Skipper for it': {
    given: inExec()
      .moved()
      .routeServer({ ageMs: minutes(5) }),
    want: {
      phase: 'Moved',
      mode: 'Exec',
      reason: 'FreshnessExceeded',
      ready: 'False',
      stalled: false,
      intents: { skipperWiring: 'AsIs' },
    },
  },
  'goes back to Pre whatever the age of the data': {
    given: inPre()
      .moved()
      .routeServer({ ageMs: minutes(5) }),
    want: { phase: 'Returning', mode: 'Exec', reason: 'SwitchingBack', intents: { skipperWiring: 'Direct' } },
  },
  'stalls on a flag that the route server does not support, even before the shadow settled': {
    given: inExec()
      .shadowing()
      .fleet({ unsupportedFlags: [{ flag: 'etcd-urls', reason: 'not read by a route server' }] }),
    want: { phase: 'Shadowing', mode: 'Pre', reason: 'FlagsUnsupported', stalled: true },
  },
  'waits for an approval of this very generation when approval is Manual': {
    given: settledShadow(inExec().shadowing()).with({ generation: 7 }).wishing({
      approval: 'Manual',
      approvedGeneration: 6,
    }),
    want: { phase: 'Shadowing', mode: 'Pre', reason: 'ApprovalMissing' },
  },
  'moves on when this generation is approved': {
    given: settledShadow(inExec().shadowing()).with({ generation: 7 }).wishing({
      approval: 'Manual',
      approvedGeneration: 7,
    }),
    want: { phase: 'Switching', mode: 'Exec', reason: 'SwitchingSkippers' },
  },
  'stops at the first step on the way to a percentage': {
    given: settledShadow(inExec().shadowing()).wishing({ percentage: 50, steps: [10, 100] }),
    want: {
      phase: 'Stepping',
      mode: 'Exec',
      reason: 'SteppingUp',
      intents: { fedCompanion: { replicas: 1, step: 10 }, skipperWiring: 'Direct' },
    },
  },
  'takes a part of a moved fleet back when the percentage falls below 100': {
    given: inExec().moved().wishing({ percentage: 50 }),
    want: {
      phase: 'Stepping',
      mode: 'Exec',
      reason: 'SteppingDown',
      intents: { fedCompanion: { replicas: 3, step: 50 }, skipperWiring: 'Direct' },
    },
  },
  'counts the moved Skippers while they roll out': {
    given: inExec()
      .moved()
      .fleet({ rolledOut: false, pods: { total: 4, direct: 3, routeServer: 1 } }),
    want: { phase: 'Switching', mode: 'Exec', reason: 'SwitchingSkippers', intents: { skipperWiring: 'AsIs' } },
  },
  'is ready in Exec with one direct sentinel to compare with': {
    given: inExec().moved(),
    want: {
      phase: 'Moved',
      mode: 'Exec',
      reason: 'InExec',
      ready: 'True',
      intents: { fedSentinel: 'Absent', directSentinel: 'Present', skipperWiring: 'AsIs' },
    },
  },
  'is not ready in Exec while the route server rolls out': {
    given: inExec().moved().routeServer({ rolledOut: false }),
    want: { phase: 'Moved', mode: 'Exec', reason: 'RouteServerNotReady', ready: 'False' },
  },
  'is not ready in Exec while nobody would get a table': {
    given: inExec().moved().routeServer({ answers: false }),
    want: { phase: 'Moved', mode: 'Exec', reason: 'RouteServerNotReady', ready: 'False' },
  },
  'keeps the fed sentinel until the direct one is ready': {
    given: inExec()
      .moved()
      .sentinels({
        fed: { present: true, ready: true, current: true },
        direct: { present: true, ready: false, current: true },
      }),
    want: { phase: 'Moved', mode: 'Exec', reason: 'InExec', intents: { fedSentinel: 'AsIs' } },
  },
  'writes overwritten args again': {
    given: inExec().moved().fleet({ wiring: 'Contested' }),
    want: { phase: 'Switching', mode: 'Exec', reason: 'SwitchingSkippers', intents: { skipperWiring: 'RouteServer' } },
  },
  'gives way after a few tries and names who wrote the args': {
    given: inExec()
      .moved()
      .fleet({ wiring: 'Contested', argsManagers: ['argocd-controller'] })
      .remembering({ rewirings: maxRewirings }),
    want: {
      phase: 'Switching',
      mode: 'Exec',
      reason: 'WiringContested',
      stalled: true,
      intents: { skipperWiring: 'AsIs' },
    },
  },
  'does not wire again while the route server does not answer: new Skippers would exit': {
    given: inExec().moved().fleet({ wiring: 'Contested' }).routeServer({ answers: false }),
    want: { phase: 'Switching', mode: 'Exec', reason: 'RouteServerNotReady', intents: { skipperWiring: 'AsIs' } },
  },
  'puts the args back first when the mode becomes False': {
    given: aWorld().moved(),
    want: {
      phase: 'Returning',
      mode: 'Exec',
      reason: 'SwitchingBack',
      intents: { ...untouched, skipperWiring: 'Direct' },
    },
  },
  'keeps the route server while one pod still reads from it': {
    given: aWorld()
      .moved()
      .fleet({ wiring: 'Direct', pods: { total: 4, direct: 3, routeServer: 1 } }),
    want: { phase: 'Returning', mode: 'Exec', reason: 'SwitchingBack', intents: { routeServer: 'AsIs' } },
  },
  'removes the route server when no pod reads from it any more': {
    given: aWorld().shadowing(),
    want: {
      phase: 'Removing',
      mode: 'False',
      reason: 'RemovingRouteServer',
      intents: { routeServer: 'Absent', fedSentinel: 'Absent', directSentinel: 'Absent', skipperWiring: 'AsIs' },
    },
  },
  'takes a Skipper that was wired by hand for moved': {
    given: inExec().moved().fleet({ wiring: 'ByHand' }),
    want: { phase: 'Moved', mode: 'Exec', reason: 'InExec', intents: { skipperWiring: 'AsIs' } },
  },
  'never takes the route server from Skippers that it does not know how to put back': {
    given: aWorld().moved().fleet({ wiring: 'ByHand' }),
    want: { phase: 'Moved', mode: 'Exec', reason: 'WiringContested', stalled: true, intents: untouched },
  },
  'goes the same way when the object is deleted in Exec': {
    given: inExec().moved().with({ deleting: true }),
    want: { phase: 'Returning', mode: 'Exec', reason: 'SwitchingBack', intents: { finalizer: 'Present' } },
  },
  'lets a deleted object go when everything of ours is gone': {
    given: inExec().with({ deleting: true }),
    want: { phase: 'Off', mode: 'False', reason: 'ModeFalse', intents: { finalizer: 'Absent' } },
  },
  'holds a deleted object until the last sentinel is gone': {
    given: inExec()
      .with({ deleting: true })
      .sentinels({ direct: { present: true, ready: true, current: true } }),
    want: {
      phase: 'Off',
      mode: 'False',
      reason: 'ModeFalse',
      intents: { finalizer: 'Present', directSentinel: 'Absent' },
    },
  },
  'cleans up after a Skipper Deployment that was deleted': {
    given: aWorld().shadowing().with({ fleet: undefined, deleting: true }),
    want: { phase: 'Removing', mode: 'False', reason: 'RemovingRouteServer', intents: { routeServer: 'Absent' } },
  },
  'waits for a Skipper Deployment that is not there yet': {
    given: inExec().with({ fleet: undefined }),
    want: {
      phase: 'Off',
      mode: 'False',
      reason: 'SkipperNotFound',
      ready: 'False',
      intents: { ...untouched, finalizer: 'Present' },
    },
  },
  'keeps its hands off while suspended, whatever the mode': {
    given: aWorld().moved().wishing({ suspended: true }),
    want: { phase: 'Moved', mode: 'Exec', reason: 'Suspended', ready: 'Unknown', intents: untouched },
  },
  'cleans up a suspended object that is deleted': {
    given: aWorld().moved().wishing({ suspended: true }).with({ deleting: true }),
    want: { phase: 'Returning', mode: 'Exec', reason: 'SwitchingBack', intents: { skipperWiring: 'Direct' } },
  },
};

/** The same fields of the decision as the row states. */
function shown(decision: Decision, want: Want): Want {
  const { summary, intents } = decision;
  const keys = Object.keys(want.intents ?? {}) as (keyof Decision['intents'])[];
  return {
    phase: decision.phase,
    mode: decision.effectiveMode,
    reason: summary.reason,
    ...(want.ready === undefined ? {} : { ready: summary.ready }),
    ...(want.stalled === undefined ? {} : { stalled: summary.stalled }),
    ...(want.intents === undefined ? {} : { intents: Object.fromEntries(keys.map((key) => [key, intents[key]])) }),
  };
}

for (const [name, { given, want }] of Object.entries(cases)) {
  test(name, () => {
    assert.deepEqual(shown(decide(given.seen, T0), want), want);
  });
}

test('asks again exactly when the soak of the shadow ends', () => {
  const given = inExec()
    .shadowing()
    .shadow('InSync', T0 - minutes(4));
  assert.equal(decide(given.seen, T0).requeueAfterMs, minutes(6));
});

test('counts a rewiring only when somebody had overwritten the args', () => {
  const overwritten = inExec().moved().fleet({ wiring: 'Contested' }).remembering({ rewirings: 1 });
  assert.equal(decide(overwritten.seen, T0).memory.rewirings, 2);
  const outdated = inExec().moved().fleet({ wiring: 'Outdated' }).remembering({ rewirings: 1 });
  assert.equal(decide(outdated.seen, T0).memory.rewirings, 1);
});

test('names the manager that keeps resetting the args', () => {
  const given = inExec()
    .moved()
    .fleet({ wiring: 'Contested', argsManagers: ['argocd-controller'] })
    .remembering({ rewirings: maxRewirings });
  assert.match(decide(given.seen, T0).summary.message, /^argocd-controller keeps resetting the args/);
});

test('starts the bake with the first agreement in Exec and is promotable when it is over', () => {
  const fresh = decide(inExec().moved().shadow('InSync').seen, T0);
  assert.equal(fresh.memory.bake?.sinceMs, T0);
  assert.equal(fresh.promotable.met, false);
  assert.equal(fresh.requeueAfterMs, minutes(60));
  const baked = inExec()
    .moved()
    .shadow('InSync')
    .remembering({ bake: { sinceMs: T0 - minutes(60), template: 'a-template' } });
  assert.equal(decide(baked.seen, T0).promotable.met, true);
});

test('a difference ends the bake, missing evidence only withholds the promotion', () => {
  const baking = inExec()
    .moved()
    .remembering({ bake: { sinceMs: T0 - minutes(90), template: 'a-template' } });
  const different = decide(baking.shadow('OutOfSync').seen, T0);
  assert.equal(different.memory.bake, undefined);
  const unknown = decide(baking.shadow('Inconclusive').seen, T0);
  assert.equal(unknown.memory.bake?.sinceMs, T0 - minutes(90));
  assert.equal(unknown.promotable.met, false);
});

describe('the bake', () => {
  const begun = { sinceMs: T0 - minutes(30), template: 'a-template' };
  const baking = inExec().moved().shadow('InSync').remembering({ bake: begun });
  const replaced = baking.fleet({ movedTemplate: 'another' });
  const cases = {
    'goes on': { given: baking, want: begun },
    'goes on while the fleet is scaled or loses a pod': { given: baking.fleet({ rolledOut: false }), want: begun },
    'goes on when an older operator began it': {
      given: baking.remembering({ bake: { ...begun, template: undefined } }),
      want: begun,
    },
    'ends while a Skipper polls again': {
      given: baking.fleet({ rolledOut: false, pods: { total: 3, direct: 1, routeServer: 2 } }),
      want: undefined,
    },
    'ends when somebody else writes the args': { given: baking.fleet({ wiring: 'Contested' }), want: undefined },
    'ends with a change of flags or template': { given: replaced, want: undefined },
    'begins anew when the tables have agreed since that change': {
      given: replaced.shadow('InSync', T0 - minutes(30), 'another'),
      want: { sinceMs: T0, template: 'another' },
    },
    'does not begin in the middle of a rollout': {
      given: replaced.shadow('InSync', T0, 'another').fleet({ rolledOut: false }),
      want: undefined,
    },
  };
  for (const [name, { given, want }] of Object.entries(cases)) {
    test(name, () => {
      assert.deepEqual(decide(given.seen, T0).memory.bake, want);
    });
  }

  test('is over as well while the fleet is scaled', () => {
    const over = baking.remembering({ bake: { ...begun, sinceMs: T0 - minutes(60) } });
    assert.equal(decide(over.fleet({ rolledOut: false }).seen, T0).promotable.met, true);
  });

  test('is not reached from Pre by an agreement from before a change of flags', () => {
    const { summary, intents } = decide(
      inExec()
        .shadowing()
        .shadow('InSync', T0 - minutes(60), 'another').seen,
      T0,
    );
    assert.deepEqual([summary.reason, intents.skipperWiring], ['ShadowInconclusive', 'Direct']);
  });
});
