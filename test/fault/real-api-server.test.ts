/**
 * Everything that can go wrong between a route server and a real kube-apiserver, at random from a printed seed: when it
 * is over, the table is what a fresh compile makes of the cluster. Beside what the double meets, lists and watches are
 * answered for versions that were long ago.
 *
 *   FAULT_SEED=7 FAULT_STEPS=500 npm run test:fault real-api-server
 */
import { after, before, describe, test } from 'node:test';
import { BadRoad } from './bad-road.ts';
import { realCluster } from './fault-cluster.ts';
import type { FaultCluster } from './fault-cluster.ts';
import { faultNames, realFaults, watchFaults } from './faulty-proxy.ts';
import { randomFrom, seedOf } from './random.ts';
import { becomesFresh, step } from './trouble.ts';

const seed = seedOf(20_261_123);
/** How often each fault comes about. */
const rounds = Math.ceil(Number(process.env['FAULT_STEPS'] ?? 1) / 12);
let cluster: FaultCluster;

before(async () => {
  cluster = await realCluster('fault');
});

after(() => cluster.stop());

for (const source of ['watch', 'poll'] as const) {
  describe(`a route server with -source=${source} before a real API server`, () => {
    const random = randomFrom(seed);
    let road: BadRoad;

    before(async () => {
      road = await BadRoad.open(random, source, { ...cluster, stop: () => Promise.resolve() });
      await road.start();
      await becomesFresh(road, `its start (FAULT_SEED=${seed})`);
    });

    after(() => road.close());

    for (const fault of [...realFaults, ...faultNames]) {
      if (source === 'poll' && watchFaults.includes(fault)) continue;
      test(`recovers from ${fault}`, async (t) => {
        t.diagnostic(`FAULT_SEED=${seed}`);
        for (let round = 0; round < rounds; round++) {
          await step(road, fault, random);
          await becomesFresh(road, `${fault}, round ${round} (FAULT_SEED=${seed})`);
        }
      });
    }
  });
}
