/** Two operator processes with all that they ask of the API server written down, each through a door of its own. */
import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { after, before, describe, test } from 'node:test';
import { until } from '../../harness/wait.ts';
import { CountedApi, isLease, isWatch, isWrite } from './counted-api.ts';
import type { Fleet } from './fleet.ts';
import { isRunning, leads, OperatorProcesses } from './operator-processes.ts';
import { Stage } from './stage.ts';

interface Replica {
  readonly process: ChildProcess;
  readonly api: CountedApi;
}

let stage: Stage;
const replicas: Replica[] = [];
const fleets: Fleet[] = [];
const operators = new OperatorProcesses();

before(async () => {
  stage = await Stage.open('operator-replicas');
});
after(async () => {
  await operators.killAll();
  for (const { api } of replicas) api.close();
  await stage.close();
});

async function startReplica(name: string): Promise<Replica> {
  const api = await CountedApi.open(stage.ground.cluster, name);
  const child = operators.start({ name, kubeconfigPath: api.kubeconfigPath });
  const replica = { process: child, api };
  replicas.push(replica);
  return replica;
}

const others = ({ api }: Replica) => api.asked.filter((asked) => !isLease(asked) && !isWatch(asked));
const renewals = ({ api }: Replica): number => api.asked.filter((asked) => isLease(asked) && isWrite(asked)).length;

/** Waits until the lease was renewed `count` times. */
async function renewed(replica: Replica, count: number): Promise<void> {
  const goal = renewals(replica) + count;
  const wait = { what: `${count} renewals`, deadlineMs: 120_000 };
  await until(wait, () => Promise.resolve(renewals(replica) >= goal));
}

describe('two replicas', () => {
  let [first, second]: readonly Replica[] = [];

  test('while nothing changes, twenty configs cost nothing but watches and the lease', async () => {
    first = await startReplica('first');
    await leads(stage.ground.client, 'first');
    for (let n = 0; n < 5; n += 1) {
      const fleet = await stage.aFleet();
      fleets.push(fleet);
      for (const name of ['ingress', 'b', 'c', 'd']) {
        await fleet.personSets({ mode: 'False', skipper: { deploymentRef: { name: `skipper-${name}` } } }, name);
      }
    }
    for (const fleet of fleets) await fleet.statusShows('an answer', ({ phase }) => phase === 'Off');
    const replica = first;
    let seen = -1;
    await until({ what: 'the operator to come to rest', deadlineMs: 120_000 }, async () => {
      const before = seen;
      seen = others(replica).length;
      if (before !== seen) await renewed(replica, 2);
      return before === seen;
    });
    await renewed(replica, 5);
    assert.deepEqual(others(replica).slice(seen), []);
  });

  test('a leader that is stopped beyond its lease makes not one write after the other leads', async () => {
    assert.ok(first);
    second = await startReplica('second');
    await until({ what: 'the second to wait', deadlineMs: 60_000 }, () =>
      Promise.resolve(second?.api.asked.length !== 0),
    );
    const ended = once(first.process, 'exit');
    const [fleet] = fleets;
    assert.ok(fleet);
    // Work is under way: what the first was told of and has not done would be done when it goes on.
    await fleet.personSets({ mode: 'Pre' });
    first.process.kill('SIGSTOP');
    await leads(stage.ground.client, 'second');
    const before = first.api.asked.filter((asked) => isWrite(asked) && !isLease(asked)).length;
    await fleet.phaseIs('Starting');
    first.process.kill('SIGCONT');
    await ended;
    const writes = first.api.asked.filter((asked) => isWrite(asked) && !isLease(asked));
    assert.deepEqual(writes.slice(before), []);
    assert.ok(isRunning(second.process));
  });
});
