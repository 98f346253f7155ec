/**
 * Everything that can go wrong between a route server and the API server, at random from a printed seed: when it is
 * over, the table is what a fresh compile makes of the cluster.
 *
 *   FAULT_SEED=7 FAULT_STEPS=500 npm run test:fault
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { until } from '../harness/wait.ts';
import { BadRoad, breathe } from './bad-road.ts';
import { faultNames, watchFaults } from './faulty-proxy.ts';
import type { FaultName } from './faulty-proxy.ts';
import type { Random } from './random.ts';
import { randomFrom, seedOf } from './random.ts';

const seed = seedOf(20_261_122);
const steps = Number(process.env['FAULT_STEPS'] ?? 6);
const deadlineMs = 60_000;

function faultsOf(source: 'watch' | 'poll'): readonly [FaultName, ...FaultName[]] {
  const [first, ...others] = faultNames;
  return [first, ...others.filter((name) => source === 'watch' || !watchFaults.includes(name))];
}

async function becomesFresh(road: BadRoad, after: string): Promise<void> {
  const want = await road.fresh();
  let got = '';
  await until(
    {
      what: `the table to equal a fresh compile after ${after} (FAULT_SEED=${seed})`,
      deadlineMs,
      explain: () => Promise.resolve(`served:\n${got}\nfresh:\n${want}\nlog:\n${road.logged.slice(-20).join('')}`),
    },
    async () => (got = await road.served()) === want,
  );
}

/** The cluster changes while `fault` is about, some watches begin anew, and then all is well again. */
async function step(road: BadRoad, fault: FaultName, random: Random): Promise<void> {
  const before = road.proxy.inflicted;
  road.proxy.suffer(fault, random.pick([0.3, 0.7, 1]));
  for (let changes = random.between(3, 12); changes > 0; changes--) {
    road.change();
    if (random.chance(0.2)) road.proxy.endWatches();
    await breathe(random.between(0, 30));
  }
  road.proxy.endWatches();
  // The trouble lasts until it has struck: a step in which nothing went wrong shows nothing.
  await until({ what: `${fault} to strike (FAULT_SEED=${seed})`, deadlineMs }, () => {
    road.change();
    return Promise.resolve(road.proxy.inflicted > before);
  });
  await breathe(random.between(0, 200));
  road.proxy.heal();
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
        await becomesFresh(road, 'its start');
        for (let at = 0; at < Math.ceil(steps / 3); at++) {
          await step(road, fault, random);
          await becomesFresh(road, `${fault}, step ${at}`);
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
        await becomesFresh(road, `${fault}, step ${at}`);
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
        await becomesFresh(road, `a start with ${fault}`);
      });
    }
  });
}
