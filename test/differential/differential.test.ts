/** A short run with a seed that stays, and every case in which the tables once differed. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { keptCases } from './cases.ts';
import { Contest } from './contest.ts';
import { runDifferential } from './run.ts';

test('both route servers make the same tables of 50 generated clusters, route by route and zone by zone', async () => {
  const result = await runDifferential({ seed: 4, clusters: 50, clustersPerFlagSet: 5, programOneIn: 5 });
  assert.deepEqual(result.failures, []);
  assert.deepEqual([result.clusters, result.flagSets, result.programSets], [50, 10, 2]);
});

describe('the tables no longer differ in the case', () => {
  for (const { name, title, flags, objects } of keptCases()) {
    test(`${name}: ${title}`, async () => {
      const contest = await Contest.start({ flags, withProgram: false });
      try {
        assert.deepEqual(await contest.differences(objects), []);
        assert.deepEqual(contest.counts.crashes, []);
      } finally {
        await contest.stop();
      }
    });
  }
});
