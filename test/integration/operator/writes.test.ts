/**
 * How often the operator writes, counted at a real API server: while the table of the route server changes all the time,
 * and when it is started anew.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { kinds, type KubeObject, type ResourceKind } from '../../../src/kube/index.ts';
import { until } from '../../harness/wait.ts';
import { configName, type Fleet } from './fleet.ts';
import { Journal } from './journal.ts';
import { comesToRest, Stage, type RunningOperator } from './stage.ts';

let stage: Stage;
let running: RunningOperator;
before(async () => {
  stage = await Stage.open('operator-writes');
});
after(() => stage.close());

describe('a route server whose table changes all the time', () => {
  let fleet: Fleet;
  let etag = '';
  let table = 0;

  function changesItsTable(): void {
    etag = `"${String((table += 1))}"`;
    stage.listeners.etags.set(`${configName}-routesrv.${fleet.namespace}.svc.cluster.local`, etag);
  }

  /** Another table, and a pass that sees it. */
  async function isSeenToChange(): Promise<void> {
    changesItsTable();
    const labelSelector = 'application=skipper-ingress';
    const { items } = await fleet.client.list(kinds.Pod, { namespace: fleet.namespace, labelSelector });
    const name = items[0]?.metadata.name ?? assert.fail('there is no Skipper');
    const passes = await running.passes();
    const body = { metadata: { annotations: { table: etag } } };
    await fleet.client.patch(kinds.Pod, { namespace: fleet.namespace, name }, { type: 'merge', body });
    await until({ what: 'a pass', deadlineMs: 40_000 }, async () => (await running.passes()) > passes);
  }

  after(() => running.stop());

  const version = async (): Promise<string | undefined> => (await fleet.config())?.metadata.resourceVersion;

  before(async () => {
    running = await stage.startOperator();
    fleet = await stage.aFleet();
    changesItsTable();
    await fleet.personSets({ mode: 'Pre', shadow: { interval: '1h' } });
    await fleet.statusShows('rest', ({ shadow, routeServer, skippers }) => {
      return shadow?.verdict === 'InSync' && routeServer?.ready === 2 && skippers?.direct === 2;
    });
    await comesToRest(running, fleet);
  });

  test('is no reason for a write before the interval of the shadow is over', async () => {
    const before = [await version(), running.writes()];
    for (let change = 0; change < 10; change += 1) await isSeenToChange();
    assert.deepEqual([await version(), running.writes()], before);
    assert.notEqual((await fleet.config())?.status?.routeServer?.etag, etag);
  });

  test('holds back nothing else, which takes the newest ETag along', async () => {
    await fleet.personSets({ mode: 'Pre', shadow: { interval: '20s' } });
    const { routeServer } = await fleet.statusShows('the new spec', ({ phase }) => phase === 'Shadowing');
    assert.equal(routeServer?.etag, etag);
  });

  test('is written once per interval, and the last one in the end', async () => {
    await comesToRest(running, fleet);
    const journal = await Journal.open(fleet.client, [kinds.RouteServerConfig], fleet.namespace);
    const versionsOf = (objects: readonly KubeObject[]) =>
      new Set(objects.map(({ metadata }) => metadata.resourceVersion));
    const [startedAt, startedWith] = [stage.clock.monotonic(), await version()];
    for (let change = 0; change < 20; change += 1) await isSeenToChange();
    await fleet.statusShows('the last table', ({ routeServer }) => routeServer?.etag === etag);
    const intervals = (stage.clock.monotonic() - startedAt) / 20_000;
    const written = versionsOf(journal.of(() => true).map(({ object }) => object));
    written.delete(startedWith);
    await journal.close();
    assert.ok(written.size <= Math.floor(intervals) + 1, `${written.size} writes in ${intervals} intervals`);
  });
});

describe('an operator that is started anew', () => {
  const autoscaling = { minReplicas: 2, maxReplicas: 4 };
  const clientBalancer = { enabled: true, percentage: 10, fallback: true };
  let first: RunningOperator;
  let shadowing: Fleet;
  const fleets: Fleet[] = [];

  async function aFleetIn(...[spec]: Parameters<Fleet['personSets']>): Promise<Fleet> {
    const fleet = await stage.aFleet();
    await fleet.personSets(spec);
    fleets.push(fleet);
    return fleet;
  }

  before(async () => {
    first = await stage.startOperator();
    shadowing = await aFleetIn({ mode: 'Pre', routeServer: { autoscaling }, clientBalancer });
    const held = await aFleetIn({ mode: 'Exec', rollout: { steps: [100], inSyncFor: '100h' } });
    const soaking = await aFleetIn({ mode: 'Exec', rollout: { steps: [50, 100], stepSoak: '100h', inSyncFor: '1s' } });
    const baked = await aFleetIn({ mode: 'Exec', rollout: { steps: [100], inSyncFor: '1s', bake: '1s' } });
    await shadowing.statusShows('rest', (status) => status.routeServer?.ready === 2);
    await shadowing.conditionIs('ShadowInSync True ShadowInSync');
    await held.conditionIs('Ready False ShadowNotSettled');
    await soaking.statusShows('a soak', ({ rollout, skippers }) => {
      return rollout?.percentage === 50 && rollout.since !== undefined && skippers?.converged === 2;
    });
    await soaking.conditionIs('Ready False StepNotSoaked');
    await baked.conditionIs('Promotable True BakeOver');
    await baked.statusShows('convergence', ({ skippers }) => skippers?.converged === 2);
    for (const fleet of fleets) await comesToRest(first, fleet);
  });

  async function hasLookedItself({ metrics }: RunningOperator): Promise<void> {
    await until({ what: 'its own comparisons', deadlineMs: 60_000 }, async () => {
      const page = await metrics.render();
      return fleets.every(({ namespace }) =>
        new RegExp(`^shadow_verdict\\{[^}]*namespace="${namespace}"[^}]*verdict="InSync"[^}]*\\} 1$`, 'm').test(page),
      );
    });
  }

  test('writes nothing when nothing has changed: no object, no status, no Event', async () => {
    await first.stop();
    const second = await stage.startOperator();
    await hasLookedItself(second);
    for (const fleet of fleets) await comesToRest(second, fleet);
    assert.equal(second.writes(), 0);
    await second.stop();
  });

  test('puts back what somebody has changed meanwhile, and takes back what was taken from it', async () => {
    const key = { namespace: shadowing.namespace, name: 'ingress-routesrv' };
    const flags = { ...key, name: 'ingress-routesrv-flags' };
    const read = async (kind: ResourceKind, at: typeof key): Promise<KubeObject> => shadowing.client.get(kind, at);
    const before = (await read(kinds.Service, key))['spec'];
    await shadowing.client.patch(kinds.Service, key, { type: 'merge', body: { spec: { selector: { app: 'else' } } } });
    await shadowing.client.patch(kinds.Deployment, key, {
      type: 'merge',
      body: { metadata: { labels: { 'app.kubernetes.io/name': 'else' } } },
    });
    // As `kubectl` does for whoever wants to begin anew: nobody owns anything any more.
    await shadowing.client.patch(kinds.ConfigMap, flags, {
      type: 'merge',
      body: { metadata: { managedFields: [{}] } },
    });
    const ownersOf = ({ metadata }: KubeObject) => metadata.managedFields?.map(({ manager }) => manager);
    assert.ok(!ownersOf(await read(kinds.ConfigMap, flags))?.includes('routesrv-operator'));

    await stage.startOperator();
    await until({ what: 'the selector to be ours', deadlineMs: 40_000 }, async () => {
      return JSON.stringify((await read(kinds.Service, key))['spec']) === JSON.stringify(before);
    });
    await until({ what: 'the label to be ours', deadlineMs: 40_000 }, async () => {
      return (await read(kinds.Deployment, key)).metadata.labels?.['app.kubernetes.io/name'] !== 'else';
    });
    await until({ what: 'the ConfigMap to be owned', deadlineMs: 40_000 }, async () => {
      return ownersOf(await read(kinds.ConfigMap, flags))?.includes('routesrv-operator');
    });
  });
});
