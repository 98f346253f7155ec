/**
 * Everything that can go wrong between a route server and the API server, at random from a printed seed: when it is
 * over, the table is what a fresh compile makes of the cluster.
 *
 *   FAULT_SEED=7 FAULT_STEPS=500 npm run test:fault
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { until } from '../harness/wait.ts';
import { BadRoad } from './bad-road.ts';
import { faultNames, watchFaults } from './faulty-proxy.ts';
import type { FaultName } from './faulty-proxy.ts';
import { randomFrom, seedOf } from './random.ts';
import { becomesFresh, deadlineMs, step } from './trouble.ts';

const seed = seedOf(20_261_122);
const steps = Number(process.env['FAULT_STEPS'] ?? 6);

function faultsOf(source: 'watch' | 'poll'): readonly [FaultName, ...FaultName[]] {
  const [first, ...others] = faultNames;
  return [first, ...others.filter((name) => source === 'watch' || !watchFaults.includes(name))];
}

for (const source of ['watch', 'poll'] as const) {
  describe(`a route server with -source=${source}`, () => {
    for (const fault of faultsOf(source)) {
      test(`recovers from ${fault}`, async (t) => {
        t.diagnostic(`FAULT_SEED=${seed}`);
        const random = randomFrom(seed);
        const road = await BadRoad.open(random, source);
        t.after(() => road.close());
        await road.start();
        await becomesFresh(road, `its start (FAULT_SEED=${seed})`);
        for (let at = 0; at < Math.ceil(steps / 3); at++) {
          await step(road, fault, random);
          await becomesFresh(road, `${fault}, step ${at} (FAULT_SEED=${seed})`);
        }
      });
    }

    test('recovers from one thing after another', async (t) => {
      t.diagnostic(`FAULT_SEED=${seed} FAULT_STEPS=${steps}`);
      const random = randomFrom(seed + 1);
      const road = await BadRoad.open(random, source);
      t.after(() => road.close());
      await road.start();
      for (let at = 0; at < steps; at++) {
        const fault = random.pick(faultsOf(source));
        await step(road, fault, random);
        await becomesFresh(road, `${fault}, step ${at} (FAULT_SEED=${seed})`);
      }
    });

    for (const fault of ['503', '429', 'drop', 'truncate'] as const) {
      test(`starts though at first everything meets ${fault}, and serves nothing until the view is whole`, async (t) => {
        const road = await BadRoad.open(randomFrom(seed + 2), source);
        t.after(() => road.close());
        road.proxy.suffer(fault, 1);
        await road.start();
        await until({ what: 'several requests to fail', deadlineMs }, () => Promise.resolve(road.proxy.inflicted >= 8));
        assert.equal(await road.served(), '');
        road.proxy.heal();
        await becomesFresh(road, `a start with ${fault} (FAULT_SEED=${seed})`);
      });
    }
  });
}
