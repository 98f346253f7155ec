/**
 * A route server that serves a wrong table: seen in Pre, where it moves nobody, and in Exec, where Skippers leave it.
 *
 * The table is wrong for one host. It is not among those that the traffic asks for: until the fallback is due, Skippers
 * that have moved answer it with 404, and no order of steps can prevent that. What must hold is that leaving costs the
 * other hosts nothing, and that the host is answered again afterwards.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { images, kubectl } from '../harness/index.ts';
import { poisonedWord } from '../harness/images/poison.ts';
import { apply, eventually } from '../harness/scenario/index.ts';
import { aFleetOf, messageOf, namespace, type Play } from './support/play.ts';

const host = `${poisonedWord}.example.org`;
const spec = (image?: string) => ({
  mode: 'Exec',
  shadow: { interval: '2s' },
  rollout: { steps: [100], stepSoak: '2s', inSyncFor: '2s', bake: '1m' },
  fallback: { enabled: true, after: '5s', maxDirectPollers: 10 },
  routeServer: { replicas: 1, ...(image === undefined ? {} : { image }) },
});

const backend = { service: { name: 'echo', port: { name: 'http' } } };
const anyPath = { path: '/', pathType: 'Prefix', backend };

async function personAddsTheHost(play: Play): Promise<void> {
  play.say(`person adds an Ingress for ${host}`);
  const rules = [{ host, http: { paths: [anyPath] } }];
  const metadata = { name: poisonedWord, namespace };
  await apply(play.cluster, [{ apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata, spec: { rules } }]);
}

/** Waits until Skippers answer the host with `status`. */
async function hostIsAnsweredWith(play: Play, status: number): Promise<void> {
  const script = `require('node:http').get({host: 'skipper', headers: {host: '${host}'}, agent: false},
    (answer) => { console.log(answer.statusCode); answer.resume(); })`;
  const ask = ['-n', namespace, 'exec', 'deployment/traffic', '--', 'node', '-e', script];
  await eventually({ what: `${status} for ${host}`, deadlineMs: 120_000 }, async () => {
    return Number(await kubectl(play.cluster, ask)) === status;
  });
  play.say(`${host} is answered with ${status}`);
}

/** The whole command against Skippers with args: the routes of that host, and nothing else. */
async function personFindsTheHost(play: Play): Promise<void> {
  const { differences, counts } = JSON.parse(await play.personDiffs(1, '-o', 'json')) as Difference;
  assert.ok(counts.changed > 0);
  const differing = { ...counts, rejected: undefined };
  assert.deepEqual(differing, {
    onlyInA: 0,
    onlyInB: 0,
    changed: differences.length,
    tolerated: 0,
    rejected: undefined,
  });
  for (const { routeId, kind } of differences) {
    assert.ok(routeId.includes(poisonedWord), routeId);
    assert.equal(kind, 'Predicates');
  }
  const tolerant = await play.personDiffs(0, '--tolerate', `Predicates=${poisonedWord}`);
  assert.match(tolerant, /^tolerated: .*: Predicates: /m);
  await personFindsWhatIsRejected(play);
}

/** A filter that no Skipper knows: the route is served, rejected by both, and no difference. */
async function personFindsWhatIsRejected(play: Play): Promise<void> {
  play.say('person adds an Ingress with a filter that Skipper does not know');
  const rules = [{ host: 'rejected.example.org', http: { paths: [anyPath] } }];
  const annotations = { 'zalando.org/skipper-filter': 'noSuchFilter("a")' };
  const metadata = { name: 'rejected', namespace, annotations };
  await apply(play.cluster, [{ apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata, spec: { rules } }]);
  const tolerant = ['--tolerate', `Predicates=${poisonedWord}`];
  await eventually({ what: 'the rejected route in what is printed', deadlineMs: 120_000 }, async () =>
    /^rejected: kube_\S*rejected\S*: .*noSuchFilter/m.test(await play.personDiffs(0, ...tolerant)),
  );
  const { rejected, counts } = JSON.parse(await play.personDiffs(0, ...tolerant, '-o', 'json')) as Difference;
  assert.equal(counts.rejected, rejected.length);
  assert.ok(rejected.some(({ routeId, kind }) => routeId.includes('rejected') && kind === 'RejectedBySkipper'));
  await kubectl(play.cluster, ['-n', namespace, 'delete', 'ingress', 'rejected']);
}
interface Difference {
  readonly counts: Readonly<Record<'onlyInA' | 'onlyInB' | 'changed' | 'tolerated' | 'rejected', number>>;
  readonly rejected: readonly { readonly routeId: string; readonly kind: string }[];
  readonly differences: readonly { readonly routeId: string; readonly kind: string }[];
}

const differs = (play: Play) =>
  play.statusShows('that the tables differ, and nobody has moved', (status) => {
    const isHeld = messageOf(status, 'Ready False ShadowOutOfSync') !== undefined;
    return isHeld && status.phase === 'Shadowing' && status.skippers?.routeServer === 0;
  });

test('a wrong table moves nobody in Pre, and is left by everybody in Exec; no request fails', async (t) => {
  const play = await aFleetOf(t, 2);
  const poisoned = await images.load(play.cluster, 'routesrv-poisoned');
  const before = await play.skipper();
  const areBack = async (): Promise<void> => {
    assert.equal(JSON.stringify((await play.skipper()).spec.template), JSON.stringify(before.spec.template));
    await hostIsAnsweredWith(play, 200);
  };

  play.say('--- the image is right as long as nobody has the host, and turns wrong by itself');
  await play.personSets(spec(poisoned));
  await play.phaseIs('Moved');
  await personAddsTheHost(play);
  await hostIsAnsweredWith(play, 404);
  const turned = await play.hasFallenBack(2);
  assert.equal(turned.fallback?.reason, 'ShadowOutOfSync');
  await areBack();

  play.say('--- the image is wrong from the beginning');
  await play.personAcknowledges(turned);
  const held = await differs(play);
  assert.match(messageOf(held, 'Ready False ShadowOutOfSync') ?? '', new RegExp(poisonedWord));
  await personFindsTheHost(play);

  play.say('--- the right image');
  await play.personSets(spec());
  const { history = [] } = await play.phaseIs('Moved');
  const places = history.map(({ to }) => to);
  assert.equal(places.filter((place) => place === 'Switching').length, 2, `moved once more: ${places.join(', ')}`);
  await hostIsAnsweredWith(play, 200);
  await play.directSentinelIsReady();
  assert.match(await play.personDiffs(0), /^no difference in [1-9]\d* routes/);

  play.say('--- the image turns wrong while every Skipper reads from it');
  await play.personSets(spec(poisoned));
  const fallen = await play.hasFallenBack(2);
  assert.equal(fallen.fallback?.reason, 'ShadowOutOfSync');
  await areBack();

  play.say('--- a person acknowledges too early, and then puts the right image back');
  await play.personAcknowledges(fallen);
  await differs(play);
  await play.personSets(spec());
  await play.phaseIs('Moved');
  await hostIsAnsweredWith(play, 200);
  await play.noRequestFailed();
  await play.tellEvents();
});
