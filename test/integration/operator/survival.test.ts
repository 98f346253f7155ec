/** Operators that die, API servers that die, and replicas that take over: the end is always the same. */
import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { after, afterEach, before, describe, test } from 'node:test';
import type { RouteServerConfigStatus } from '../../../src/api/index.ts';
import { kinds } from '../../../src/kube/index.ts';
import { until } from '../../harness/wait.ts';
import { ownArgs, type Fleet } from './fleet.ts';
import { Journal, skippersWentBackFirst } from './journal.ts';
import { isRunning, leads, OperatorProcesses } from './operator-processes.ts';
import { Stage } from './stage.ts';
import { isHealing, transitionsIn } from './transitions.ts';

let stage: Stage;
before(async () => {
  stage = await Stage.open('operator-survival');
});
after(() => stage.close());
afterEach(() => stage.killOperators());

const podTemplateOf = async (fleet: Fleet): Promise<string> =>
  JSON.stringify(((await fleet.skipper())['spec'] as { template: unknown }).template);

describe('an operator that dies after any number of writes', () => {
  /** One operator after the other dies, each a write later than the one before, until a fleet is where it shall be. */
  async function mortalsReach(fleet: Fleet, phase: string): Promise<number> {
    for (let writes = 1; ; writes += 1) {
      const mortal = await stage.startOperator({ diesAfterWrites: writes });
      const isThere = await until({ what: `death ${writes} or phase ${phase}`, deadlineMs: 40_000 }, async () => {
        if (mortal.writes() > writes) return 'dead';
        const { metadata, status } = (await fleet.config()) ?? {};
        return status?.phase === phase && status.observedGeneration === metadata?.generation && 'there';
      });
      await mortal.kill();
      if (isThere === 'there') return writes;
    }
  }

  test('is followed by others that get to the same end, forth and back', async () => {
    const fleet = await stage.aFleet();
    const before = await podTemplateOf(fleet);
    const journal = await Journal.open(fleet.client, [kinds.Deployment, kinds.Pod], fleet.namespace);
    await fleet.personSets({ mode: 'Exec' });
    const deaths = await mortalsReach(fleet, 'Moved');
    assert.ok(deaths > 7, `each object was made by a pass that was cut short: ${deaths}`);
    await fleet.personSets({ mode: 'False' });
    await mortalsReach(fleet, 'Off');
    await fleet.nothingIsLeft();
    assert.equal(await podTemplateOf(fleet), before);
    assert.deepEqual(await fleet.args(), ownArgs);
    await skippersWentBackFirst(journal);
    await journal.close();
  });

  test('between the status and its Event leaves that one untold, and no other one is told twice', async () => {
    const fleet = await stage.aFleet();
    const journal = await Journal.open(fleet.client, [kinds.RouteServerConfig], fleet.namespace);
    const happened = (): readonly string[] =>
      transitionsIn(
        journal.of(() => true).map(({ object }) => object['status'] as RouteServerConfigStatus | undefined),
      );
    await fleet.personSets({ mode: 'Pre' });
    const mortal = await stage.startOperator({ diesUntold: true });
    await until({ what: 'its first Event', deadlineMs: 60_000 }, () => Promise.resolve(mortal.isDead()));
    await mortal.kill();
    const heir = await stage.startOperator();
    await fleet.phaseIs('Shadowing');
    await fleet.conditionIs('ShadowInSync True ShadowInSync');
    // One that ends in order has told everything.
    await heir.stop();
    const [first, ...others] = happened();
    await journal.close();
    assert.match(first ?? '', /^Starting RouteServerNotReady/);
    assert.ok(others.length > 0);
    assert.deepEqual(
      (await fleet.told()).filter((event) => !isHealing(event)),
      others.toSorted(),
    );
  });

  test('leaves a time of agreement that the next one goes on counting', async () => {
    const fleet = await stage.aFleet();
    await fleet.personSets({ mode: 'Pre' });
    const first = await stage.startOperator();
    const { shadow } = await fleet.statusShows('agreement', (status) => status.shadow?.verdict === 'InSync');
    await first.kill();
    const second = await stage.startOperator();
    await until({ what: 'its own first comparison', deadlineMs: 40_000 }, async () =>
      /^shadow_verdict\{.*verdict="InSync"\} 1$/m.test(await second.metrics.render()),
    );
    assert.equal((await fleet.config())?.status?.shadow?.since, shadow?.since);
  });
});

describe('an API server that dies in the middle of the way', () => {
  async function dies(): Promise<void> {
    const apiServer = stage.ground.cluster.program('kube-apiserver');
    await apiServer.crash();
    await apiServer.start();
    await stage.ground.cluster.ready();
  }

  test('delays the end and does not change it', async () => {
    const fleet = await stage.aFleet();
    const before = await podTemplateOf(fleet);
    await stage.startOperator();
    await fleet.personSets({ mode: 'Exec' });
    await until({ what: 'the first objects', deadlineMs: 40_000 }, async () => (await fleet.made()).length > 0);
    await dies();
    await fleet.phaseIs('Moved');
    await fleet.personSets({ mode: 'False' });
    await until(
      { what: 'the own args', deadlineMs: 40_000 },
      async () => String(await fleet.args()) === String(ownArgs),
    );
    await dies();
    await fleet.phaseIs('Off');
    await fleet.nothingIsLeft();
    assert.equal(await podTemplateOf(fleet), before);
  });
});

describe('two replicas', () => {
  const operators = new OperatorProcesses();
  after(() => operators.killAll());

  const startReplica = (name: string): ChildProcess =>
    operators.start({ name, kubeconfigPath: stage.ground.cluster.kubeconfigPath });

  const reporters = async (fleet: Fleet): Promise<readonly unknown[]> => {
    const { items } = await fleet.client.list(kinds.Event, { namespace: fleet.namespace });
    const ours = items.filter(({ reportingController }) => reportingController === 'routesrv.dev/operator');
    return [...new Set(ours.map(({ reportingInstance }) => reportingInstance))];
  };

  test('act one at a time: the second takes over when the first ends', async () => {
    const first = startReplica('first');
    await leads(stage.ground.client, 'first', 40_000);
    const second = startReplica('second');
    const early = await stage.aFleet();
    await early.personSets({ mode: 'False' });
    await early.phaseIs('Off');
    first.kill('SIGTERM');
    const [exitCode] = (await once(first, 'exit')) as [number | null];
    assert.equal(exitCode, 0);
    await leads(stage.ground.client, 'second', 40_000);
    const late = await stage.aFleet();
    await late.personSets({ mode: 'False' });
    await late.phaseIs('Off');
    await until({ what: 'an event', deadlineMs: 40_000 }, async () => (await reporters(late)).length > 0);
    assert.deepEqual([await reporters(early), await reporters(late)], [['first'], ['second']]);
    assert.ok(isRunning(second));
  });
});
