/**
 * More than half of a fleet: it is fed itself then, and direct Skippers stand beside it. On the way a real autoscaler
 * makes the fleet larger, and its owner changes the template.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kubectl } from '../harness/index.ts';
import { apply } from '../harness/scenario/index.ts';
import { aFleetOf, namespace, type Play } from './support/play.ts';
import { areServing, servingPods, standsAt } from './support/shares.ts';

const quick = {
  shadow: { interval: '2s' },
  rollout: { steps: [60, 75, 90, 100], stepSoak: '4s', inSyncFor: '3s', bake: '1m' },
};
const asks = (play: Play, rolloutPercentage: number): Promise<void> =>
  play.personSets({ mode: 'Exec', rolloutPercentage, ...quick });

/**
 * The controller of real autoscalers, which writes the subresource `scale`. A node of ours has no metrics, but a fleet
 * that is smaller than `minReplicas` is scaled without asking for any.
 */
async function autoscalerWants(play: Play, replicas: number): Promise<void> {
  play.say(`the autoscaler wants ${replicas} Skippers`);
  const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'skipper' };
  const bounds = { minReplicas: replicas, maxReplicas: replicas };
  const metadata = { name: 'skipper', namespace };
  const autoscaler = { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata };
  await apply(play.cluster, [{ ...autoscaler, spec: { scaleTargetRef, ...bounds } }]);
}

/** Waits until the owner's new template runs on both sides, and has begun a soak of its own. */
async function ownerChangesTheTemplate(play: Play): Promise<void> {
  const before = await standsAt(play, { step: 75, fed: 9, direct: 3 });
  play.say('the owner sets an environment variable, in mid-ramp');
  await kubectl(play.cluster, ['-n', namespace, 'set', 'env', 'deployment/skipper', 'RELEASE=next']);
  const after = await play.statusShows('a soak of the new template', ({ rollout }) => {
    return rollout?.step === 75 && rollout.since !== undefined && rollout.template !== before.rollout?.template;
  });
  assert.ok(Date.parse(after.rollout?.since ?? '') > Date.parse(before.rollout?.since ?? ''), 'it soaks anew');
  await standsAt(play, { step: 75, fed: 9, direct: 3 });
  for (const { metadata, spec } of await servingPods(play)) {
    const [container] = spec.containers;
    assert.deepEqual(container?.env, [{ name: 'RELEASE', value: 'next' }], metadata.name);
  }
}

test('a fleet goes 60, 75, 90, 100 percent while it is scaled and changed, and back to 0; no request fails', async (t) => {
  const play = await aFleetOf(t, 6);
  await asks(play, 60);
  await standsAt(play, { step: 60, fed: 6, direct: 4 });
  await autoscalerWants(play, 9);
  await standsAt(play, { step: 60, fed: 9, direct: 6 });

  await asks(play, 75);
  await ownerChangesTheTemplate(play);
  await asks(play, 90);
  await standsAt(play, { step: 90, fed: 9, direct: 1 });
  await asks(play, 100);
  await play.phaseIs('Moved');
  await standsAt(play, { step: 100, fed: 9, direct: 0 });

  await asks(play, 75);
  await standsAt(play, { step: 75, fed: 9, direct: 3 });
  await autoscalerWants(play, 3);
  await standsAt(play, { step: 75, fed: 3, direct: 1 });
  await asks(play, 0);
  await play.phaseIs('Shadowing');
  await areServing(play, { fed: 0, direct: 3 });
  await play.noRequestFailed();
  await play.tellEvents();
});
