/** A rolling upgrade of the operator while a step soaks: two processes, replaced one after the other, change nothing. */
import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import type { RouteServerConfigStatus, WrittenSpec } from '../../../src/api/index.ts';
import { kinds, type KubeObject } from '../../../src/kube/index.ts';
import { until } from '../../harness/wait.ts';
import { Journal, type Entry } from './journal.ts';
import { leads, OperatorProcesses } from './operator-processes.ts';
import { Stage } from './stage.ts';

let stage: Stage;
const operators = new OperatorProcesses();

before(async () => {
  stage = await Stage.open('operator-upgrade');
});
after(async () => {
  await operators.killAll();
  await stage.close();
});

/** What it asks of pods and Services leads to the stage. */
function startReplica(name: string): ChildProcess {
  const { kubeconfigPath } = stage.ground.cluster;
  return operators.start({ name, kubeconfigPath, networkPort: stage.listeners.port });
}

async function ends(replica: ChildProcess): Promise<void> {
  const ended = once(replica, 'exit');
  replica.kill('SIGTERM');
  assert.deepEqual(await ended, [0, null]);
}

/** Whoever leads has compared tables by itself: what it decides on is its own evidence. */
async function hasCompared(): Promise<void> {
  const { reads } = stage.listeners;
  const goal = reads.length + 4;
  await until({ what: 'tables to be read', deadlineMs: 120_000 }, () => Promise.resolve(reads.length >= goal));
}

const statusIn = ({ object }: Entry) => object['status'] as RouteServerConfigStatus | undefined;
const generationsOf = (objects: readonly KubeObject[]): readonly string[] =>
  [...new Set(objects.map(({ metadata }) => `${metadata.name} ${metadata.generation}`))].sort();

test('a rolling upgrade while a step soaks writes no Deployment, and the soak goes on', async () => {
  const rollout: NonNullable<WrittenSpec['rollout']> = { steps: [50, 100], stepSoak: '10h', inSyncFor: '1s' };
  const first = startReplica('first');
  await leads(stage.ground.client, 'first');
  const fleet = await stage.aFleet();
  await fleet.personSets({ mode: 'Exec', rollout });
  const soaking = await fleet.statusShows('a soak at 50 %', ({ rollout: at, skippers, shadow }) => {
    return at?.since !== undefined && at.percentage === 50 && skippers?.converged === 2 && shadow?.verdict === 'InSync';
  });
  const journal = await Journal.open(fleet.client, [kinds.Deployment, kinds.RouteServerConfig], fleet.namespace);
  const { items } = await fleet.client.list(kinds.Deployment, { namespace: fleet.namespace });
  const before = generationsOf(items);

  const second = startReplica('second');
  await ends(first);
  await leads(stage.ground.client, 'second');
  await hasCompared();
  startReplica('third');
  await ends(second);
  await leads(stage.ground.client, 'third');
  await hasCompared();
  await fleet.conditionIs('ShadowInSync True ShadowInSync');

  assert.ok(before.some((deployment) => deployment.startsWith('ingress-fed-companion ')));
  const written = journal.of(({ kind }) => kind === 'Deployment').map(({ object }) => object);
  assert.deepEqual(generationsOf(written), before);
  for (const entry of journal.of(({ kind }) => kind === 'RouteServerConfig')) {
    assert.deepEqual(statusIn(entry)?.rollout, soaking.rollout, 'at each write of the status');
  }

  await fleet.personSets({ mode: 'Exec', rollout: { ...rollout, stepSoak: '1s' } });
  const { history = [] } = await fleet.phaseIs('Moved');
  const left = history.find(({ from }) => from === 'Stepping 50 %');
  assert.ok(Date.parse(left?.time ?? '') >= Date.parse(soaking.rollout?.since ?? '') + 1_000);
  await journal.close();
});
