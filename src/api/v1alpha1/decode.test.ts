import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { decodeRouteServerConfig } from './decode.ts';
import { withDefaults } from './defaults.ts';

const metadata = { name: 'ingress', namespace: 'kube-system', uid: 'u1', resourceVersion: '7', generation: 2 };
const spec = { mode: 'Exec', skipper: { deploymentRef: { name: 'skipper-ingress' } } } as const;
const object = { apiVersion: 'routesrv.dev/v1alpha1', kind: 'RouteServerConfig', metadata, spec };

describe('decodeRouteServerConfig', () => {
  test('completes the spec of an object that a server with an older CRD holds', () => {
    assert.deepEqual(decodeRouteServerConfig(object), { ok: true, config: { ...object, spec: withDefaults(spec) } });
  });

  test('keeps the status', () => {
    const result = decodeRouteServerConfig({ ...object, status: { effectiveMode: 'Pre' } });
    assert.deepEqual(result.ok && result.config.status, { effectiveMode: 'Pre' });
  });

  test('accepts a field that a newer CRD may have', () => {
    assert.equal(decodeRouteServerConfig({ ...object, spec: { ...spec, invented: [1] } }).ok, true);
  });

  test('takes null for unset, as the API server does', () => {
    assert.equal(decodeRouteServerConfig({ ...object, spec: { ...spec, clientBalancer: null } }).ok, true);
  });

  const problems: Readonly<Record<string, { raw: unknown; want: readonly string[] }>> = {
    'says that it is no object at all': { raw: 'text', want: ['RouteServerConfig must be an object, not "text"'] },
    'takes a list for no object': { raw: [], want: ['RouteServerConfig must be an object, not a list'] },
    'names what is missing': {
      raw: { apiVersion: 'routesrv.dev/v1alpha1', kind: 'RouteServerConfig', metadata },
      want: ['RouteServerConfig.spec is missing'],
    },
    'names what is missing inside': {
      raw: { ...object, spec: { skipper: { deploymentRef: {} } } },
      want: ['RouteServerConfig.spec.skipper.deploymentRef.name is missing'],
    },
    'says to quote an unquoted False': {
      raw: { ...object, spec: { ...spec, mode: false } },
      want: [
        'RouteServerConfig.spec.mode must be one of "False", "Pre", "Exec", not the boolean false: write "False" with quotes',
      ],
    },
    'says to quote it in a tier too': {
      raw: { ...object, spec: { ...spec, tiers: [{ name: 'test', mode: false }] } },
      want: [
        'RouteServerConfig.spec.tiers[0].mode must be one of "False", "Pre", "Exec", not the boolean false: write "False" with quotes',
      ],
    },
    'names every misfit by its path': {
      raw: { ...object, spec: { ...spec, suspend: 'yes', rolloutPercentage: 1.5, tiers: {}, rollout: { bake: 3 } } },
      want: [
        'RouteServerConfig.spec.suspend must be true or false, not "yes"',
        'RouteServerConfig.spec.rolloutPercentage must be a whole number, not 1.5',
        'RouteServerConfig.spec.tiers must be a list, not an object',
        'RouteServerConfig.spec.rollout.bake must be a string, not 3',
      ],
    },
    'looks into maps and quantities': {
      raw: { ...object, spec: { ...spec, routeServer: { podLabels: { a: 1 }, resources: { limits: { cpu: [] } } } } },
      want: [
        'RouteServerConfig.spec.routeServer.podLabels.a must be a string, not 1',
        'RouteServerConfig.spec.routeServer.resources.limits.cpu must be a number or a string, not a list',
      ],
    },
    'names another kind': {
      raw: { ...object, kind: 'Deployment' },
      want: ['RouteServerConfig.kind must be one of "RouteServerConfig", not "Deployment"'],
    },
  };
  for (const [name, { raw, want }] of Object.entries(problems)) {
    test(name, () => {
      assert.deepEqual(decodeRouteServerConfig(raw), { ok: false, problems: want });
    });
  }
});
