/**
 * A fleet whose Deployment belongs to Git, and that is moved by the file that it mounts: both write as they like, and
 * nobody is in the other's way. On the same stage, the toggles of the client balancer reach a process that mounts them.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { kubectl } from '../harness/index.ts';
import { apply, eventually, get, type Manifest } from '../harness/scenario/index.ts';
import { rolledOut } from '../harness/scenario/kubernetes.ts';
import { scripted } from '../harness/scenario/objects.ts';
import { packedScript } from './support/packed-script.ts';
import { aFleetOf, messageOf, namespace, type Play } from './support/play.ts';
import type { Reading } from './support/toggles-reader.ts';

const mark = 'routesrv.dev/skipper-settings';
const settings = `address: ":9999"
kubernetes: true
kubernetes-in-cluster: true
enable-kubernetes-endpointslices: true
kubernetes-path-mode: path-prefix
kubernetes-https-redirect: false
wait-first-route-load: true
wait-for-healthcheck-interval: 5s
`;
const byFile = {
  skipper: {
    ...{ deploymentRef: { name: 'skipper' }, wiring: 'ConfigFile' },
    ...{ configMapName: 'skipper-config', settings },
  },
  shadow: { interval: '2s' },
  rollout: { steps: [50, 100], stepSoak: '2s', inSyncFor: '2s', bake: '1m' },
};
const toggles = (enabled: boolean) => ({ clientBalancer: { enabled, percentage: 25 } });

interface Template {
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>> };
  readonly spec: { readonly containers: readonly object[] };
}
interface Written {
  readonly metadata: { readonly managedFields: readonly { readonly manager: string; readonly fieldsV1: object }[] };
  readonly spec: { readonly template: Template };
}
async function deployment(play: Play): Promise<Written> {
  const found = await get<Written>(play.cluster, ['deployment', 'skipper', '-n', namespace, '--show-managed-fields']);
  assert.ok(found);
  return found;
}

/** The Deployment as Git has it: with the mounted file, and no data-client flag in its args. */
async function inGit(play: Play): Promise<Manifest> {
  const { spec } = await deployment(play);
  const mounts = [
    { name: 'config', mountPath: '/etc/skipper' },
    { name: 'tmp', mountPath: '/tmp' },
  ];
  const [container] = spec.template.spec.containers;
  const skipper = { ...container, args: ['-config-file=/etc/skipper/config.yaml'], volumeMounts: mounts };
  const volumes = [
    { name: 'config', configMap: { name: 'skipper-config' } },
    { name: 'tmp', emptyDir: {} },
  ];
  const template = { ...spec.template, spec: { ...spec.template.spec, containers: [skipper], volumes } };
  return {
    ...{ apiVersion: 'apps/v1', kind: 'Deployment' },
    ...{ metadata: { name: 'skipper', namespace }, spec: { ...spec, template } },
  };
}

async function gitApplies(play: Play, manifest: Manifest): Promise<void> {
  play.say('the GitOps tool applies its Deployment, by force');
  const force = ['apply', '--server-side', '--force-conflicts', '--field-manager=argocd-controller', '-f', '-'];
  await kubectl(play.cluster, force, { input: JSON.stringify(manifest) });
}

/** Managers of the one annotation that is the operator's. */
const managersOfMark = ({ metadata }: Written): readonly string[] =>
  metadata.managedFields
    .filter(({ fieldsV1 }) => JSON.stringify(fieldsV1).includes(mark))
    .map(({ manager }) => manager);

/** A pod that mounts the toggles, and runs our reader of them. */
async function startReader(play: Play): Promise<void> {
  const script = await packedScript(join(import.meta.dirname, 'support/toggles-reader.ts'));
  const plain = scripted({ name: 'caller', namespace, image: play.images.routesrv, replicas: 1, script });
  const text = JSON.stringify(plain)
    .replace('"volumeMounts":[', '"volumeMounts":[{"name":"toggles","mountPath":"/etc/client-balancer"},')
    .replace('"volumes":[', '"volumes":[{"name":"toggles","configMap":{"name":"ingress-client-balancer"}},');
  await apply(play.cluster, JSON.parse(text) as readonly Manifest[]);
  await rolledOut(play.cluster, namespace, 'caller');
}

async function isRead(play: Play, enabled: boolean): Promise<Reading> {
  const name = ['-o', 'jsonpath={.items[0].metadata.name}'];
  const pod = await kubectl(play.cluster, ['-n', namespace, 'get', 'pods', '-l', 'app=caller', ...name]);
  const path = `/api/v1/namespaces/${namespace}/pods/${pod}:8080/proxy/`;
  const reading = await eventually({ what: `enabled: ${enabled} in the pod`, deadlineMs: 300_000 }, async () => {
    const read = JSON.parse(await kubectl(play.cluster, ['get', '--raw', path])) as Reading;
    return read.enabled === enabled ? read : undefined;
  });
  play.say(`a process in a pod reads enabled: ${enabled}`);
  return reading;
}

test('a fleet that Git owns is moved by its file; the toggles reach a running process; no request fails', async (t) => {
  const play = await aFleetOf(t, 2);
  await play.personSets({ ...byFile, ...toggles(true), mode: 'False' });
  await play.phaseIs('Off');
  const manifest = await inGit(play);
  await gitApplies(play, manifest);
  await rolledOut(play.cluster, namespace, 'skipper');
  await startReader(play);
  const before = await isRead(play, true);

  await play.personSets({ ...byFile, ...toggles(true), mode: 'Exec', rolloutPercentage: 50 });
  await play.statusShows('half of the Skippers moved', ({ rollout, skippers }) => {
    return rollout?.step === 50 && rollout.since !== undefined && skippers?.routeServer === 2 && skippers.direct === 2;
  });
  assert.deepEqual(managersOfMark(await deployment(play)), [], 'nothing of the Deployment is touched by a step');
  assert.match(await play.personDiffs(0), /^no difference in [1-9]\d* routes/);
  await play.personSets({ ...byFile, ...toggles(false), mode: 'Exec' });
  await play.phaseIs('Moved');
  assert.deepEqual(managersOfMark(await deployment(play)), ['routesrv-operator']);
  await play.directSentinelIsReady();
  assert.match(await play.personDiffs(0), /^no difference in [1-9]\d* routes/);

  await gitApplies(play, manifest);
  await play.statusShows('a bake', ({ phase, bake }) => phase === 'Moved' && bake !== undefined);
  const { status } = (await play.config()) ?? {};
  assert.equal(status?.wiring, undefined, 'there was nothing to fight about');
  const after = await isRead(play, false);
  assert.equal(after.startedAt, before.startedAt, 'without a restart');

  await play.personSets({ ...byFile, ...toggles(false), mode: 'False' });
  await play.phaseIs('Off');
  const { spec } = await deployment(play);
  assert.equal(spec.template.metadata.annotations?.[mark], undefined);
  await play.noRequestFailed();

  play.say('--- another tool takes the annotation off, again and again');
  await play.personSets({ ...byFile, ...toggles(false), mode: 'Exec' });
  await play.phaseIs('Moved');
  const taken = JSON.stringify([
    { op: 'remove', path: `/spec/template/metadata/annotations/${mark.replace('/', '~1')}` },
  ]);
  const takeOff = ['-n', namespace, 'patch', 'deployment', 'skipper', '--type=json', `--patch=${taken}`];
  const isGivenWay = { what: 'the operator to give way', deadlineMs: 240_000 };
  const message = await eventually(isGivenWay, async () => {
    const now = await deployment(play);
    const isMarked = now.spec.template.metadata.annotations?.[mark] !== undefined;
    // Refused when the operator writes at the same moment; then the next look takes it off.
    if (isMarked) await kubectl(play.cluster, [...takeOff, '--field-manager=other-tool']).catch(() => undefined);
    return messageOf((await play.config())?.status ?? {}, 'Stalled True WiringContested');
  });
  play.say(message);
  assert.match(
    message,
    /^something unknown keeps resetting the pod template's annotation routesrv\.dev\/skipper-settings/,
  );
  // What was begun is rolled out to its end: a Skipper that stops too early fails requests in its last seconds.
  await play.statusShows('two Skippers, and none that is still to end', ({ skippers }) => skippers?.total === 2);
  await rolledOut(play.cluster, namespace, 'skipper');
  await play.noRequestFailed();
  await play.tellEvents();
});
