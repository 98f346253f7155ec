/** A route server that is killed and finds no node again, under a fleet that reads from it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kubectl } from '../harness/index.ts';
import { aFleetOf, namespace, type Play } from './support/play.ts';

const place = 'example.org/route-servers';
const label = (play: Play, value: string): Promise<string> =>
  kubectl(play.cluster, ['label', 'nodes', '--all', '--overwrite', `${place}${value}`]);

const spec = {
  mode: 'Exec',
  shadow: { interval: '2s' },
  rollout: { steps: [100], stepSoak: '2s', inSyncFor: '2s', bake: '1m' },
  fallback: { enabled: true, after: '3s', maxDirectPollers: 10 },
  routeServer: { replicas: 1, nodeSelector: { [place]: 'here' } },
};

test('Skippers go back by themselves when the route server is gone, and again when a person says so', async (t) => {
  const play = await aFleetOf(t, 2);
  const before = await play.skipper();
  await label(play, '=here');
  await play.personSets(spec);
  await play.phaseIs('Moved');

  play.say('the route server is killed and finds no node again');
  await label(play, '-');
  const pods = ['-l', 'app.kubernetes.io/component=route-server', '--force', '--grace-period=0', '--wait=false'];
  await kubectl(play.cluster, ['-n', namespace, 'delete', 'pods', ...pods]);
  const fallen = await play.hasFallenBack(2);
  assert.equal(JSON.stringify((await play.skipper()).spec.template), JSON.stringify(before.spec.template));

  play.say('the route server gets its node back');
  await label(play, '=here');
  await play.personAcknowledges(fallen);
  await play.phaseIs('Moved');
  await play.noRequestFailed();
  await play.tellEvents();
});
