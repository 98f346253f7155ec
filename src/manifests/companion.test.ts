import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { aConfig, aSkipper, applyPatch, directArgs, SERVICE_URL, target } from './builder.test-support.ts';
import { companionLabels, type LabelInput } from './companion-labels.ts';
import { planCompanion, stepOfCompanion, type CompanionPlan } from './companion.ts';
import type { SentinelSource } from './names.ts';
import type { Deployment, JsonObject, KubeObject, PodSpec } from './types.ts';
import { wireSkipper } from './wire-skipper.ts';

const services = [{ application: 'skipper-ingress' }];

function planOf(skipper: Deployment, source: SentinelSource): CompanionPlan {
  const plan = planCompanion({ config: aConfig(), skipper, source, services });
  assert.ok(plan);
  return plan;
}

interface Companion {
  readonly spec: JsonObject & {
    readonly template: {
      readonly metadata: { readonly labels: JsonObject; readonly annotations?: JsonObject };
      readonly spec: PodSpec;
    };
  };
}
// What it is made of is what these tests look at; a wrong shape fails them.
const made = (object: KubeObject): Companion => object as unknown as Companion;
const companion = (skipper: Deployment, source: SentinelSource): Companion =>
  made(planOf(skipper, source).withSize({ replicas: 2, step: 10 }));

const readOnly = { args: directArgs, securityContext: { readOnlyRootFilesystem: true } };

describe('a companion', () => {
  test('that is fed has the args of a wired Skipper, and all else of the fleet', () => {
    const { template } = companion(aSkipper({ pod: { hostNetwork: true } }), 'routeServer').spec;
    assert.ok(template.spec.containers[0]?.args?.includes(`-routes-urls=${SERVICE_URL}/routes`));
    assert.equal(template.spec['hostNetwork'], true);
    assert.deepEqual(template.metadata.annotations, { 'prometheus.io/scrape': 'true' });
  });

  test('that is direct has the args of its owner', () => {
    assert.deepEqual(companion(aSkipper(), 'direct').spec.template.spec.containers[0]?.args, directArgs);
  });

  test('is of the size and records the step that it was asked for', () => {
    const object = planOf(aSkipper(), 'routeServer').withSize({ replicas: 7, step: 50 });
    assert.equal(made(object).spec['replicas'], 7);
    assert.equal(stepOfCompanion(object as unknown as Deployment), 50);
  });

  test('whose record somebody damaged has no step', () => {
    const annotations = { 'routesrv.dev/step': 'ten' };
    assert.equal(stepOfCompanion(aSkipper({ annotations })), undefined);
    assert.equal(stepOfCompanion(aSkipper()), undefined);
  });

  test('rolls as the fleet does', () => {
    assert.deepEqual(companion(aSkipper(), 'direct').spec['strategy'], aSkipper().spec.strategy);
  });

  for (const source of ['routeServer', 'direct'] as const) {
    test(`with source ${source} is not restarted because the fleet is wired`, () => {
      const skipper = aSkipper({ container: readOnly });
      const wired = applyPatch(skipper, wireSkipper(skipper, target));
      assert.deepEqual(companion(wired, source), companion(skipper, source));
      assert.equal(planOf(wired, source).templateDigest, planOf(skipper, source).templateDigest);
    });
  }

  test('is another one when its owner changes the template', () => {
    const changed = aSkipper({ container: { args: [...directArgs, '-access-log-disabled'] } });
    assert.notEqual(planOf(changed, 'routeServer').templateDigest, planOf(aSkipper(), 'routeServer').templateDigest);
  });

  test('is not made for a Deployment without Skipper', () => {
    const skipper = aSkipper({ container: { args: [] }, pod: { containers: [{ name: 'other' }] } });
    const config = aConfig();
    const named = { ...config, spec: { ...config.spec, skipper: { ...config.spec.skipper, containerName: 'router' } } };
    assert.equal(planCompanion({ config: named, skipper, source: 'direct', services }), undefined);
  });
});

const app = { application: 'skipper', team: 'edge' };
const labelCases: Readonly<Record<string, { given: Partial<LabelInput>; labels: object; apart: boolean }>> = {
  'another value for a label of the selector that no Service needs': {
    given: { selector: { deployment: 'skipper' }, pod: { ...app, deployment: 'skipper' } },
    labels: { ...app, deployment: 'canary' },
    apart: true,
  },
  'all of them when each is needed by a Service': { given: { selector: app, pod: app }, labels: app, apart: false },
  'the free one of several': {
    given: { selector: { ...app, v: '1' }, pod: { ...app, v: '1' } },
    labels: { ...app, v: 'canary' },
    apart: true,
  },
  'all of them without a label to match by': { given: { selector: {}, pod: app }, labels: app, apart: false },
  'a value that wins no Service of somebody else’s': {
    given: {
      selector: { deployment: 'skipper' },
      pod: { ...app, deployment: 'skipper' },
      services: [app, { deployment: 'canary' }],
    },
    labels: { ...app, deployment: 'skipper' },
    apart: false,
  },
};

describe('labels of a companion keep', () => {
  for (const [name, { given, labels, apart }] of Object.entries(labelCases)) {
    test(name, () => {
      const input: LabelInput = { pod: app, selector: app, services: [app, {}], name: 'canary', ...given };
      const own = { 'routesrv.dev/companion': 'canary' };
      assert.deepEqual(companionLabels(input), { labels: { ...labels, ...own }, apart });
    });
  }
});
