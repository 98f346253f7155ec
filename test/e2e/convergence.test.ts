/**
 * Moved Skippers that do not show the route server's table: one whose table was cut on its way, and two that get no new
 * one at all. Real Skippers, real cuts: what breaks is the network of their pods.
 *
 * They go on serving the table that they have, and what it lacks is not among what the traffic asks for.
 */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { RouteServerConfigStatus } from '../../src/api/index.ts';
import { apply, eventually, get } from '../harness/scenario/index.ts';
import { PodRoad, type Address } from './support/pod-road.ts';
import { aFleetOf, configName, namespace, type Play } from './support/play.ts';

/** A quarter of them may be at fault themselves: two at a time. */
const skippers = 8;
const budgetMs = 8_000;
const spec = (evictStuckPods: boolean) => ({
  mode: 'Exec',
  // Another replica would not know that the client has the table, and send it whole: the cut would heal by itself.
  routeServer: { replicas: 1 },
  shadow: { interval: '2s', freshnessBudget: `${budgetMs / 1_000}s` },
  fallback: { enabled: false, evictStuckPods },
});

interface Listed {
  readonly items: readonly { readonly metadata: { readonly name: string; readonly deletionTimestamp?: string } }[];
}
async function pods(play: Play): Promise<readonly string[]> {
  const list = await get<Listed>(play.cluster, ['pods', '-n', namespace, '-l', 'app=skipper']);
  return (list?.items ?? [])
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    .map(({ metadata }) => metadata.name);
}

async function routeServer(play: Play): Promise<Address> {
  const what = ['service', `${configName}-routesrv`, '-n', namespace];
  const found = await get<{ spec: { clusterIP: string; ports: { port: number }[] } }>(play.cluster, what);
  return { host: found?.spec.clusterIP ?? '', port: found?.spec.ports[0]?.port ?? 0 };
}

/** Their names sort behind those of all other routes, so that a cut before them costs nothing else. */
async function personAdds(play: Play, name: string): Promise<void> {
  play.say(`person adds the Ingress ${name}`);
  const paths = [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'echo', port: { name: 'http' } } } }];
  const rules = [{ host: `${name}.example.org`, http: { paths } }];
  const metadata = { name, namespace };
  await apply(play.cluster, [{ apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata, spec: { rules } }]);
}

const lagging = ({ skippers: seen }: RouteServerConfigStatus): readonly string[] =>
  (seen?.lagging ?? []).map(({ pod }) => pod).toSorted();

async function areNamed(play: Play, ...meant: readonly string[]): Promise<void> {
  const isMeant = (status: RouteServerConfigStatus): boolean => String(lagging(status)) === String(meant.toSorted());
  const { skippers: seen } = await play.statusShows(`that ${meant.join(' and ')} lag`, isMeant);
  for (const { pod, since, message } of seen?.lagging ?? []) play.say(`  ${pod} since ${since}: ${message}`);
}

const allConverge = (play: Play): Promise<RouteServerConfigStatus> =>
  play.statusShows('that all Skippers show the table', (status) => {
    const { total, converged } = status.skippers ?? {};
    return total === skippers && converged === skippers && lagging(status).length === 0;
  });

/** How often the operator has told of `action` for a pod. */
async function told(play: Play, action: 'Resend' | 'Evict', pod: string): Promise<number> {
  const events = (await play.events()).filter((event) => event.action === action && event.note.includes(pod));
  return events.reduce((sum, { count }) => sum + count, 0);
}

interface Cut {
  readonly pod: string;
  /** The first route that is not passed on has it. */
  readonly word: string;
  readonly times: number | 'all';
}
async function isCut(t: TestContext, play: Play, { pod, word, times }: Cut): Promise<void> {
  play.say(`the network will cut ${times === 'all' ? 'every table' : 'two tables'} for ${pod}`);
  const cut = { from: await routeServer(play), word, times };
  let isTold = false;
  await new PodRoad(pod, 'skipper').cutsTables(t, cut, (what) => {
    if (!isTold) play.say(`the network has cut a table for ${pod}: ${what}`);
    isTold = true;
  });
}

test('a Skipper with a cut table is healed, and stuck ones are evicted when that is allowed; no request fails', async (t) => {
  const play = await aFleetOf(t, skippers);
  await play.personSets(spec(false));
  await play.phaseIs('Moved');
  await allConverge(play);
  const atFirst = await pods(play);
  const [cut = '', stuck = '', lost = ''] = atFirst;

  // Skipper asks again at once, perhaps before the route server has noted that it sent everything: that one is cut, too.
  await isCut(t, play, { pod: cut, word: 'yard', times: 2 });
  await personAdds(play, 'yard');
  await areNamed(play, cut);
  await allConverge(play);
  assert.ok((await told(play, 'Resend', cut)) >= 1);
  assert.deepEqual(await pods(play), atFirst, 'the pod itself was healed');

  await isCut(t, play, { pod: stuck, word: 'zoo', times: 'all' });
  play.say(`${lost} loses its network to the route server`);
  await new PodRoad(lost, 'skipper').isLostTo(await routeServer(play));
  await personAdds(play, 'zoo');
  await areNamed(play, stuck, lost);
  await eventually({ what: 'the table to be sent again in vain', deadlineMs: 120_000 }, async () => {
    return (await told(play, 'Resend', stuck)) > 1 && (await told(play, 'Resend', lost)) > 1;
  });
  assert.deepEqual(await pods(play), atFirst, 'nothing is evicted that the spec does not allow');

  await play.personSets(spec(true));
  await allConverge(play);
  const evictions = (await play.events()).filter(({ action }) => action === 'Evict');
  assert.deepEqual(evictions.map(({ note }) => /^Skipper (\S+)/.exec(note)?.[1]).toSorted(), [stuck, lost].toSorted());
  const [first, second] = evictions.map(({ time }) => Date.parse(time));
  assert.ok((second ?? 0) - (first ?? 0) > budgetMs / 2, 'one after the other');
  assert.deepEqual(new Set([...(await pods(play)), stuck, lost]), new Set([...(await pods(play)), ...atFirst]));
  await play.noRequestFailed();
  await play.tellEvents();
});
