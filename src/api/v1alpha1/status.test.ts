import assert from 'node:assert/strict';
import { test } from 'node:test';
import { statusChanged } from './status.ts';
import type { RouteServerConfigStatus } from './types.ts';

const status: RouteServerConfigStatus = {
  observedGeneration: 2,
  effectiveMode: 'Pre',
  shadow: { verdict: 'InSync', since: '2026-01-31T09:00:00Z', checks: 4 },
  conditions: [
    {
      type: 'Ready',
      status: 'False',
      reason: 'Shadowing',
      message: 'm',
      lastTransitionTime: '2026-01-31T09:00:00Z',
    },
  ],
  history: [],
};
const shadow = { verdict: 'InSync', since: '2026-01-31T09:00:00Z', checks: 4 } as const;

const cases: Readonly<Record<string, { after: RouteServerConfigStatus | undefined; changed: boolean }>> = {
  'the same content in another object is no change': { after: structuredClone(status), changed: false },
  'one more comparison alone is no change': { after: { ...status, shadow: { ...shadow, checks: 5 } }, changed: false },
  'another verdict is a change': { after: { ...status, shadow: { ...shadow, verdict: 'OutOfSync' } }, changed: true },
  'another mode is a change': { after: { ...status, effectiveMode: 'Exec' }, changed: true },
  'a field more is a change': { after: { ...status, tier: 'test' }, changed: true },
  'a field less is a change': { after: { effectiveMode: 'Pre' }, changed: true },
  'a list that grew is a change': {
    after: {
      ...status,
      history: [{ time: '2026-01-31T09:00:00Z', from: 'False', to: 'Pre', reason: 'Shadowing' }],
    },
    changed: true,
  },
  'a condition that changed is a change': { after: { ...status, conditions: [] }, changed: true },
  'a status that went is a change': { after: undefined, changed: true },
};
for (const [name, { after, changed }] of Object.entries(cases)) {
  test(name, () => {
    assert.equal(statusChanged(status, after), changed);
  });
}

test('no status and an empty one are the same', () => {
  assert.equal(statusChanged(undefined, {}), false);
});

test('an object and a list are not the same, even when both are empty', () => {
  const list = { history: [] };
  const object = { history: {} } as unknown as RouteServerConfigStatus;
  assert.equal(statusChanged(list, object), true);
});
