import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withDefaults, type RouteServerConfig, type RouteServerConfigStatus } from '../api/index.ts';
import { nothing } from './builder.test-support.ts';
import { rememberedFrom } from './memory.ts';
import type { Remembered } from './observation.ts';

const at = '2026-01-31T09:00:00Z';
const atMs = Date.UTC(2026, 0, 31, 9, 0, 0);

function remembered(status: RouteServerConfigStatus | undefined): Remembered {
  const config: RouteServerConfig = {
    apiVersion: 'routesrv.dev/v1alpha1',
    kind: 'RouteServerConfig',
    metadata: { name: 'ingress', namespace: 'kube-system', uid: 'uid', resourceVersion: '1', generation: 3 },
    spec: withDefaults({ skipper: { deploymentRef: { name: 'skipper-ingress' } } }),
    ...(status === undefined ? {} : { status }),
  };
  return rememberedFrom(config);
}

const rollout = { percentage: 10, step: 10, since: at, until: at, template: 'a-template' };
const fallback = { failingSince: at, generation: 3, reason: 'RouteServerGone', message: 'it is gone' };
const failure = {
  reason: 'RouteServerGone',
  message: 'it is gone',
  sinceMs: atMs,
  fellBackMs: undefined,
  generation: 3,
} as const;

const cases: Readonly<Record<string, { status: RouteServerConfigStatus | undefined; want: Partial<Remembered> }>> = {
  'nothing of a new object': { status: undefined, want: {} },
  'the mode in effect': { status: { effectiveMode: 'Exec' }, want: { effectiveMode: 'Exec' } },
  'how often it wired in vain': {
    status: { observedGeneration: 3, wiring: { attempts: 2 } },
    want: { rewirings: 2 },
  },
  'no vain wiring of an older spec': { status: { observedGeneration: 2, wiring: { attempts: 2 } }, want: {} },
  'a soak': { status: { rollout }, want: { soak: { step: 10, sinceMs: atMs, template: 'a-template' } } },
  'no soak of a step that is not laid out': { status: { rollout: { percentage: 10, step: 10 } }, want: {} },
  'no soak without the template': {
    status: { rollout: { percentage: 10, step: 10, since: at, until: at } },
    want: {},
  },
  'a bake': {
    status: { bake: { since: at, until: at, template: 'a-template' } },
    want: { bake: { sinceMs: atMs, template: 'a-template' } },
  },
  'a bake that an older operator wrote down': {
    status: { bake: { since: at, until: at } },
    want: { bake: { sinceMs: atMs, template: undefined } },
  },
  'since when data is stale': {
    status: { routeServer: { ready: 2, staleSince: at } },
    want: { staleSinceMs: atMs },
  },
  'since when the route server fails': { status: { fallback }, want: { failure } },
  'when Skippers fell back': {
    status: { fallback: { ...fallback, since: at } },
    want: { failure: { ...failure, fellBackMs: atMs } },
  },
  'a failure by a reason of another version': {
    status: { fallback: { failingSince: at, generation: 3, reason: 'FromTheFuture' } },
    want: { failure: { ...failure, message: '' } },
  },
};
for (const [name, { status, want }] of Object.entries(cases)) {
  test(`status remembers ${name}`, () => {
    assert.deepEqual(remembered(status), { ...nothing, ...want });
  });
}
