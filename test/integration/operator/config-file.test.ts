/** A fleet that is wired by its config file, on a real API server with real controllers: Git keeps the Deployment. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { parse } from 'yaml';
import type { WrittenSpec } from '../../../src/api/index.ts';
import { kinds, type KubeObject } from '../../../src/kube/index.ts';
import { until } from '../../harness/wait.ts';
import { skipperDeployment, type Fleet } from './fleet.ts';
import { Stage } from './stage.ts';

let stage: Stage;
before(async () => {
  stage = await Stage.open('operator-config-file');
  await stage.startOperator();
});
after(() => stage.close());

const settings = 'kubernetes: true\nkubernetes-in-cluster: true\nwait-for-healthcheck-interval: 5s\n';
const url = (fleet: Fleet): string => `http://ingress-routesrv.${fleet.namespace}.svc.cluster.local/routes`;

const byFile = (text = settings): Pick<WrittenSpec, 'skipper'> => ({
  skipper: {
    deploymentRef: { name: 'skipper-ingress' },
    wiring: 'ConfigFile',
    configMapName: 'skipper-config',
    settings: text,
  },
});

/** Skipper's Deployment as Git has it: it mounts the ConfigMap, and no data-client flag is left in its args. */
function mounting(namespace: string, more: readonly string[] = []): KubeObject {
  const args = ['skipper', '-config-file=/etc/skipper/config.yaml', ...more];
  const deployment = skipperDeployment(namespace, args) as unknown as {
    spec: { template: { spec: { containers: object[]; volumes?: object[] } } };
  } & KubeObject;
  const { spec } = deployment.spec.template;
  spec.volumes = [{ name: 'config', configMap: { name: 'skipper-config' } }];
  Object.assign(spec.containers[0] ?? {}, { volumeMounts: [{ name: 'config', mountPath: '/etc/skipper' }] });
  return deployment;
}

async function aFleet(...more: readonly string[]): Promise<Fleet> {
  const fleet = await stage.anEmptyNamespace();
  await fleet.deploys(mounting(fleet.namespace, more));
  return fleet;
}

async function file(fleet: Fleet): Promise<Readonly<Record<string, unknown>> | undefined> {
  const found = await fleet.client.find(kinds.ConfigMap, { namespace: fleet.namespace, name: 'skipper-config' });
  const { data } = (found ?? {}) as { readonly data?: Readonly<Record<string, string>> };
  return data === undefined ? undefined : (parse(data['config.yaml'] ?? '') as Record<string, unknown>);
}

const template = ({ spec }: KubeObject): string => JSON.stringify((spec as { template: unknown }).template);
const mark = async (fleet: Fleet): Promise<string | undefined> =>
  /"routesrv.dev\/skipper-settings":"(\w+)/.exec(template(await fleet.skipper()))?.[1];

async function fileHas(fleet: Fleet, key: string, value: unknown): Promise<void> {
  await until({ what: `${key} in the file`, deadlineMs: 40_000 }, async () => {
    return JSON.stringify((await file(fleet))?.[key]) === JSON.stringify(value);
  });
}

describe('a fleet that is wired by its config file', () => {
  test('has its file in mode "False" already, goes to Exec and back, and is restored byte for byte', async () => {
    const fleet = await aFleet();
    const before = template(await fleet.skipper());
    await fleet.personSets({ ...byFile(), mode: 'False' });
    await fileHas(fleet, 'kubernetes', true);
    await fleet.personSets({ ...byFile(), mode: 'Exec' });
    await fleet.phaseIs('Moved');
    assert.deepEqual((await file(fleet))?.['routes-urls'], [url(fleet)]);
    assert.equal((await file(fleet))?.['kubernetes'], undefined);
    assert.equal(await mark(fleet), 'routeServer');
    await fleet.personSets({ ...byFile(), mode: 'False' });
    await fleet.phaseIs('Off');
    assert.equal((await file(fleet))?.['kubernetes'], true);
    assert.equal(template(await fleet.skipper()), before);
    await fleet.personDeletes();
    await fleet.isGone();
    assert.equal((await file(fleet))?.['kubernetes'], true, 'Skippers mount it: it outlives the config');
  });

  test('has its share of a step from companions with files of their own', async () => {
    const fleet = await aFleet();
    const rollout = { steps: [50, 75, 100], stepSoak: '0s', inSyncFor: '1s', bake: '1h' };
    await fleet.personSets({ ...byFile(), mode: 'Exec', rollout, rolloutPercentage: 50 });
    await fleet.statusShows('half of them moved', ({ rollout: at, skippers }) => {
      return at?.step === 50 && skippers?.routeServer === 2 && skippers.direct === 2;
    });
    assert.equal((await file(fleet))?.['kubernetes'], true, "the fleet's own Skippers still poll");
    await fleet.personSets({ ...byFile(), mode: 'Exec', rollout, rolloutPercentage: 75 });
    // 25 of 75 parts of two Skippers come to none that is direct.
    await fleet.statusShows('the fleet itself moved', ({ rollout: at, skippers }) => {
      return at?.step === 75 && skippers?.routeServer === 2 && skippers.total === 2;
    });
    assert.deepEqual((await file(fleet))?.['routes-urls'], [url(fleet)]);
    await fleet.personSets({ ...byFile(), mode: 'Pre' });
    await fleet.phaseIs('Shadowing');
    assert.equal((await file(fleet))?.['kubernetes'], true);
  });

  test('is restarted for changed settings, in every mode', async () => {
    const fleet = await aFleet();
    await fleet.personSets({ ...byFile(), mode: 'False' });
    await fileHas(fleet, 'kubernetes', true);
    assert.equal(await mark(fleet), undefined, 'nothing to restart for yet');
    await fleet.personSets({ ...byFile(`${settings}timeout-backend: 9s\n`), mode: 'False' });
    await fileHas(fleet, 'timeout-backend', '9s');
    await until({ what: 'the restart', deadlineMs: 40_000 }, async () => (await mark(fleet)) === 'direct');
  });

  test('holds in Pre while a flag in the args beats the file, and names it', async () => {
    const fleet = await aFleet('-kubernetes');
    await fleet.personSets({ ...byFile(), mode: 'Exec' });
    assert.match(
      await fleet.conditionIs('Stalled True FlagsUnsupported'),
      /-kubernetes \(is in the args, and a flag beats/,
    );
    assert.equal((await file(fleet))?.['kubernetes'], true);
  });

  test('is not fought for: whoever keeps taking the mark off is given way to', async () => {
    const fleet = await aFleet();
    await fleet.personSets({ ...byFile(), mode: 'Exec' });
    await fleet.phaseIs('Moved');
    const key = { namespace: fleet.namespace, name: 'skipper-ingress' };
    const operations = [
      { op: 'remove', path: '/spec/template/metadata/annotations/routesrv.dev~1skipper-settings' },
    ] as const;
    await until({ what: 'the operator to give way', deadlineMs: 60_000 }, async () => {
      const isMarked = (await mark(fleet)) !== undefined;
      // Refused when the operator writes at the same moment; then the next look takes it off.
      const patch = { type: 'json', operations } as const;
      if (isMarked) await fleet.client.patch(kinds.Deployment, key, patch).catch(() => undefined);
      return (await fleet.condition('Stalled')) === 'True WiringContested';
    });
    const message = await fleet.conditionIs('Stalled True WiringContested');
    assert.match(message, /^something unknown keeps resetting the pod template's annotation routesrv\.dev\/skipper-s/);
  });
});
