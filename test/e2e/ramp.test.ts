/** The whole ramp of a fleet of six under traffic, with its autoscaler at work in the middle, up and down again. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kubectl } from '../harness/index.ts';
import { aFleetOf, namespace, type Play } from './support/play.ts';

const rollout = { steps: [1, 10, 50, 100], stepSoak: '4s', inSyncFor: '3s', bake: '1m' };
const quick = { shadow: { interval: '2s' }, rollout };

/** Waits until `step` soaks, with so many of so many Skippers reading from the route server. */
async function soaks(play: Play, step: number, moved: number, total: number): Promise<void> {
  const status = await play.statusShows(`${step} %: ${moved} of ${total} Skippers moved`, ({ rollout, skippers }) => {
    return rollout?.step === step && skippers?.routeServer === moved && skippers.total === total;
  });
  assert.equal(status.rollout?.percentage, Math.floor((moved * 100) / total));
}

const scale = (play: Play, replicas: number): Promise<string> => {
  play.say(`the autoscaler wants ${replicas} Skippers`);
  return kubectl(play.cluster, ['-n', namespace, 'scale', 'deployment', 'skipper', `--replicas=${replicas}`]);
};

test('a fleet of six goes 1, 10, 50, 100 percent and down to 0; no request fails', async (t) => {
  const play = await aFleetOf(t, 6);
  const before = await play.skipper();
  await play.personSets({ mode: 'Exec', rolloutPercentage: 10, ...quick });
  await soaks(play, 1, 1, 7);
  await soaks(play, 10, 1, 7);
  await play.statusShows('that 10 % is all that was asked for', ({ conditions }) =>
    (conditions ?? []).some(({ type, reason, status }) => type === 'Ready' && status === 'True' && reason === 'InExec'),
  );
  assert.deepEqual((await play.skipper()).spec, before.spec, "the owner's Deployment is untouched");

  await play.personSets({ mode: 'Exec', rolloutPercentage: 50, ...quick });
  await soaks(play, 50, 6, 12);
  await scale(play, 4);
  await soaks(play, 50, 4, 8);
  await scale(play, 6);
  await soaks(play, 50, 6, 12);

  await play.personSets({ mode: 'Exec', rolloutPercentage: 100, ...quick });
  await play.phaseIs('Moved');
  await soaks(play, 100, 6, 6);

  await play.personSets({ mode: 'Exec', rolloutPercentage: 0, ...quick });
  await play.phaseIs('Shadowing');
  const after = await play.skipper();
  assert.equal(JSON.stringify(after.spec.template), JSON.stringify(before.spec.template));
  await play.noRequestFailed();
  await play.tellEvents();
});
