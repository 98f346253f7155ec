/** Two operator processes with all that they ask of the API server written down, each through a door of its own. */
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { after, before, describe, test } from 'node:test';
import { kinds } from '../../../src/kube/index.ts';
import { until } from '../../harness/wait.ts';
import { CountedApi, isLease, isWatch, isWrite } from './counted-api.ts';
import type { Fleet } from './fleet.ts';
import { Stage } from './stage.ts';

interface Replica {
  readonly process: ChildProcess;
  readonly api: CountedApi;
}

let stage: Stage;
const replicas: Replica[] = [];
const fleets: Fleet[] = [];
const isRunning = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode === null && signalCode === null;

before(async () => {
  stage = await Stage.open('operator-replicas');
});
after(async () => {
  for (const { process: replica, api } of replicas) {
    const ended = isRunning(replica) ? once(replica, 'exit') : undefined;
    replica.kill('SIGKILL');
    await ended;
    api.close();
  }
  await stage.close();
});

async function startReplica(name: string): Promise<Replica> {
  const api = await CountedApi.open(stage.ground.cluster, name);
  const flags = ['--route-server-image=routesrv:test', '--metrics-address=127.0.0.1:0', '--health-address=127.0.0.1:0'];
  const env = { ...process.env, KUBECONFIG: api.kubeconfigPath, POD_NAME: name };
  const child = spawn(process.execPath, ['src/bin/operator.ts', ...flags], { env, stdio: 'ignore' });
  const replica = { process: child, api };
  replicas.push(replica);
  return replica;
}

const leads = (name: string): Promise<boolean> =>
  until({ what: `${name} to lead`, deadlineMs: 120_000 }, async () => {
    const lease = await stage.ground.client.find(kinds.Lease, { namespace: 'default', name: 'routesrv-operator' });
    return (lease?.['spec'] as { holderIdentity?: string } | undefined)?.holderIdentity?.startsWith(`${name}_`);
  });

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
    await leads('first');
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
    await leads('second');
    const before = first.api.asked.filter((asked) => isWrite(asked) && !isLease(asked)).length;
    await fleet.phaseIs('Starting');
    first.process.kill('SIGCONT');
    await ended;
    const writes = first.api.asked.filter((asked) => isWrite(asked) && !isLease(asked));
    assert.deepEqual(writes.slice(before), []);
    assert.ok(isRunning(second.process));
  });
});
