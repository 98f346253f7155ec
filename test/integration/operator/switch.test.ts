/** The switch on a real API server with real controllers: what is made, in which order, and that nothing else is. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { RouteServerConfigStatus } from '../../../src/api/index.ts';
import { kinds, type KubeObject } from '../../../src/kube/index.ts';
import { until } from '../../harness/wait.ts';
import { ownArgs, type Fleet } from './fleet.ts';
import { endOfRouteServer, Journal, skippersWentBackFirst } from './journal.ts';
import { aTable } from './kubelet.ts';
import { comesToRest, Stage, type RunningOperator } from './stage.ts';
import { isHealing, transitionsIn } from './transitions.ts';

let stage: Stage;
let running: RunningOperator;
before(async () => {
  stage = await Stage.open('operator-switch');
  running = await stage.startOperator();
});
after(() => stage.close());

const conditionsIn = ({ object }: { readonly object: KubeObject }): readonly string[] =>
  ((object['status'] as RouteServerConfigStatus | undefined)?.conditions ?? []).map(
    ({ type, status }) => `${type}=${status}`,
  );

describe('the whole way', () => {
  let fleet: Fleet;
  let journal: Journal;
  let before: KubeObject;
  const journaled = [kinds.RouteServerConfig, kinds.Deployment, kinds.Pod, kinds.Service, kinds.ServiceAccount];
  const isConfig = ({ kind }: { readonly kind: string }): boolean => kind === 'RouteServerConfig';
  const template = ({ spec }: KubeObject): string => JSON.stringify((spec as { template: unknown }).template);

  test('on first sight the object is neither ready nor forgotten, before anything is made for it', async () => {
    fleet = await stage.aFleet();
    before = await fleet.skipper();
    journal = await Journal.open(fleet.client, journaled, fleet.namespace);
    await fleet.personSets({ mode: 'Pre' });
    await fleet.phaseIs('Shadowing');
    const [first] = journal.of((entry) => isConfig(entry) && entry.type === 'MODIFIED');
    assert.ok(first);
    assert.deepEqual(conditionsIn(first), ['Ready=Unknown', 'Reconciling=True']);
    assert.equal(first.object.metadata.finalizers, undefined);
    const finalized = journal.of((entry) => isConfig(entry) && entry.object.metadata.finalizers !== undefined)[0];
    const made = journal.of(({ object }) => object.metadata.labels?.['routesrv.dev/config'] !== undefined)[0];
    assert.ok(finalized && made);
    assert.ok(first.revision < finalized.revision && finalized.revision < made.revision);
  });

  test('Pre makes exactly what a route server and one fed sentinel need', async () => {
    assert.deepEqual(await fleet.made(), [
      `ClusterRoleBinding ${fleet.namespace}:ingress-routesrv`,
      'ConfigMap ingress-routesrv-flags',
      'Deployment ingress-fed-sentinel',
      'Deployment ingress-routesrv',
      'PodDisruptionBudget ingress-routesrv',
      'Service ingress-routesrv',
      'ServiceAccount ingress-routesrv',
    ]);
  });

  test('all of it is labelled, and owned by the config where the API allows that', async () => {
    const uid = (await fleet.config())?.metadata.uid;
    for (const { kind, object } of await fleet.madeObjects()) {
      const { labels = {}, ownerReferences = [] } = object.metadata;
      assert.equal(labels['routesrv.dev/config'], 'ingress', kind);
      assert.equal(labels['app.kubernetes.io/managed-by'], 'routesrv-operator', kind);
      const owners = ownerReferences.map((owner) => [owner.kind, owner.uid, owner.controller]);
      const wanted = kind === 'ClusterRoleBinding' ? [] : [['RouteServerConfig', uid, true]];
      assert.deepEqual(owners, wanted, kind);
    }
  });

  test('Skipper itself is untouched in Pre', async () => {
    assert.equal((await fleet.skipper()).metadata.generation, before.metadata.generation);
    assert.deepEqual(await fleet.args(), ownArgs);
  });

  test('nothing is written while nothing changes, however often it is looked at', async () => {
    await fleet.conditionIs('ShadowInSync True ShadowInSync');
    await comesToRest(running, fleet);
    const versions = async (): Promise<readonly string[]> => {
      const made = (await fleet.madeObjects()).map(({ object }) => object);
      const all = [...made, await fleet.skipper(), (await fleet.config()) as unknown as KubeObject];
      return all.map(({ metadata }) => `${metadata.name} ${metadata.resourceVersion}`);
    };
    const [versionsBefore, writesBefore] = [await versions(), running.writes()];
    const { items } = await fleet.client.list(kinds.Pod, {
      namespace: fleet.namespace,
      labelSelector: 'application=skipper-ingress',
    });
    for (let look = 1; look <= 5; look += 1) await isLookedAtAfterA(touch, items[0], look);
    assert.equal(running.writes(), writesBefore);
    assert.deepEqual(await versions(), versionsBefore);
  });

  async function isLookedAtAfterA(change: typeof touch, pod: KubeObject | undefined, look: number): Promise<void> {
    assert.ok(pod);
    const passes = await running.passes();
    await change(pod, look);
    await until({ what: 'another look', deadlineMs: 40_000 }, async () => (await running.passes()) > passes);
  }

  async function touch({ metadata }: KubeObject, look: number): Promise<void> {
    const key = { namespace: metadata.namespace ?? '', name: metadata.name };
    const body = { metadata: { annotations: { look: String(look) } } };
    await fleet.client.patch(kinds.Pod, key, { type: 'merge', body });
  }

  test('a changed spec is applied', async () => {
    await fleet.personSets({ mode: 'Pre', routeServer: { replicas: 3, podLabels: { team: 'edge' } } });
    await fleet.statusShows('three route servers', ({ phase, routeServer }) => {
      return phase === 'Shadowing' && routeServer?.ready === 3;
    });
    await fleet.personSets({ mode: 'Pre', routeServer: { autoscaling: {} } });
    await until({ what: 'an autoscaler', deadlineMs: 40_000 }, async () =>
      (await fleet.made()).includes('HorizontalPodAutoscaler ingress-routesrv'),
    );
    await fleet.personSets({ mode: 'Pre' });
    await until(
      { what: 'no autoscaler', deadlineMs: 40_000 },
      async () => !(await fleet.made()).includes('HorizontalPodAutoscaler ingress-routesrv'),
    );
  });

  test('what somebody changes or deletes of ours is put back', async () => {
    const key = { namespace: fleet.namespace, name: 'ingress-routesrv' };
    await fleet.client.patch(kinds.Service, key, { type: 'merge', body: { spec: { selector: { app: 'else' } } } });
    await until({ what: 'the selector to be ours', deadlineMs: 40_000 }, async () => {
      const { spec } = (await fleet.client.get(kinds.Service, key)) as unknown as { spec: { selector: object } };
      return !('app' in spec.selector) || undefined;
    });
    await fleet.client.delete(kinds.PodDisruptionBudget, key);
    await until({ what: 'the budget', deadlineMs: 40_000 }, () => fleet.client.find(kinds.PodDisruptionBudget, key));
  });

  test('a difference holds the switch, and its end lets it go', async () => {
    stage.kubelet.feed(fleet.namespace, `${aTable}more: Path("/more") -> <shunt>;\n`);
    await fleet.conditionIs('ShadowInSync False ShadowOutOfSync');
    await fleet.personSets({ mode: 'Exec' });
    const message = await fleet.conditionIs('Ready False ShadowOutOfSync');
    assert.match(message, /0 routes missing, 1 extra, 0 changed; first: more: /);
    assert.deepEqual(await fleet.args(), ownArgs);
    stage.kubelet.feed(fleet.namespace, aTable);
    await fleet.phaseIs('Moved');
  });

  test('in Exec every Skipper reads from the route server, and one direct sentinel is left to compare with', async () => {
    const status = await fleet.statusShows(
      'agreement, and that it is known who is converged',
      ({ shadow, skippers }) => shadow?.verdict === 'InSync' && skippers?.converged !== undefined,
    );
    assert.deepEqual(status.skippers, { total: 2, direct: 0, routeServer: 2, converged: 2 });
    assert.equal(status.effectiveMode, 'Exec');
    const url = `http://ingress-routesrv.${fleet.namespace}.svc.cluster.local/routes`;
    const args = await fleet.args();
    assert.deepEqual([args[0], args.includes(`-routes-urls=${url}`)], ['skipper', true]);
    assert.ok(!args.some((arg) => arg.startsWith('-kubernetes')));
    await until({ what: 'the fed sentinel to be gone', deadlineMs: 40_000 }, async () => {
      const sentinels = (await fleet.made()).filter((name) => name.includes('sentinel'));
      return sentinels.join() === 'Deployment ingress-direct-sentinel';
    });
  });

  test('deleted, Skippers go back first, then the route server goes, then the object', async () => {
    await fleet.personDeletes();
    await fleet.isGone();
    await fleet.nothingIsLeft();
    assert.equal(template(await fleet.skipper()), template(before));
    const config = await journal.first('the config to be gone', (entry) => isConfig(entry) && entry.type === 'DELETED');
    assert.ok((await endOfRouteServer(journal)).revision < config.revision);
    await skippersWentBackFirst(journal);
  });

  test('each transition is in the history and was told once', async () => {
    const seen = journal.of(isConfig).map(({ object }) => object['status'] as RouteServerConfigStatus | undefined);
    const phases = (seen.findLast((status) => (status?.history?.length ?? 0) > 0)?.history ?? []).map(({ to }) => to);
    assert.deepEqual(phases, ['Starting', 'Shadowing', ...phases.slice(2)]);
    const inOrder = phases.filter((phase, at) => phase !== phases[at - 1]);
    assert.deepEqual(phases, inOrder);
    // A stopped operator has told everything; the same said twice within a while may be one Event with a count.
    await running.stop();
    running = await stage.startOperator();
    const told = (await fleet.told()).filter((event) => !isHealing(event));
    assert.deepEqual(told, transitionsIn(seen).toSorted());
    for (const phase of ['Starting', 'Shadowing', 'Switching', 'Moved', 'Returning', 'Removing']) {
      assert.ok(phases.includes(phase), `${phase} is in the history ${phases.join(', ')}`);
      assert.ok(
        told.some((event) => event.startsWith(`${phase} `)),
        `${phase} was told: ${told.join(', ')}`,
      );
    }
    await journal.close();
  });
});

function anotherDeployment(metadata: KubeObject['metadata']): KubeObject {
  const labels = { application: 'web' };
  const template = { metadata: { labels }, spec: { containers: [{ name: 'web', image: 'web' }] } };
  return { metadata, spec: { selector: { matchLabels: labels }, template } };
}

describe('what users own', () => {
  test('is never written, apart from the one Deployment that the config names', async () => {
    const fleet = await stage.aFleet();
    const { client, namespace } = fleet;
    const metadata = { namespace, name: 'web' };
    const backend = { service: { name: 'web', port: { number: 80 } } };
    await client.create(kinds.Ingress, { metadata, spec: { defaultBackend: backend } }, { fieldManager: 'person' });
    await client.create(kinds.Deployment, anotherDeployment(metadata), { fieldManager: 'person' });
    const ingress = await client.get(kinds.Ingress, metadata);
    await fleet.personSets({ mode: 'Exec' });
    await fleet.phaseIs('Moved');
    await fleet.personSets({ mode: 'False' });
    await fleet.phaseIs('Off');
    assert.equal(
      (await client.get(kinds.Ingress, metadata)).metadata.resourceVersion,
      ingress.metadata.resourceVersion,
    );
    const { managedFields = [] } = (await client.get(kinds.Deployment, metadata)).metadata;
    assert.deepEqual(managedFields.map(({ manager }) => manager).toSorted(), ['kube-controller-manager', 'person']);
    const spec = (await fleet.config()) as unknown as KubeObject;
    const writers = (spec.metadata.managedFields ?? []).filter(({ fieldsV1 }) => 'f:spec' in (fieldsV1 as object));
    assert.deepEqual(
      writers.map(({ manager }) => manager),
      ['person'],
    );
  });
});

describe('the history', () => {
  test('keeps its newest 20 entries', async () => {
    const fleet = await stage.aFleet();
    await fleet.personSets({ mode: 'False' });
    await fleet.phaseIs('Off');
    const old = Array.from({ length: 20 }, (_, at) => ({
      ...{ time: '2026-01-01T00:00:00Z', from: 'Off', to: `Old${at}`, reason: 'Settled' },
    }));
    const key = { namespace: fleet.namespace, name: 'ingress' };
    const operations = [{ op: 'add', path: '/status/history', value: old }] as const;
    await fleet.client.patchStatus(kinds.RouteServerConfig, key, { type: 'json', operations });
    await fleet.personSets({ mode: 'Pre' });
    const { history = [] } = await fleet.phaseIs('Shadowing');
    assert.equal(history.length, 20);
    assert.equal(history.at(-1)?.to, 'Shadowing');
  });
});
