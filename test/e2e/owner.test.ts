/** A fleet whose owner gives Skipper another data-client flag while a share of it is moved: both sides follow. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kubectl } from '../harness/index.ts';
import { skipperArgs } from '../harness/scenario/index.ts';
import { aFleetOf, namespace, type Play } from './support/play.ts';
import { areServing, servingPods, standsAt } from './support/shares.ts';

const asks = (play: Play, rolloutPercentage: number): Promise<void> =>
  play.personSets({
    ...{ mode: 'Exec', rolloutPercentage, shadow: { interval: '2s' } },
    rollout: { steps: [33, 60, 100], stepSoak: '3s', inSyncFor: '2s', bake: '1m' },
  });

const flag = '-default-filters-append=setResponseHeader("X-Release", "next")';

async function ownerAddsTheFlag(play: Play): Promise<void> {
  play.say(`the owner adds ${flag}`);
  const patch = JSON.stringify([{ op: 'add', path: '/spec/template/spec/containers/0/args/-', value: flag }]);
  await kubectl(play.cluster, ['-n', namespace, 'patch', 'deployment', 'skipper', '--type=json', `--patch=${patch}`]);
}

/** The names of serving Skippers whose table lacks the filter, by what they show themselves. */
async function withoutTheFilter(play: Play): Promise<readonly string[]> {
  const pods = await servingPods(play);
  const rows = await Promise.all(
    pods.map(async ({ metadata: { name } }) => {
      const path = `/api/v1/namespaces/${namespace}/pods/${name}:9911/proxy/routes`;
      return { name, table: await kubectl(play.cluster, ['get', '--raw', path]) };
    }),
  );
  return rows.filter(({ table }) => !table.includes('"X-Release"')).map(({ name }) => name);
}

test('a flag that comes in mid-ramp is carried over, and no older evidence counts; no request fails', async (t) => {
  const play = await aFleetOf(t, 2);
  await asks(play, 33);
  const before = await standsAt(play, { step: 33, fed: 1, direct: 2 });
  assert.equal((await withoutTheFilter(play)).length, 3);

  await ownerAddsTheFlag(play);
  const { rollout } = await play.statusShows('a soak by the new flags', ({ rollout: now, shadow: seen }) => {
    return now?.since !== undefined && now.template !== before.rollout?.template && seen?.verdict === 'InSync';
  });
  assert.ok(Date.parse(rollout?.since ?? '') > Date.parse(before.rollout?.since ?? ''), 'it soaks anew');
  const at33 = await standsAt(play, { step: 33, fed: 1, direct: 2 });
  assert.deepEqual(await withoutTheFilter(play), [], JSON.stringify(at33.routeServer));

  await asks(play, 100);
  // Status tells how many there were only along with something else, so not before the next step.
  const { shadow } = await play.phaseIs('Moved');
  assert.ok((shadow?.checks ?? 0) > (before.shadow?.checks ?? 0), 'the tables were compared once more');
  await areServing(play, { fed: 2, direct: 0 });
  assert.deepEqual(await withoutTheFilter(play), []);
  await asks(play, 0);
  await play.phaseIs('Shadowing');
  assert.deepEqual(await play.skipperArgs(), [...skipperArgs, flag], 'the flag is back with the others');
  await play.noRequestFailed();
  await play.tellEvents();
});

/** The owner's whole args with one flag more, as they would come out of Git. */
async function ownerDeploys(play: Play, more: readonly string[]): Promise<void> {
  play.say(`the owner deploys args with ${more.join(' ')}`);
  const value = [...skipperArgs, ...more];
  const patch = JSON.stringify([{ op: 'replace', path: '/spec/template/spec/containers/0/args', value }]);
  await kubectl(play.cluster, ['-n', namespace, 'patch', 'deployment', 'skipper', '--type=json', `--patch=${patch}`]);
}

test('args that the owner deploys beyond half of the fleet are the new originals, and nothing is contested', async (t) => {
  const play = await aFleetOf(t, 2);
  await asks(play, 60);
  await standsAt(play, { step: 60, fed: 2, direct: 1 });

  await ownerDeploys(play, [flag]);
  await play.statusShows('that it was wired once more', ({ wiring }) => wiring?.attempts === 1);
  const again = await standsAt(play, { step: 60, fed: 2, direct: 1 });
  assert.equal(again.conditions?.find(({ type }) => type === 'Stalled')?.status, 'False');
  assert.deepEqual(await withoutTheFilter(play), []);

  await asks(play, 0);
  await play.phaseIs('Shadowing');
  assert.deepEqual(await play.skipperArgs(), [...skipperArgs, flag], 'what the owner deployed last');
  await play.noRequestFailed();
  await play.tellEvents();
});
