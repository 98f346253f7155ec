import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RouteServerConfigStatus } from '../api/index.ts';
import { conditionEvents } from './condition-events.ts';

type Shown = Readonly<Record<string, 'True' | 'False' | 'Unknown'>>;

const status = (shown: Shown): RouteServerConfigStatus => ({
  conditions: Object.entries(shown).map(([type, truth]) => ({
    ...{ type, status: truth, reason: `${type}${truth}`, message: 'm', lastTransitionTime: '2026-01-01T00:00:00Z' },
  })),
});

const cases: Readonly<Record<string, { readonly from: Shown; readonly to: Shown; readonly want: readonly string[] }>> =
  {
    'the first agreement is no news': { from: {}, to: { ShadowInSync: 'True' }, want: [] },
    'agreement after a difference is told': {
      from: { ShadowInSync: 'False' },
      to: { ShadowInSync: 'True' },
      want: ['Normal ShadowInSyncTrue'],
    },
    'a difference is trouble': {
      from: { ShadowInSync: 'True' },
      to: { ShadowInSync: 'False' },
      want: ['Warning ShadowInSyncFalse'],
    },
    'no verdict is no news': { from: { ShadowInSync: 'True' }, to: { ShadowInSync: 'Unknown' }, want: [] },
    'what stays is told once': { from: { ShadowInSync: 'False' }, to: { ShadowInSync: 'False' }, want: [] },
    'a bake that is over is told': {
      from: { Promotable: 'False' },
      to: { Promotable: 'True' },
      want: ['Normal PromotableTrue'],
    },
    'a new object is not promotable, which is no news': { from: {}, to: { Promotable: 'False' }, want: [] },
    'a tier that was promotable and is no more is told': {
      from: { Promotable: 'True' },
      to: { Promotable: 'False' },
      want: ['Normal PromotableFalse'],
    },
    'a fallback is trouble, and its end is told': {
      from: { FallbackActive: 'False' },
      to: { FallbackActive: 'True' },
      want: ['Warning FallbackActiveTrue'],
    },
    'routes that are held back are trouble': {
      from: { RoutesHeldBack: 'False' },
      to: { RoutesHeldBack: 'True' },
      want: ['Warning RoutesHeldBackTrue'],
    },
    'that none are held back any more is told': {
      from: { RoutesHeldBack: 'True' },
      to: { RoutesHeldBack: 'False' },
      want: ['Normal RoutesHeldBackFalse'],
    },
    'that errors are hidden is trouble, and told of a new object too': {
      from: {},
      to: { ErrorsCounted: 'False' },
      want: ['Warning ErrorsCountedFalse'],
    },
    'that they can be counted is no news': { from: {}, to: { ErrorsCounted: 'True' }, want: [] },
    'other conditions are told by the phase': { from: { Ready: 'False' }, to: { Ready: 'True' }, want: [] },
  };
for (const [name, { from, to, want }] of Object.entries(cases)) {
  test(name, () => {
    const events = conditionEvents(status(from), status(to));
    assert.deepEqual(
      events.map(({ type, reason }) => `${type} ${reason}`),
      want,
    );
  });
}
