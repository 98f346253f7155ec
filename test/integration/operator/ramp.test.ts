/** The ramp on a real API server with real controllers: who reads where at each step, what restarts a soak, what holds. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { RouteServerConfigStatus, WrittenSpec } from '../../../src/api/index.ts';
import { kinds, type KubeObject } from '../../../src/kube/index.ts';
import { until } from '../../harness/wait.ts';
import { ownArgs, skipperDeployment, type Fleet } from './fleet.ts';
import { Stage, type RunningOperator } from './stage.ts';

let stage: Stage;
let running: RunningOperator;
before(async () => {
  stage = await Stage.open('operator-ramp');
  running = await stage.startOperator();
});
after(() => stage.close());

type Rollout = NonNullable<WrittenSpec['rollout']>;
const quick: Rollout = { steps: [10, 50, 75, 100], stepSoak: '0s', inSyncFor: '1s', bake: '1h' };
/** Stands at 50 percent for as long as a test may take. */
const patient: Rollout = { ...quick, steps: [50, 100], stepSoak: '10h' };

const size = 6;
async function aFleetOfSix(): Promise<Fleet> {
  const fleet = await stage.anEmptyNamespace();
  await fleet.deploys(skipperDeployment(fleet.namespace, ownArgs, size));
  return fleet;
}

const climbs = (fleet: Fleet, rolloutPercentage: number, rollout = quick): Promise<void> =>
  fleet.personSets({ mode: 'Exec', rolloutPercentage, rollout });

/** Waits until a step is reached, with so many of so many Skippers reading from the route server. */
const standsAt = (fleet: Fleet, step: number, moved: number, total: number): Promise<RouteServerConfigStatus> =>
  fleet.statusShows(`${step} %: ${moved} of ${total}`, ({ rollout, skippers }) => {
    return rollout?.step === step && skippers?.routeServer === moved && skippers.total === total;
  });

/** Waits until half of the Skippers have moved and that step soaks; gives its clock. */
async function soaksAtHalf(fleet: Fleet) {
  const { rollout } = await fleet.statusShows('a soak at 50 %', ({ rollout: at, skippers }) => {
    return at?.step === 50 && at.since !== undefined && skippers?.routeServer === size;
  });
  return { since: rollout?.since ?? '', until: rollout?.until, template: rollout?.template };
}

const template = ({ spec }: KubeObject): string => JSON.stringify((spec as { template: unknown }).template);
const companions = async (fleet: Fleet): Promise<readonly string[]> =>
  (await fleet.made()).filter((name) => name.includes('companion'));

describe('a fleet of six', () => {
  test('has the share of each step, up and down, and is restored byte for byte', async () => {
    const fleet = await aFleetOfSix();
    const untouched = await fleet.skipper();
    await climbs(fleet, 10);
    await standsAt(fleet, 10, 1, 7);
    await climbs(fleet, 50);
    await standsAt(fleet, 50, 6, 12);
    assert.equal(
      (await fleet.skipper()).metadata.generation,
      untouched.metadata.generation,
      'the owner’s is untouched',
    );
    assert.deepEqual(await companions(fleet), ['Deployment ingress-fed-companion']);

    await climbs(fleet, 75);
    await standsAt(fleet, 75, 6, 8);
    assert.ok((await fleet.args()).some((arg) => arg.startsWith('-routes-urls=')));
    assert.deepEqual(await companions(fleet), ['Deployment ingress-direct-companion']);
    await climbs(fleet, 100);
    await fleet.phaseIs('Moved');
    assert.deepEqual(await companions(fleet), []);

    await climbs(fleet, 75);
    await standsAt(fleet, 75, 6, 8);
    await climbs(fleet, 50);
    await standsAt(fleet, 50, 6, 12);
    await climbs(fleet, 0);
    await fleet.phaseIs('Shadowing');
    assert.equal(template(await fleet.skipper()), template(untouched));
    assert.deepEqual(await companions(fleet), []);
  });

  test('soaks anew when its owner changes the template, and the companion follows', async () => {
    const fleet = await aFleetOfSix();
    await climbs(fleet, 100, patient);
    const first = await soaksAtHalf(fleet);
    const changed = structuredClone(skipperDeployment(fleet.namespace, ownArgs, size)) as unknown as {
      spec: { template: { spec: { containers: { image: string }[] } } };
    } & KubeObject;
    for (const container of changed.spec.template.spec.containers) container.image = 'skipper:next';
    await fleet.deploys(changed);
    const { rollout } = await fleet.statusShows('a soak of the new template', ({ rollout: at, skippers }) => {
      const isNew = at?.since !== undefined && at.template !== first.template;
      return isNew && at.step === 50 && skippers?.routeServer === size && skippers.total === 2 * size;
    });
    assert.ok(Date.parse(rollout?.since ?? '') > Date.parse(first.since));
    const key = { namespace: fleet.namespace, name: 'ingress-fed-companion' };
    assert.match(template(await fleet.client.get(kinds.Deployment, key)), /"image":"skipper:next"/);
  });

  test('waits with the scheduler’s own words when its canary finds no node', async () => {
    const fleet = await aFleetOfSix();
    const words = '0/3 nodes are available: 3 Insufficient cpu.';
    stage.kubelet.hasNoRoom(fleet.namespace, words);
    await climbs(fleet, 10);
    assert.equal(await fleet.conditionIs('Ready False CanaryUnschedulable'), words);
    assert.deepEqual(await fleet.args(), ownArgs);
    stage.kubelet.hasRoom(fleet.namespace);
    await standsAt(fleet, 10, 1, 7);
  });

  test('goes on soaking, to the second, when the operator is killed', async () => {
    const fleet = await aFleetOfSix();
    await climbs(fleet, 100, patient);
    const clock = await soaksAtHalf(fleet);
    await running.kill();
    const second = await stage.startOperator();
    await until({ what: 'a comparison of its own', deadlineMs: 40_000 }, async () =>
      new RegExp(`^shadow_verdict\\{[^}]*namespace="${fleet.namespace}"[^}]*verdict="InSync"[^}]*\\} 1$`, 'm').test(
        await second.metrics.render(),
      ),
    );
    assert.deepEqual(await soaksAtHalf(fleet), clock);
    await climbs(fleet, 100, { ...patient, stepSoak: '1s' });
    const { history = [] } = await fleet.phaseIs('Moved');
    const left = history.find(({ from }) => from === 'Stepping 50 %');
    assert.ok(Date.parse(left?.time ?? '') >= Date.parse(clock.since) + 1_000, JSON.stringify(history));
  });
});
