/** How often the operator writes, counted at a real API server: while the table of the route server changes all the time. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { kinds, type KubeObject } from '../../../src/kube/index.ts';
import { until } from '../../harness/wait.ts';
import { configName, type Fleet } from './fleet.ts';
import { Journal } from './journal.ts';
import { comesToRest, Stage, type RunningOperator } from './stage.ts';

let stage: Stage;
let running: RunningOperator;
before(async () => {
  stage = await Stage.open('operator-writes');
  running = await stage.startOperator();
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

  const version = async (): Promise<string | undefined> => (await fleet.config())?.metadata.resourceVersion;

  before(async () => {
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
