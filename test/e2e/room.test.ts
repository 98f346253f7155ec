/**
 * A node without room: whoever finds no place is named with the scheduler's own words, and goes on when room is made.
 * Before that a route server that does not start, for which the kubelet is quoted as well.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RouteServerConfigStatus } from '../../src/api/index.ts';
import { kubectl } from '../harness/index.ts';
import { apply, eventually, get } from '../harness/scenario/index.ts';
import { restrictedContainer, restrictedPod } from '../harness/scenario/objects.ts';
import { rolledOut } from '../harness/scenario/kubernetes.ts';
import { aFleetOf, messageOf, namespace, type Play } from './support/play.ts';
import { areServing, standsAt } from './support/shares.ts';

const asks = (play: Play, rolloutPercentage: number): Promise<void> =>
  play.personSets({
    ...{ mode: 'Exec', rolloutPercentage, shadow: { interval: '2s' } },
    rollout: { steps: [33, 60, 100], stepSoak: '2s', inSyncFor: '2s', bake: '1m' },
  });

interface Pod {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly containers: readonly { readonly resources?: { readonly requests?: { cpu?: string } } }[] };
  readonly status: {
    readonly phase: string;
    readonly conditions?: readonly { readonly reason?: string; readonly message?: string }[];
  };
}
interface List<T> {
  readonly items: readonly T[];
}

/** Thousandths of a CPU: `2` and `1500m` are what the API server writes. */
const milli = (cpu = '0'): number => (cpu.endsWith('m') ? Number.parseInt(cpu) : Number(cpu) * 1_000);
const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);

/** What nobody has asked for on the only node, thousandths of a CPU. */
async function freeCpu({ cluster }: Play): Promise<number> {
  const nodes = await get<List<{ status: { allocatable: { cpu: string } } }>>(cluster, ['nodes']);
  const pods = await get<List<Pod>>(cluster, ['pods', '--all-namespaces']);
  const running = (pods?.items ?? []).filter(({ status }) => ['Pending', 'Running'].includes(status.phase));
  const requested = running.flatMap(({ spec }) =>
    spec.containers.map(({ resources }) => milli(resources?.requests?.cpu)),
  );
  return milli(nodes?.items[0]?.status.allocatable.cpu) - sum(requested);
}

const skipperCpu = 100;
const neighbour = { name: 'neighbour', namespace };

/** Waits until the config waits for the route server, and `says` why. */
async function waitsForRouteServer(play: Play, says: RegExp): Promise<void> {
  const read = (status: RouteServerConfigStatus): string => messageOf(status, 'Ready False RouteServerNotReady') ?? '';
  const status = await play.statusShows(`why the route server does not come: ${says.source}`, (seen) =>
    says.test(read(seen)),
  );
  play.say(read(status));
}

/** A route server that cannot be placed, pulled or run, one after the other. */
async function routeServerDoesNotCome(play: Play): Promise<void> {
  const asksFor = (routeServer: object): Promise<void> =>
    play.personSets({ mode: 'Pre', shadow: { interval: '2s' }, routeServer });
  const kubelet = 'the kubelet says of pod ingress-routesrv-\\S+:';
  await asksFor({ resources: { requests: { cpu: '1000' } } });
  await waitsForRouteServer(play, /rolled out; the scheduler says: 0\/1 nodes are available: 1 Insufficient cpu/);
  await asksFor({ image: 'registry.invalid/routesrv:none' });
  await waitsForRouteServer(play, new RegExp(`${kubelet} Err\\w+: .*registry\\.invalid/routesrv:none`));
  await asksFor({ extraArgs: ['-relist-interval=soon'] });
  await waitsForRouteServer(play, new RegExp(`${kubelet} CrashLoopBackOff: container \\S+ ended with exit code [1-9]`));
  await play.personSets({ mode: 'False' });
  await play.phaseIs('Off');
  const pods = ['pods', '-l', 'app.kubernetes.io/component=route-server'];
  await kubectl(play.cluster, ['-n', namespace, 'wait', '--for=delete', ...pods, '--timeout=120s']);
}

/** Leaves less room than one Skipper asks for. */
async function neighbourComes(play: Play): Promise<void> {
  play.say('a neighbour takes the room that is left on the node');
  const cpu = `${(await freeCpu(play)) - skipperCpu / 2}m`;
  const container = {
    ...{ name: 'idle', image: play.images.routesrv, imagePullPolicy: 'IfNotPresent' },
    ...{ command: ['node', '-e', 'setInterval(() => {}, 60_000)'], resources: { requests: { cpu } } },
    securityContext: restrictedContainer,
  };
  const spec = { securityContext: restrictedPod, terminationGracePeriodSeconds: 0, containers: [container] };
  await apply(play.cluster, [{ apiVersion: 'v1', kind: 'Pod', metadata: neighbour, spec }]);
  await kubectl(play.cluster, ['-n', namespace, 'wait', 'pod/neighbour', '--for=condition=Ready', '--timeout=120s']);
}

async function neighbourLeaves(play: Play): Promise<void> {
  play.say('the neighbour leaves');
  await kubectl(play.cluster, ['-n', namespace, 'delete', 'pod', neighbour.name, '--wait=false']);
}

/** Waits until the config is held for that reason, in the words that the scheduler wrote on a pod; gives its status. */
async function isHeldFor(play: Play, reason: string): Promise<RouteServerConfigStatus> {
  const status = await play.statusShows(reason, (seen) => messageOf(seen, `Ready False ${reason}`) !== undefined);
  const words = messageOf(status, `Ready False ${reason}`) ?? '';
  play.say(words);
  assert.match(words, /^0\/1 nodes are available: 1 Insufficient cpu/);
  const pods = await get<List<Pod>>(play.cluster, ['pods', '-n', namespace]);
  const conditions = (pods?.items ?? []).flatMap(({ status: { conditions = [] } }) => conditions);
  const written = conditions.filter(({ reason: why }) => why === 'Unschedulable').map(({ message }) => message);
  assert.ok(written.includes(words), written.join('\n'));
  return status;
}

test('Skippers that find no room hold the ramp with the words of the scheduler; no request fails', async (t) => {
  const play = await aFleetOf(t, 2);
  play.say(`the owner has each Skipper ask for ${skipperCpu}m of CPU`);
  const requests = `--requests=cpu=${skipperCpu}m`;
  await kubectl(play.cluster, ['-n', namespace, 'set', 'resources', 'deployment/skipper', requests]);
  await rolledOut(play.cluster, namespace, 'skipper');
  const before = await play.skipper();

  play.say('--- a route server that does not come up');
  await routeServerDoesNotCome(play);
  play.say('--- room for the route server, and none for a sentinel');
  await neighbourComes(play);
  const small = { resources: { requests: { cpu: '10m' } } };
  await play.personSets({ mode: 'Pre', shadow: { interval: '2s' }, routeServer: small });
  const noSentinel = await play.statusShows('that the sentinel is missing', (status) =>
    /the sentinel is not up: the scheduler says: 0\/1/.test(
      messageOf(status, 'ShadowInSync Unknown ShadowInconclusive') ?? '',
    ),
  );
  play.say(messageOf(noSentinel, 'ShadowInSync Unknown ShadowInconclusive') ?? '');
  await neighbourLeaves(play);
  await asks(play, 0);
  await play.statusShows('a shadow in sync', ({ shadow }) => shadow?.verdict === 'InSync');

  play.say('--- no room for a canary');
  await neighbourComes(play);
  await asks(play, 33);
  await isHeldFor(play, 'CanaryUnschedulable');
  assert.deepEqual((await play.skipper()).spec, before.spec, "the owner's Deployment is untouched");
  await areServing(play, { fed: 0, direct: 2 });
  await neighbourLeaves(play);
  const at33 = await standsAt(play, { step: 33, fed: 1, direct: 2 });

  play.say('--- no room for the direct Skipper that stands beside a fleet that is moved');
  await neighbourComes(play);
  await asks(play, 60);
  const held = await isHeldFor(play, 'CanaryUnschedulable');
  assert.equal(held.rollout?.since, at33.rollout?.since, 'what has soaked does not soak again meanwhile');
  await areServing(play, { fed: 1, direct: 2 });
  await neighbourLeaves(play);
  await standsAt(play, { step: 60, fed: 2, direct: 1 });

  play.say('--- no room for the pod that a rollout of the fleet has more');
  await neighbourComes(play);
  await asks(play, 0);
  const returning = await play.statusShows('who waits on the way back', (status) =>
    /the scheduler says: 0\/1 nodes are available/.test(messageOf(status, 'Ready False SwitchingBack') ?? ''),
  );
  play.say(messageOf(returning, 'Ready False SwitchingBack') ?? '');
  await areServing(play, { fed: 2, direct: 1 });
  await neighbourLeaves(play);
  await play.phaseIs('Shadowing');
  await areServing(play, { fed: 0, direct: 2 });
  await eventually({ what: 'the Event', deadlineMs: 60_000 }, async () =>
    (await play.events()).some(({ reason }) => reason === 'CanaryUnschedulable'),
  );
  await play.noRequestFailed();
  await play.tellEvents();
});
