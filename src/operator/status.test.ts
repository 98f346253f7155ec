import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  findCondition,
  resolveTier,
  statusChange,
  type ConditionType,
  type HistoryEntry,
  type RouteServerConfigStatus,
  type WrittenSpec,
} from '../api/index.ts';
import { decide } from '../rollout/index.ts';
import { aWorld, minutes, T0, type World } from '../rollout/builder.test-support.ts';
import type { Settlement } from '../shadow/index.ts';
import { aConfig } from './builder.test-support.ts';
import type { Failure } from './failure.ts';
import { firstStatus, statusOf, type PassResult } from './status.ts';

interface Given {
  readonly world?: World;
  readonly spec?: Partial<WrittenSpec>;
  readonly tier?: string;
  readonly settlement?: Settlement;
  readonly failure?: Failure;
  readonly before?: RouteServerConfigStatus;
}

function passOf({ world = aWorld(), spec, tier, settlement, failure, before }: Given): PassResult {
  const config = aConfig(spec, { generation: 3 }, before);
  return {
    config,
    tier,
    resolution: resolveTier(config.spec, tier),
    seen: world.seen,
    decision: decide(world.seen, T0),
    settlement,
    routeServerImage: 'routesrv:1',
    failure,
  };
}
const statusGiven = (given: Given, now = T0): RouteServerConfigStatus => statusOf(passOf(given), now);

const inSync: Settlement = {
  verdict: 'InSync',
  sinceMs: T0 - minutes(5),
  pending: {},
  checks: 7,
  comparison: {
    counts: { added: 0, removed: 0, changed: 0, rejected: 0, tolerated: 0 },
    samples: [],
    tolerated: [],
    digests: { direct: 'd', routeServer: 'd' },
    routes: { direct: 3, routeServer: 3 },
    differences: [],
  },
};
const inconclusive: Settlement = {
  verdict: 'Inconclusive',
  sinceMs: T0,
  pending: {},
  checks: 1,
  inconclusive: { reason: 'Unreachable', message: 'Skipper a did not answer' },
};
const outOfSync: Settlement = { ...inSync, verdict: 'OutOfSync' };
const shadowing = (): World => aWorld().wishing({ mode: 'Pre' }).shadowing();
const moved = (): World => aWorld().wishing({ mode: 'Exec' }).moved();
const needsPerson: Failure = { reason: 'ObjectClaimed', message: 'Service a is not ours', needsPerson: true };
const goesAway: Failure = { reason: 'ApiUnavailable', message: 'no answer', needsPerson: false };

const enabled = { enabled: true, afterMs: minutes(1), maxDirectPollers: 2, acknowledgedMs: undefined };
const tiered = { tiers: [{ name: 'test' }] };
const noFleet = {
  fleet: undefined,
  fleetProblem: { reason: 'SkipperNotFound', message: 'waiting', needsPerson: false },
} as const;

const conditions: Readonly<Record<string, { given: Given; type: ConditionType; want: string }>> = {
  'Ready is True in mode False': { given: {}, type: 'Ready', want: 'True ModeFalse' },
  'Ready is False on the way': {
    given: { world: aWorld().wishing({ mode: 'Pre' }) },
    type: 'Ready',
    want: 'False RouteServerNotReady',
  },
  'Ready is Unknown while suspended': {
    given: { world: aWorld().wishing({ suspended: true }) },
    type: 'Ready',
    want: 'Unknown Suspended',
  },
  'Ready is False when the API server fails us': {
    given: { failure: goesAway },
    type: 'Ready',
    want: 'False ApiUnavailable',
  },
  'Reconciling is True on the way': {
    given: { world: aWorld().wishing({ mode: 'Pre' }) },
    type: 'Reconciling',
    want: 'True RouteServerNotReady',
  },
  'Reconciling is False where nothing moves': { given: {}, type: 'Reconciling', want: 'False ModeFalse' },
  'Reconciling is True while a failure may go away by itself': {
    given: { failure: goesAway },
    type: 'Reconciling',
    want: 'True ApiUnavailable',
  },
  'Reconciling is False when only a person can help': {
    given: { failure: needsPerson },
    type: 'Reconciling',
    want: 'False ObjectClaimed',
  },
  'Stalled is True when only a person can help': {
    given: { failure: needsPerson },
    type: 'Stalled',
    want: 'True ObjectClaimed',
  },
  'Stalled is True when a gate fails': {
    given: {
      world: aWorld()
        .wishing({ mode: 'Exec' })
        .shadowing()
        .fleet({ unsupportedFlags: [{ flag: 'kubernetes-enable-tls', reason: 'not read by a route server' }] }),
    },
    type: 'Stalled',
    want: 'True FlagsUnsupported',
  },
  'Stalled is False while a failure may go away by itself': {
    given: { failure: goesAway },
    type: 'Stalled',
    want: 'False ApiUnavailable',
  },
  'ShadowInSync is Unknown in mode False': {
    given: { settlement: inSync },
    type: 'ShadowInSync',
    want: 'Unknown NotShadowing',
  },
  'ShadowInSync is Unknown before the first comparison': {
    given: { world: shadowing() },
    type: 'ShadowInSync',
    want: 'Unknown ShadowInconclusive',
  },
  'ShadowInSync is True in agreement': {
    given: { world: shadowing(), settlement: inSync },
    type: 'ShadowInSync',
    want: 'True ShadowInSync',
  },
  'ShadowInSync is False for a difference that counts': {
    given: { world: shadowing(), settlement: outOfSync },
    type: 'ShadowInSync',
    want: 'False ShadowOutOfSync',
  },
  'ShadowInSync is Unknown without evidence': {
    given: { world: shadowing(), settlement: inconclusive },
    type: 'ShadowInSync',
    want: 'Unknown ShadowInconclusive',
  },
  'Promotable is False outside of Exec': { given: { world: shadowing() }, type: 'Promotable', want: 'False NotInExec' },
  'Promotable is False while it bakes': {
    given: {
      world: moved()
        .shadow('InSync')
        .remembering({ effectiveMode: 'Exec', bake: { sinceMs: T0 - minutes(59), template: 'a-template' } }),
    },
    type: 'Promotable',
    want: 'False BakeNotOver',
  },
  'Promotable is True when the bake is over': {
    given: {
      world: moved()
        .shadow('InSync')
        .remembering({ effectiveMode: 'Exec', bake: { sinceMs: T0 - minutes(60), template: 'a-template' } }),
    },
    type: 'Promotable',
    want: 'True BakeOver',
  },
  'FallbackActive is False when there is none to be': {
    given: {},
    type: 'FallbackActive',
    want: 'False FallbackDisabled',
  },
  'FallbackActive is False when the route server serves': {
    given: { world: moved().wishing({ fallback: enabled }) },
    type: 'FallbackActive',
    want: 'False FallbackNotNeeded',
  },
  'FallbackActive is False while the failure is young': {
    given: { world: moved().wishing({ fallback: enabled }).shadow('OutOfSync') },
    type: 'FallbackActive',
    want: 'False FallbackPending',
  },
  'FallbackActive is True as soon as Skippers are to go back': {
    given: {
      world: moved().wishing({ fallback: enabled }).failing({ fellBackMs: T0, generation: 1 }),
    },
    type: 'FallbackActive',
    want: 'True FallbackBudgetExceeded',
  },
  'RoutesHeldBack is False while the route server serves what the cluster has': {
    given: { world: shadowing() },
    type: 'RoutesHeldBack',
    want: 'False NoRoutesHeldBack',
  },
  'RoutesHeldBack is False without a route server': {
    given: {},
    type: 'RoutesHeldBack',
    want: 'False NoRoutesHeldBack',
  },
  'RoutesHeldBack is True while the route server serves what vanished at once': {
    given: { world: shadowing().routeServer({ heldBackRoutes: 4_000 }) },
    type: 'RoutesHeldBack',
    want: 'True RoutesVanished',
  },
  'RoutesHeldBack is Unknown while the route server does not answer': {
    given: { world: shadowing().routeServer({ answers: false }) },
    type: 'RoutesHeldBack',
    want: 'Unknown RouteServerNotReady',
  },
  'TierKnown is False when nobody told it': { given: {}, type: 'TierKnown', want: 'False TierUnknown' },
  'TierKnown is True for a tier with an entry': {
    given: { spec: tiered, tier: 'test' },
    type: 'TierKnown',
    want: 'True TierFound',
  },
  'TierKnown is True for a tier without an entry': {
    given: { spec: tiered, tier: 'production' },
    type: 'TierKnown',
    want: 'True TierWithoutEntry',
  },
  'RolloutSafe is True without warnings': { given: {}, type: 'RolloutSafe', want: 'True Settled' },
  'RolloutSafe is False with a warning': {
    given: { world: aWorld().fleet({ rolloutWarnings: ['spec.strategy.type is not RollingUpdate'] }) },
    type: 'RolloutSafe',
    want: 'False RolloutUnsafe',
  },
  'RolloutSafe is Unknown without a fleet': {
    given: { world: aWorld().with(noFleet) },
    type: 'RolloutSafe',
    want: 'Unknown SkipperNotFound',
  },
  'ErrorsCounted is True when all of them can be': { given: {}, type: 'ErrorsCounted', want: 'True ErrorsCounted' },
  'ErrorsCounted is False when some are hidden': {
    given: { world: aWorld().fleet({ uncountedErrors: ['-a hides b'] }) },
    type: 'ErrorsCounted',
    want: 'False ErrorsNotCounted',
  },
  'ErrorsCounted is Unknown without a fleet': {
    given: { world: aWorld().with(noFleet) },
    type: 'ErrorsCounted',
    want: 'Unknown SkipperNotFound',
  },
  'SpecFullySupported is True when all is acted on': {
    given: {},
    type: 'SpecFullySupported',
    want: 'True AllFieldsActedOn',
  },
  'SpecFullySupported is False when a field is ignored': {
    given: { world: aWorld().wishing({ fieldsNotActedOn: ['spec.fallback.enabled'] }) },
    type: 'SpecFullySupported',
    want: 'False FieldsNotActedOn',
  },
};

describe('of the conditions', () => {
  for (const [name, { given, type, want }] of Object.entries(conditions)) {
    test(name, () => {
      const condition = findCondition(statusGiven(given).conditions, type);
      assert.equal(`${condition?.status} ${condition?.reason}`, want);
      assert.equal(condition?.observedGeneration, 3);
    });
  }

  test('each names what a person has to know', () => {
    const world = aWorld()
      .fleet({ rolloutWarnings: ['a is unsafe'], flagWarnings: ['b moves'], uncountedErrors: ['-a hides b'] })
      .routeServer({ present: true, answers: true, routes: 5_000, heldBackRoutes: 4_000 });
    const { conditions: all } = statusGiven({
      world: world.wishing({ fieldsNotActedOn: ['spec.x', 'spec.y'] }),
      tier: 'a',
    });
    const messageOf = (type: ConditionType): string => findCondition(all, type)?.message ?? '';
    assert.equal(messageOf('RolloutSafe'), 'a is unsafe; b moves');
    assert.match(messageOf('RoutesHeldBack'), / 4000 of 5000 routes .* curl -X DELETE http:\/\/POD:9911\/held-back /);
    assert.match(messageOf('ErrorsCounted'), /judged by all of its errors: -a hides b; it waits until /);
    assert.match(messageOf('ErrorsCounted'), /, or until spec\.rollout\.uncountedErrors is Ignore$/);
    assert.equal(messageOf('SpecFullySupported'), 'this version does not act on spec.x, spec.y');
    assert.equal(messageOf('TierKnown'), 'spec.tiers has no entry for tier a: the top-level fields apply');
  });
});

type Want = { readonly [Field in keyof RouteServerConfigStatus]?: RouteServerConfigStatus[Field] | undefined };

const fields: Readonly<Record<string, { given: Given; want: Want }>> = {
  'tells in mode False what it came to': {
    given: {},
    want: {
      observedGeneration: 3,
      resolved: { mode: 'False', rolloutPercentage: 100, source: 'TopLevel' },
      effectiveMode: 'False',
      phase: 'Off',
      rollout: { percentage: 0, desired: 100 },
      skippers: { total: 3, direct: 3, routeServer: 0 },
      routeServer: undefined,
      shadow: undefined,
      tier: undefined,
    },
  },
  'names the tier, and what its entry came to': {
    given: { spec: { tiers: [{ name: 'test', mode: 'Pre', rolloutPercentage: 0 }] }, tier: 'test' },
    want: { tier: 'test', resolved: { mode: 'Pre', rolloutPercentage: 0, source: 'Tier' } },
  },
  'describes the route server as far as it answers': {
    given: { world: shadowing().routeServer({ etag: '"abc"', routes: 12 }) },
    want: { routeServer: { ready: 2, etag: '"abc"', routes: 12, image: 'routesrv:1' } },
  },
  'since when the data of the route server is older than it may be': {
    given: { world: shadowing().routeServer({ ageMs: minutes(5) }) },
    want: { routeServer: { ready: 2, staleSince: '2026-01-31T08:55:00Z', image: 'routesrv:1' } },
  },
  'rounds the share of moved Skippers down': {
    given: { world: moved().fleet({ rolledOut: false, pods: { total: 3, direct: 1, routeServer: 2 } }) },
    want: { rollout: { percentage: 66, desired: 100, step: 100 }, skippers: { total: 3, direct: 1, routeServer: 2 } },
  },
  'has no fleet to count while there is none': {
    given: { world: aWorld().with(noFleet) },
    want: { rollout: { percentage: 0, desired: 100 }, skippers: undefined },
  },
  'has a fleet of no pods at 0 percent': {
    given: { world: aWorld().fleet({ pods: { total: 0, direct: 0, routeServer: 0 } }) },
    want: { rollout: { percentage: 0, desired: 100 } },
  },
  'describes the comparison': {
    given: { world: shadowing(), settlement: inSync },
    want: {
      shadow: {
        verdict: 'InSync',
        since: '2026-01-31T08:55:00Z',
        checks: 7,
        counts: { added: 0, removed: 0, changed: 0, rejected: 0, tolerated: 0 },
        samples: [],
        digests: { direct: 'd', routeServer: 'd' },
      },
    },
  },
  'keeps the comparison of the process before until its own first one': {
    given: { world: shadowing(), before: { shadow: { verdict: 'InSync', since: '2026-01-31T08:00:00Z', checks: 9 } } },
    want: { shadow: { verdict: 'InSync', since: '2026-01-31T08:00:00Z', checks: 9 } },
  },
  'forgets the comparison in mode False': {
    given: { settlement: inSync, before: { shadow: { verdict: 'InSync', since: '2026-01-31T08:00:00Z' } } },
    want: { shadow: undefined },
  },
  'tells since when and until when it bakes': {
    given: {
      world: moved()
        .remembering({ effectiveMode: 'Exec', bake: { sinceMs: T0 - minutes(1), template: 'a-template' } })
        .shadow('InSync'),
    },
    want: { bake: { since: '2026-01-31T08:59:00Z', until: '2026-01-31T09:59:00Z', template: 'a-template' } },
  },
  'counts how often it wrote the args again, and who resets them': {
    given: {
      world: moved()
        .fleet({ wiring: 'Contested', argsManagers: ['argocd', 'kubectl'] })
        .remembering({ effectiveMode: 'Exec', rewirings: 1 }),
    },
    want: { wiring: { attempts: 2, contestedBy: 'argocd, kubectl' } },
  },
};

describe('the status', () => {
  for (const [name, { given, want }] of Object.entries(fields)) {
    test(name, () => {
      const status = statusGiven(given);
      const stated = Object.keys(want).map((field) => [field, status[field as keyof RouteServerConfigStatus]]);
      assert.deepEqual(Object.fromEntries(stated), want);
    });
  }

  test('is not worth a write when nothing changed but the time', () => {
    const given: Given = { world: shadowing(), settlement: inSync };
    const before = statusGiven(given);
    const later = statusGiven({ ...given, before, settlement: { ...inSync, checks: 8 } }, T0 + minutes(60));
    assert.equal(statusChange(before, later), 'None');
  });

  test('is worth a write when the verdict changed', () => {
    const before = statusGiven({ world: shadowing(), settlement: inSync });
    assert.equal(statusChange(before, statusGiven({ world: shadowing(), settlement: outOfSync, before })), 'News');
  });
});

const transition = (to: string): HistoryEntry => ({ time: '2026-01-01T00:00:00Z', from: 'x', to, reason: 'r' });

describe('the history', () => {
  test('has no entry before anything has moved', () => {
    assert.deepEqual(statusGiven({}).history, []);
  });

  test('tells each new phase with its reason', () => {
    const { history } = statusGiven({ world: shadowing(), before: { phase: 'Starting' } });
    assert.deepEqual(history, [
      {
        time: '2026-01-31T09:00:00Z',
        from: 'Starting',
        to: 'Shadowing',
        reason: 'Shadowing',
        message: 'the route server runs in the shadow of Skipper',
      },
    ]);
  });

  test('stays the same while the phase does', () => {
    const history = [transition('Shadowing')];
    assert.equal(statusGiven({ world: shadowing(), before: { phase: 'Shadowing', history } }).history, history);
  });

  test('keeps its newest 20 entries', () => {
    const history = Array.from({ length: 20 }, (_, at) => transition(`phase ${at}`));
    const after = statusGiven({ world: shadowing(), before: { phase: 'Starting', history } }).history ?? [];
    assert.deepEqual(
      after.map(({ to }) => to),
      [...history.slice(1).map(({ to }) => to), 'Shadowing'],
    );
  });
});

describe('on first sight', () => {
  test('an object is neither ready nor forgotten', () => {
    const { conditions: all, ...rest } = firstStatus(aConfig(), T0);
    assert.deepEqual(
      all?.map(({ type, status, reason, lastTransitionTime }) => [type, status, reason, lastTransitionTime]),
      [
        ['Ready', 'Unknown', 'NotObserved', '2026-01-31T09:00:00Z'],
        ['Reconciling', 'True', 'NotObserved', '2026-01-31T09:00:00Z'],
      ],
    );
    assert.deepEqual(rest, {});
  });
});
