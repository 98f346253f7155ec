import assert from 'node:assert/strict';
import { test } from 'node:test';
import { statusChange, type StatusChange } from './status.ts';
import type { RouteServerConfigStatus } from './types.ts';

const status: RouteServerConfigStatus = {
  observedGeneration: 2,
  effectiveMode: 'Pre',
  shadow: { verdict: 'InSync', since: '2026-01-31T09:00:00Z', checks: 4 },
  routeServer: { ready: 2, etag: '"7"', routes: 40 },
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
const routeServer = { ready: 2, etag: '"8"', routes: 41 };
const shadow = { verdict: 'InSync', since: '2026-01-31T09:00:00Z', checks: 4 } as const;

const cases: Readonly<Record<string, { after: RouteServerConfigStatus | undefined; change: StatusChange }>> = {
  'the same content in another object is no change': { after: structuredClone(status), change: 'None' },
  'one more comparison alone is no change': { after: { ...status, shadow: { ...shadow, checks: 5 } }, change: 'None' },
  'another verdict is a change': { after: { ...status, shadow: { ...shadow, verdict: 'OutOfSync' } }, change: 'News' },
  'another mode is a change': { after: { ...status, effectiveMode: 'Exec' }, change: 'News' },
  'a field more is a change': { after: { ...status, tier: 'test' }, change: 'News' },
  'a field less is a change': { after: { effectiveMode: 'Pre' }, change: 'News' },
  'a list that grew is a change': {
    after: {
      ...status,
      history: [{ time: '2026-01-31T09:00:00Z', from: 'False', to: 'Pre', reason: 'Shadowing' }],
    },
    change: 'News',
  },
  'a condition that changed is a change': { after: { ...status, conditions: [] }, change: 'News' },
  'another table of the route server changes figures': { after: { ...status, routeServer }, change: 'Figures' },
  'another ETag alone changes a figure': {
    after: { ...status, routeServer: { ...routeServer, routes: 40 } },
    change: 'Figures',
  },
  'another table and one more comparison change figures': {
    after: { ...status, routeServer, shadow: { ...shadow, checks: 5 } },
    change: 'Figures',
  },
  'another table and a replica less is a change': {
    after: { ...status, routeServer: { ...routeServer, ready: 1 } },
    change: 'News',
  },
  'another table and another phase is a change': { after: { ...status, routeServer, phase: 'Moved' }, change: 'News' },
  'a route server that stopped telling its ETag is a change': {
    after: { ...status, routeServer: { ready: 2, routes: 40 } },
    change: 'News',
  },
  'a table of another size where none was counted is a change': {
    after: { ...status, routeServer: { ready: 2, etag: '"7"' } },
    change: 'News',
  },
  'a route server that went is a change': {
    after: { ...status, routeServer: undefined } as unknown as RouteServerConfigStatus,
    change: 'News',
  },
  'a status that went is a change': { after: undefined, change: 'News' },
};
for (const [name, { after, change }] of Object.entries(cases)) {
  test(name, () => {
    assert.equal(statusChange(status, after), change);
  });
}

test('no status and an empty one are the same', () => {
  assert.equal(statusChange(undefined, {}), 'None');
});

test('an object and a list are not the same, even when both are empty', () => {
  const list = { history: [] };
  const object = { history: {} } as unknown as RouteServerConfigStatus;
  assert.equal(statusChange(list, object), 'News');
});
