import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { aSkipper, applyPatch } from './builder.test-support.ts';
import { checkSkipperRollout } from './rollout-safety.ts';
import type { Deployment } from './types.ts';

const strategy = (rollingUpdate: Record<string, string | number>): Deployment =>
  aSkipper({ strategy: { type: 'RollingUpdate', rollingUpdate } });
const withWait = (wait: string, graceSeconds: number): Deployment =>
  aSkipper({
    container: { args: ['-kubernetes', `-wait-for-healthcheck-interval=${wait}`] },
    pod: { terminationGracePeriodSeconds: graceSeconds },
  });

const maxUnavailable = 'spec.strategy.rollingUpdate.maxUnavailable';
const grace = 'spec.template.spec.terminationGracePeriodSeconds';

const cases: Record<string, { readonly deployment: Deployment; readonly fields: readonly string[] }> = {
  'a fleet that loses nothing': { deployment: aSkipper(), fields: [] },
  'no share of the fleet that may be away': { deployment: strategy({ maxUnavailable: '0%' }), fields: [] },
  'one Skipper that may be away': { deployment: strategy({ maxUnavailable: 1 }), fields: [maxUnavailable] },
  "Kubernetes' own quarter that may be away": { deployment: strategy({}), fields: [maxUnavailable] },
  'all Skippers away at once': {
    deployment: aSkipper({ strategy: { type: 'Recreate' } }),
    fields: ['spec.strategy.type'],
  },
  'a wait that ends in time': { deployment: withWait('5s', 20), fields: [] },
  'a wait as long as the grace period': { deployment: withWait('20s', 20), fields: [grace] },
  'a wait in a variable': { deployment: withWait('$(WAIT)', 20), fields: [] },
  "Skipper's own wait of 45 s": {
    deployment: aSkipper({ container: { args: ['-kubernetes'] }, pod: { terminationGracePeriodSeconds: 45 } }),
    fields: [grace],
  },
  'a missing readiness probe': {
    deployment: applyPatch(aSkipper(), [{ op: 'remove', path: '/spec/template/spec/containers/0/readinessProbe' }]),
    fields: ['spec.template.spec.containers[0].readinessProbe'],
  },
};

suite("what is said about Skipper's own rollout, with", () => {
  for (const [name, { deployment, fields }] of Object.entries(cases)) {
    test(name, () => {
      assert.deepEqual(
        checkSkipperRollout(deployment).map(({ field }) => field),
        fields,
      );
    });
  }
});
