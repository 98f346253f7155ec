/**
 * A short run with a seed that stays, and every life in which the tables once differed: our watch and the original's
 * poll follow the changes of a cluster on a real API server.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { LiveCluster } from './live-cluster.ts';
import { LiveContest } from './live-contest.ts';
import { keptLives, runLive } from './run.ts';

let cluster: LiveCluster;

before(async () => {
  cluster = await LiveCluster.boot();
});

after(() => cluster.stop());

test('after each batch of generated changes our watch, the poll of the original and a compile from nothing agree', async () => {
  const result = await runLive(cluster, { seed: 1, sequences: 3 });
  assert.deepEqual(result.failures, []);
  assert.ok(result.batches >= 10, `${result.batches} batches`);
  assert.ok(result.writes - result.refused > 100, `${result.writes} writes, ${result.refused} of them refused`);
});

describe('the tables no longer differ in the life', () => {
  for (const { seed, sequence, differences } of keptLives()) {
    test(`seed-${seed}: ${differences[0] ?? ''}`, async () => {
      assert.deepEqual((await LiveContest.play(cluster, sequence)).differences, []);
    });
  }
});
