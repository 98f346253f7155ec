/** The client balancer's toggles on a real API server: one ConfigMap that follows the spec in every mode. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import type { WrittenSpec } from '../../../src/api/index.ts';
import { kinds, type KubeObject } from '../../../src/kube/index.ts';
import { until } from '../../harness/wait.ts';
import type { Fleet } from './fleet.ts';
import { Stage } from './stage.ts';

let stage: Stage;
before(async () => {
  stage = await Stage.open('operator-toggles');
  await stage.startOperator();
});
after(() => stage.close());

type Toggles = NonNullable<WrittenSpec['clientBalancer']>;

const configMap = (fleet: Fleet, name = 'ingress-client-balancer'): Promise<KubeObject | undefined> =>
  fleet.client.find(kinds.ConfigMap, { namespace: fleet.namespace, name });

const shown = (object: KubeObject | undefined): unknown => {
  const { data } = (object ?? {}) as { readonly data?: Readonly<Record<string, string>> };
  return JSON.parse(data?.['client-balancer.json'] ?? 'null') as unknown;
};

async function shows(fleet: Fleet, toggles: Toggles, name?: string): Promise<void> {
  await until({ what: JSON.stringify(toggles), deadlineMs: 30_000 }, async () => {
    return isDeepStrictEqual(shown(await configMap(fleet, name)), toggles);
  });
}

const on: Toggles = { enabled: true, percentage: 10, fallback: true };
const off: Toggles = { ...on, enabled: false };

describe('the ConfigMap of the client balancer', () => {
  test('is there in mode "False" and without a fleet, follows the spec, and goes with it', async () => {
    const fleet = await stage.anEmptyNamespace();
    await fleet.personSets({ mode: 'False', clientBalancer: { enabled: true, percentage: 10 } });
    await shows(fleet, on);
    assert.equal((await configMap(fleet))?.metadata.ownerReferences?.[0]?.name, 'ingress');
    await fleet.personSets({ mode: 'Pre', clientBalancer: off });
    await shows(fleet, off);
    await fleet.personSets({ mode: 'Pre' });
    await fleet.nothingIsLeft();
  });

  test('is put right when somebody edits it, and moves when it is renamed', async () => {
    const fleet = await stage.anEmptyNamespace();
    await fleet.personSets({ clientBalancer: on });
    await shows(fleet, on);
    const edited = { metadata: { namespace: fleet.namespace, name: 'ingress-client-balancer' }, data: {} };
    const data = { 'client-balancer.json': '{"enabled":false}' };
    await fleet.client.apply(kinds.ConfigMap, { ...edited, data }, { fieldManager: 'person', force: true });
    await shows(fleet, on);
    await fleet.personSets({ clientBalancer: { ...on, configMapName: 'toggles' } });
    await shows(fleet, on, 'toggles');
    await until({ what: 'the old one to be gone', deadlineMs: 30_000 }, async () => {
      return (await configMap(fleet)) === undefined;
    });
  });

  test('is left alone while the config is suspended', async () => {
    const fleet = await stage.anEmptyNamespace();
    await fleet.personSets({ clientBalancer: on });
    await shows(fleet, on);
    await fleet.personSets({ suspend: true, clientBalancer: off });
    await fleet.conditionIs('Ready Unknown Suspended');
    assert.deepEqual(shown(await configMap(fleet)), on);
  });

  test("is never somebody else's, and the fleet is moved all the same", async () => {
    const fleet = await stage.aFleet();
    const theirs = { metadata: { namespace: fleet.namespace, name: 'toggles' }, data: { mine: 'yes' } };
    await fleet.client.create(kinds.ConfigMap, theirs);
    await fleet.personSets({ mode: 'Pre', clientBalancer: { ...on, configMapName: 'toggles' } });
    assert.match(await fleet.conditionIs('Stalled True ObjectClaimed'), /ConfigMap shop-\d+\/toggles exists/);
    await fleet.phaseIs('Shadowing');
    assert.equal(shown(await configMap(fleet, 'toggles')), null);
  });
});
