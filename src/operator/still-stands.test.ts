import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { RouteServerConfigStatus } from '../api/index.ts';
import { decide, type Observation } from '../rollout/index.ts';
import { aWorld, minutes, T0, type World } from '../rollout/builder.test-support.ts';
import { aConfig } from './builder.test-support.ts';
import { stillStands, type Judged } from './still-stands.ts';

const known = { known: true, converged: 3, lagging: [] };
const unknown = { known: false, converged: 3, lagging: [] };
const counted = { requests: 0, errors: 0 };
const unlooked = (world: World): World => world.with({ shadow: undefined }).fleet({ convergence: unknown });
const bake = { sinceMs: T0 - minutes(600), template: 'a-template' };

const held = unlooked(aWorld().wishing({ mode: 'Exec' }).shadowing());
const stepping = unlooked(aWorld().atStep(50));
const baked = unlooked(
  aWorld()
    .wishing({ mode: 'Exec', bakeMs: minutes(1) })
    .moved()
    .remembering({ bake }),
);

/** What the process before this one said of `seen`. */
function saidOf(seen: Observation): RouteServerConfigStatus {
  const { phase, step } = decide(seen, T0);
  const conditions = (['Ready', 'Reconciling', 'Stalled', 'ShadowInSync', 'Promotable', 'ErrorsCounted'] as const).map(
    (type) => {
      return { type, status: 'True', reason: 'Said', message: '', lastTransitionTime: '2026-01-31T08:00:00Z' } as const;
    },
  );
  return {
    ...{ observedGeneration: 3, phase, conditions, rollout: { percentage: 0, step } },
    shadow: { verdict: 'InSync', since: '2026-01-31T08:00:00Z' },
    skippers: { total: 3, direct: 0, routeServer: seen.fleet?.pods.routeServer ?? 0, converged: 3 },
  };
}

function judged({ seen }: World, change: Partial<Judged> = {}, said: Partial<RouteServerConfigStatus> = {}): Judged {
  const config = aConfig({}, { generation: 3 }, { ...saidOf(seen), ...said });
  return { config, seen, decision: decide(seen, T0), settlement: undefined, failure: undefined, ...change };
}

const inSync = { verdict: 'InSync', sinceMs: T0, pending: {}, checks: 1 } as const;
const summary = ['Ready', 'Reconciling', 'Stalled'];

const cases: Readonly<Record<string, { given: Judged; stays: readonly string[] }>> = {
  'in Pre, why nothing moves and that the tables agree': { given: judged(held), stays: [...summary, 'ShadowInSync'] },
  'in the middle of the steps, the same': { given: judged(stepping), stays: [...summary, 'ShadowInSync'] },
  'after the bake, that the tier is promotable': { given: judged(baked), stays: ['Promotable', 'ShadowInSync'] },
  'while moved Skippers were not asked, what they hold': {
    given: judged(aWorld().atStep(50).fleet({ convergence: unknown }), { settlement: inSync }),
    stays: summary,
  },
  'while errors were not counted, what they hold': {
    given: judged(
      aWorld()
        .atStep(50)
        .fleet({ errors: { known: false, moved: counted, direct: counted } }),
      {
        settlement: inSync,
      },
    ),
    stays: [...summary, 'ErrorsCounted'],
  },
  'nothing once this process has looked': { given: judged(aWorld().atStep(50), { settlement: inSync }), stays: [] },
  'not why nothing moves when something went wrong': {
    given: judged(held, { failure: { reason: 'ApiUnavailable', message: 'no answer', needsPerson: false } }),
    stays: ['ShadowInSync'],
  },
  'not why nothing moves when something else holds': {
    given: judged(stepping.routeServer({ answers: false, probeFailure: 'refused' })),
    stays: ['ShadowInSync'],
  },
  'nothing of another spec': { given: judged(held, {}, { observedGeneration: 2 }), stays: [] },
  'nothing of another phase': { given: judged(held, {}, { phase: 'Starting' }), stays: [] },
  'nothing of another step': { given: judged(stepping, {}, { rollout: { percentage: 10, step: 10 } }), stays: [] },
  'nothing of a process that had not looked either': {
    given: judged(held, {}, { shadow: undefined } as unknown as RouteServerConfigStatus),
    stays: [],
  },
  'no condition that was not there': { given: judged(held, {}, { conditions: [] }), stays: [] },
};

describe('until this process has looked itself, status keeps', () => {
  for (const [name, { given, stays }] of Object.entries(cases)) {
    test(name, () => {
      assert.deepEqual([...stillStands(given).conditions], stays);
    });
  }
});

describe('the number of converged Skippers', () => {
  const isKept = (given: Judged): boolean => stillStands(given).convergence;

  test('stays until they were asked', () => {
    assert.equal(isKept(judged(stepping)), true);
    assert.equal(isKept(judged(stepping.fleet({ convergence: undefined }))), true);
  });

  test('is what they said once they were asked', () => {
    assert.equal(isKept(judged(stepping.fleet({ convergence: known }))), false);
  });

  test('is none when nobody is left to be asked', () => {
    assert.equal(isKept(judged(stepping.fleet({ convergence: undefined }), { settlement: inSync })), false);
  });

  test('does not stay when there are more or fewer of them', () => {
    const skippers = { total: 3, direct: 1, routeServer: 1, converged: 1 };
    assert.equal(isKept(judged(stepping, {}, { skippers })), false);
  });
});
