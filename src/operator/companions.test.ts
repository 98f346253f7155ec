import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { KubeObject } from '../kube/index.ts';
import { companionName, COMPANION_LABEL } from '../manifests/index.ts';
import type { CompanionSeen } from '../rollout/index.ts';
import { APPLIED_DIGEST_ANNOTATION, manifestDigest } from './applier.ts';
import { aConfig, aDeployment, aPod, directArgs, fedArgs, namespace, target } from './builder.test-support.ts';
import { companionPlans, companionsSeen, isCompanionPod, type CompanionPlans } from './companions.ts';
import { decodeDeployment, decodePod, type SeenDeployment, type SeenPod } from './decode.ts';

const config = aConfig();
const skipper = decodeDeployment(aDeployment());
const world = { serviceSelectors: () => [{ application: 'skipper-ingress' }] };
const fedName = companionName(config.metadata, 'routeServer');

function plansOf(of: SeenDeployment = skipper): CompanionPlans {
  return companionPlans(world, config, of) ?? assert.fail('no plans');
}

/** A companion as the API server has it when it was applied from `plan` and has come up, changed field by field. */
function aCompanion(change: { digest?: string; step?: string; ready?: number } = {}, replicas = 2): SeenDeployment {
  const manifest = plansOf().fedCompanion.withSize({ replicas, step: 40 });
  const applied: KubeObject = manifest;
  const { digest = manifestDigest(manifest), ready = replicas } = change;
  const own = applied.metadata.annotations ?? {};
  const stepped =
    change.step === undefined ? own : Object.fromEntries(Object.keys(own).map((key) => [key, change.step]));
  const annotations = { ...stepped, [APPLIED_DIGEST_ANNOTATION]: digest };
  const metadata = { ...applied.metadata, annotations, uid: 'u', resourceVersion: '1', generation: 1 };
  const counts = { replicas, updatedReplicas: replicas, readyReplicas: ready, availableReplicas: ready };
  return decodeDeployment({ ...applied, metadata, status: { observedGeneration: 1, ...counts } });
}

const podOf = (name: string, args: readonly string[], status?: object): SeenPod =>
  decodePod(aPod(name, { args, labels: { [COMPANION_LABEL]: fedName }, ...(status === undefined ? {} : { status }) }));

function fedSeen(deployment: SeenDeployment | undefined, running: readonly SeenPod[] = [], plans?: CompanionPlans) {
  const found = new Map(deployment === undefined ? [] : [[`${namespace}/${fedName}`, deployment] as const]);
  return companionsSeen({ deployments: () => found }, { config, target, plans: plans ?? plansOf(), running }).fed;
}

const cases: Readonly<Record<string, { deployment: SeenDeployment; want: Partial<CompanionSeen> }>> = {
  'that has come up as it was applied is rolled out': {
    deployment: aCompanion(),
    want: { replicas: 2, ready: 2, rolledOut: true, step: 40 },
  },
  'with a pod that is not ready is not': {
    deployment: aCompanion({ ready: 1 }),
    want: { replicas: 2, ready: 1, rolledOut: false },
  },
  'that was applied from something else is not': {
    deployment: aCompanion({ digest: 'older' }),
    want: { rolledOut: false },
  },
  'whose step nobody can read is not': {
    deployment: aCompanion({ step: 'many' }),
    want: { rolledOut: false, step: undefined },
  },
  'of no pods records its step all the same': {
    deployment: aCompanion({}, 0),
    want: { replicas: 0, ready: 0, rolledOut: true, step: 40 },
  },
};

describe('a companion', () => {
  for (const [name, { deployment, want }] of Object.entries(cases)) {
    test(name, () => {
      const seen = fedSeen(deployment);
      const stated = Object.fromEntries(
        Object.keys(want).map((field) => [field, seen?.[field as keyof CompanionSeen]]),
      );
      assert.deepEqual(stated, want);
    });
  }

  test('that is not there is not seen, nor is one of the other kind', () => {
    assert.equal(fedSeen(undefined), undefined);
  });

  test('is not up to date once the fleet has another template', () => {
    const other = decodeDeployment(aDeployment({ args: [...directArgs, '-enable-swarm'] }));
    assert.equal(fedSeen(aCompanion(), [], plansOf(other))?.rolledOut, false);
  });

  test('has the pods with its label, by what they run with, and says why one does not come up', () => {
    const condition = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '0/3 nodes' };
    const waiting = { name: 'skipper', ready: false, state: { waiting: { reason: 'ErrImagePull', message: 'none' } } };
    const seen = fedSeen(aCompanion(), [
      podOf('a', fedArgs),
      podOf('b', directArgs, { conditions: [condition] }),
      podOf('c', fedArgs, { containerStatuses: [waiting] }),
      decodePod(aPod('other', { args: fedArgs })),
    ]);
    assert.deepEqual(seen?.pods, { total: 3, direct: 1, routeServer: 2 });
    assert.equal(seen.unschedulable, '0/3 nodes');
    assert.equal(seen.broken, 'the kubelet says of pod c: ErrImagePull: none');
  });
});

describe('a pod is a companion’s', () => {
  const labels: Readonly<Record<string, { labels: Record<string, string>; want: boolean }>> = {
    'by the label of the fed one': { labels: { [COMPANION_LABEL]: fedName }, want: true },
    'by the label of the direct one': {
      labels: { [COMPANION_LABEL]: companionName(config.metadata, 'direct') },
      want: true,
    },
    'not by that of another config': { labels: { [COMPANION_LABEL]: 'other-fed' }, want: false },
    'not without one': { labels: {}, want: false },
  };
  for (const [name, { labels: of, want }] of Object.entries(labels)) {
    test(name, () => {
      assert.equal(isCompanionPod(config, decodePod(aPod('a', { labels: of }))), want);
    });
  }
});

test('there are no plans without a Skipper container', () => {
  const other = decodeDeployment(
    aDeployment({ container: { name: 'a' }, spec: { template: { metadata: {}, spec: { containers: [] } } } }),
  );
  assert.equal(companionPlans(world, config, other), undefined);
});
