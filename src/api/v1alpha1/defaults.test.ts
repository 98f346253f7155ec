import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withDefaults } from './defaults.ts';
import type { RouteServerConfigSpec, WrittenSpec } from './types.ts';

const least: WrittenSpec = { skipper: { deploymentRef: { name: 'skipper-ingress' } } };

const complete: RouteServerConfigSpec = {
  mode: 'False',
  rolloutPercentage: 100,
  suspend: false,
  skipper: {
    deploymentRef: { name: 'skipper-ingress' },
    wiring: 'Args',
    clusterDomain: 'cluster.local',
    supportPort: 9911,
  },
  routeServer: { resources: { requests: { cpu: '100m', memory: '256Mi' } } },
  shadow: { interval: '30s', samples: 2, tolerate: [], freshnessBudget: '2m' },
  rollout: {
    steps: [1, 10, 50, 100],
    stepSoak: '10m',
    inSyncFor: '10m',
    bake: '336h',
    approval: 'Automatic',
    uncountedErrors: 'Hold',
  },
  fallback: { enabled: true, after: '60s', maxDirectPollers: 180, evictStuckPods: false },
  tiers: [],
};

test('the least that can be written is completed to the documented defaults', () => {
  assert.deepEqual(withDefaults(least), complete);
});

test('a complete spec stays as it is', () => {
  assert.deepEqual(withDefaults(complete), complete);
});

test('what is written stays, beside the defaults of its neighbours', () => {
  const spec = withDefaults({ ...least, mode: 'Exec', rollout: { stepSoak: '0s' }, fallback: { enabled: false } });
  assert.deepEqual(spec, {
    ...complete,
    mode: 'Exec',
    rollout: { ...complete.rollout, stepSoak: '0s' },
    fallback: { ...complete.fallback, enabled: false },
  });
});

test('an object without a default of its own is completed only when it is written', () => {
  assert.equal(withDefaults(least).clientBalancer, undefined);
  const { clientBalancer } = withDefaults({ ...least, clientBalancer: { enabled: true, percentage: 10 } });
  assert.deepEqual(clientBalancer, { enabled: true, percentage: 10, fallback: true });
});

test('autoscaling is completed and replicas stay unset beside it', () => {
  const { routeServer } = withDefaults({ ...least, routeServer: { autoscaling: { maxReplicas: 4 } } });
  assert.deepEqual(routeServer, {
    autoscaling: { minReplicas: 2, maxReplicas: 4, targetCPUUtilizationPercentage: 80 },
    resources: complete.routeServer.resources,
  });
});

test('null counts as missing where there is a default, as for the API server', () => {
  const written = { ...least, mode: null, shadow: { samples: null } } as unknown as WrittenSpec;
  assert.deepEqual(withDefaults(written), complete);
});

test('the argument stays as it is', () => {
  const written = Object.freeze({ ...least, rollout: Object.freeze({ bake: '1h' }) });
  withDefaults(written);
  assert.deepEqual(written, { ...least, rollout: { bake: '1h' } });
});
