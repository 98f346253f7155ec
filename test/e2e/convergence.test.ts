/**
 * Moved Skippers that do not show the route server's table: one whose table was cut on its way, and two that get no new
 * one at all. Real Skippers, real cuts: what breaks is the network of their pods.
 *
 * They go on serving the table that they have, and what it lacks is not among what the traffic asks for.
 */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { RouteServerConfigStatus } from '../../src/api/index.ts';
import { kubectl } from '../harness/index.ts';
import { apply, eventually, get } from '../harness/scenario/index.ts';
import { PodRoad, type Address } from './support/pod-road.ts';
import { aFleetOf, configName, namespace, type Play } from './support/play.ts';

/** A quarter of them may be at fault themselves: two at a time. */
const skippers = 8;
const budgetMs = 8_000;
/** For looks on a machine that has much else to do. */
const slackMs = 40_000;
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

/** Waits until they are named, and takes the time that it took from the operator's own clock. */
async function areNamed(play: Play, ...meant: readonly string[]): Promise<void> {
  const isMeant = (status: RouteServerConfigStatus): boolean => String(lagging(status)) === String(meant.toSorted());
  const { skippers: seen } = await play.statusShows(`that ${meant.join(' and ')} lag`, isMeant);
  for (const { pod, since, message } of seen?.lagging ?? []) {
    const ageMs = (await firstTold(play, pod)) - Date.parse(since);
    play.say(`  ${pod} since ${since}, told after ${ageMs / 1_000} s: ${message}`);
    // Status has whole seconds. What comes on top of the budget is the two looks that a comparison takes.
    assert.ok(ageMs > budgetMs - 1_000, `${pod} had the time of the budget: ${ageMs} ms`);
    assert.ok(ageMs < budgetMs + slackMs, `${pod} was named when its budget was over: ${ageMs} ms`);
  }
}

/** When the operator first told that it does something for a pod: at the look at which it was first named. */
async function firstTold(play: Play, pod: string): Promise<number> {
  const times = await eventually({ what: `an Event about ${pod}`, deadlineMs: 60_000 }, async () => {
    const events = (await play.events()).filter(({ action, note }) => action === 'Resend' && note.includes(pod));
    return events.length > 0 ? events.map(({ time }) => Date.parse(time)) : undefined;
  });
  return Math.min(...times);
}

/** All Skippers must stay, as far as evictions are concerned. */
async function aBudgetForbidsEvictions(play: Play): Promise<void> {
  play.say('a PodDisruptionBudget forbids evictions');
  const spec = { maxUnavailable: 0, selector: { matchLabels: { app: 'skipper' } } };
  const metadata = { name: 'spare', namespace };
  await apply(play.cluster, [{ apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata, spec }]);
  await eventually({ what: 'the budget to be counted', deadlineMs: 120_000 }, async () => {
    const budget = await get<{ status?: { observedGeneration?: number } }>(play.cluster, [
      ...['poddisruptionbudget', 'spare', '-n', namespace],
    ]);
    return budget?.status?.observedGeneration !== undefined;
  });
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
  play.say(`the network will cut ${times === 'all' ? 'every table' : `${times} tables`} for ${pod}`);
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

  // Skipper asks again at once, and so the route server sends it the table for 10 s: at that retry, and at three ticks.
  // All that is cut, too, and one more, which the operator may have asked for before the last of them.
  await isCut(t, play, { pod: cut, word: 'yard', times: 6 });
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

  await aBudgetForbidsEvictions(play);
  await play.personSets(spec(true));
  await play.statusShows('that an eviction is forbidden, in the words of the API server', ({ skippers: seen }) =>
    (seen?.lagging ?? []).some(({ message }) => /cannot be evicted now: .*disruption budget spare needs/.test(message)),
  );
  assert.deepEqual(await pods(play), atFirst, 'nothing is evicted that a budget forbids');
  await kubectl(play.cluster, ['-n', namespace, 'delete', 'poddisruptionbudget', 'spare']);
  play.say('the budget is gone');
  await allConverge(play);
  const evictions = (await play.events()).filter(({ action }) => action === 'Evict');
  assert.deepEqual(evictions.map(({ note }) => /^Skipper (\S+)/.exec(note)?.[1]).toSorted(), [stuck, lost].toSorted());
  const [first, second] = evictions.map(({ time }) => Date.parse(time));
  assert.ok((second ?? 0) - (first ?? 0) > budgetMs / 2, 'one after the other');
  assert.deepEqual(new Set([...(await pods(play)), stuck, lost]), new Set([...(await pods(play)), ...atFirst]));
  await play.noRequestFailed();
  await play.tellEvents();
});
