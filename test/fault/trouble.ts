/** Gets a bad road and a fault; gives a cluster that changed while it was about, and proof that nothing of it stayed. */
import { until } from '../harness/wait.ts';
import { breathe } from './bad-road.ts';
import type { BadRoad } from './bad-road.ts';
import type { FaultName } from './faulty-proxy.ts';
import type { Random } from './random.ts';

export const deadlineMs = 60_000;

/** Waits until the table is what a fresh compile makes of the cluster. `after` says of what, with the seed. */
export async function becomesFresh(road: BadRoad, after: string): Promise<void> {
  const want = await road.fresh();
  let got = '';
  await until(
    {
      what: `the table to equal a fresh compile after ${after}`,
      deadlineMs,
      explain: () => Promise.resolve(`served:\n${got}\nfresh:\n${want}\nlog:\n${road.logged.slice(-20).join('')}`),
    },
    async () => (got = await road.served()) === want,
  );
}

/** The cluster changes while `fault` is about, some watches begin anew, and then all is well again. */
export async function step(road: BadRoad, fault: FaultName, random: Random): Promise<void> {
  const before = road.proxy.inflicted;
  road.proxy.suffer(fault, random.pick([0.3, 0.7, 1]));
  for (let changes = random.between(3, 12); changes > 0; changes--) {
    await road.change();
    if (random.chance(0.2)) road.proxy.endWatches();
    await breathe(random.between(0, 30));
  }
  road.proxy.endWatches();
  // The trouble lasts until it has struck: a step in which nothing went wrong shows nothing.
  await until({ what: `${fault} to strike`, deadlineMs }, async () => {
    await road.change();
    return road.proxy.inflicted > before;
  });
  await breathe(random.between(0, 200));
  road.proxy.heal();
}
