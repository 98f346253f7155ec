import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  findCondition,
  firstSightVerdicts,
  MAX_CONDITION_MESSAGE_LENGTH,
  setCondition,
  setConditions,
  type ConditionVerdict,
} from './conditions.ts';
import type { Condition } from './types.ts';

const T0 = '2026-01-31T09:00:00Z';
const T1 = '2026-01-31T09:10:00Z';

const ready: Condition = {
  type: 'Ready',
  status: 'False',
  reason: 'Shadowing',
  message: 'in sync since 08:59',
  observedGeneration: 3,
  lastTransitionTime: T0,
};
const stalled: Condition = { ...ready, type: 'Stalled', reason: 'Settled', message: '' };
const same: ConditionVerdict = { type: 'Ready', status: 'False', reason: 'Shadowing', message: 'in sync since 08:59' };

describe('setCondition', () => {
  test('adds a condition that is new, with the time at which it was first seen', () => {
    assert.deepEqual(setCondition(undefined, same, 3, T1), [{ ...ready, lastTransitionTime: T1 }]);
  });

  test('gives back the very same list when nothing is new, so that there is nothing to write', () => {
    const conditions = [stalled, ready];
    assert.equal(setCondition(conditions, same, 3, T1), conditions);
  });

  const changes: Readonly<Record<string, { verdict: ConditionVerdict; generation: number; want: Condition }>> = {
    'moves the time when the status changes': {
      verdict: { ...same, status: 'True', reason: 'InExec' },
      generation: 3,
      want: { ...ready, status: 'True', reason: 'InExec', lastTransitionTime: T1 },
    },
    'keeps the time when only the reason changes': {
      verdict: { ...same, reason: 'ShadowOutOfSync' },
      generation: 3,
      want: { ...ready, reason: 'ShadowOutOfSync' },
    },
    'keeps the time when only the message changes': {
      verdict: { ...same, message: 'in sync since 09:00' },
      generation: 3,
      want: { ...ready, message: 'in sync since 09:00' },
    },
    'keeps the time when it was decided on a newer generation': {
      verdict: same,
      generation: 4,
      want: { ...ready, observedGeneration: 4 },
    },
    'cuts a message to what the API server takes': {
      verdict: { ...same, message: 'x'.repeat(5_000) },
      generation: 3,
      want: { ...ready, message: 'x'.repeat(MAX_CONDITION_MESSAGE_LENGTH) },
    },
  };
  for (const [name, { verdict, generation, want }] of Object.entries(changes)) {
    test(`${name}, and leaves the others in place`, () => {
      assert.deepEqual(setCondition([stalled, ready], verdict, generation, T1), [stalled, want]);
    });
  }

  test('does not touch the list it was given', () => {
    const conditions = Object.freeze([Object.freeze({ ...ready })]);
    setCondition(conditions, { ...same, status: 'True' }, 3, T1);
    assert.deepEqual(conditions, [ready]);
  });
});

test('setConditions sets each in turn and keeps their order', () => {
  const types = setConditions([stalled], firstSightVerdicts, 1, T0).map(({ type, status }) => `${type}=${status}`);
  assert.deepEqual(types, ['Stalled=False', 'Ready=Unknown', 'Reconciling=True']);
});

test('a new object is neither ready nor settled, so that GitOps tools wait for it', () => {
  const conditions = setConditions(undefined, firstSightVerdicts, 1, T0);
  assert.equal(findCondition(conditions, 'Ready')?.status, 'Unknown');
  assert.equal(findCondition(conditions, 'Reconciling')?.status, 'True');
  assert.equal(findCondition(conditions, 'Stalled'), undefined);
});
