import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { healingEvent, planHealing, type Healing, type HealingCircumstances, type HealingPolicy } from './healing.ts';
import type { Laggard } from './lagging.ts';

const T0 = Date.UTC(2026, 0, 31, 9);
const minutes = (count: number): number => count * 60_000;
const laggard = (pod: string, change: Partial<Laggard> = {}): Laggard => ({
  pod,
  sinceMs: T0 - minutes(10),
  why: 'knows of 10 routes, unlike the others',
  isSilent: false,
  ...change,
});

const seen: HealingCircumstances = {
  nowMs: T0,
  budgetMs: minutes(2),
  laggards: [laggard('b')],
  moved: 10,
  routeServerAnswers: true,
  isFleetSettled: true,
  resentAtMs: new Map(),
  lastEvictionMs: T0 - minutes(60),
};
const resentAgo = (count: number, ...pods: readonly string[]) => ({
  resentAtMs: new Map(pods.map((pod) => [pod, T0 - minutes(count)])),
});
const nothing: Healing = { resendTo: [], evict: undefined };
const evictions: HealingPolicy = { mayEvict: true, isSuspended: false };

interface HealingCase {
  readonly given?: Partial<HealingCircumstances>;
  readonly policy?: Partial<HealingPolicy>;
  readonly want: Healing;
}
const cases: Readonly<Record<string, HealingCase>> = {
  'the table is sent once more first': { want: { resendTo: ['b'], evict: undefined } },
  'what was tried gets the time of the budget': { given: resentAgo(1, 'b'), want: nothing },
  'then the pod is evicted': { given: resentAgo(2, 'b'), want: { resendTo: [], evict: 'b' } },
  'without leave to evict the table is sent again': {
    given: resentAgo(2, 'b'),
    policy: { mayEvict: false },
    want: { resendTo: ['b'], evict: undefined },
  },
  'a second eviction waits for the budget': {
    given: { ...resentAgo(2, 'b'), lastEvictionMs: T0 - minutes(1) },
    want: { resendTo: ['b'], evict: undefined },
  },
  'of several, the one that lags longest is evicted, and only that one': {
    given: { laggards: [laggard('b'), laggard('c')], ...resentAgo(3, 'b', 'c') },
    want: { resendTo: ['c'], evict: 'b' },
  },
  'a rollout restarts them anyway': {
    given: { ...resentAgo(2, 'b'), isFleetSettled: false },
    want: { resendTo: ['b'], evict: undefined },
  },
  'a route server that does not answer is at fault itself': {
    given: { ...resentAgo(2, 'b'), routeServerAnswers: false },
    want: nothing,
  },
  'more than a quarter at once is not the fault of the pods': {
    given: { laggards: ['b', 'c', 'd'].map((pod) => laggard(pod)), ...resentAgo(2, 'b', 'c', 'd') },
    want: nothing,
  },
  'one of a few may be at fault itself': { given: { moved: 2 }, want: { resendTo: ['b'], evict: undefined } },
  'a silent one is left alone': { given: { laggards: [laggard('b', { isSilent: true })] }, want: nothing },
  'a silent one that was sent its table before it fell silent is not evicted': {
    given: { laggards: [laggard('b', { isSilent: true })], ...resentAgo(5, 'b') },
    want: nothing,
  },
  'nothing is done while the config is suspended': {
    given: resentAgo(2, 'b'),
    policy: { isSuspended: true },
    want: nothing,
  },
  'nothing is done when all are converged': { given: { laggards: [] }, want: nothing },
};

describe('healing', () => {
  for (const [name, { given, policy, want }] of Object.entries(cases)) {
    test(name, () => {
      assert.deepEqual(planHealing({ ...seen, ...given }, { ...evictions, ...policy }), want);
    });
  }
});

test('a person is told who was healed, why and how', () => {
  assert.deepEqual(healingEvent('Evict', laggard('skipper-b')), {
    type: 'Warning',
    reason: 'SkippersNotConverged',
    action: 'Evict',
    note: 'Skipper skipper-b knows of 10 routes, unlike the others; it is evicted',
  });
});
