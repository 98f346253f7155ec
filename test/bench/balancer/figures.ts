/** The balancer's figures. */
import type { Endpoint } from '../../../src/balancer/index.ts';
import type { Figure } from '../figures.ts';
import { batches, filled, inputs, keys } from './subjects.ts';
import { msOfEach, nsPerCall } from './timing.ts';

function batchFigure(isQuick: boolean): Figure {
  const balancer = filled(50);
  const into: Endpoint[] = [];
  const timing = { calls: isQuick ? 1_000_000 : 5_000_000, rounds: 10 };
  const single = nsPerCall((calls) => {
    for (let i = 0; i < calls; i++) balancer.pick(keys[i & 4095] ?? '');
  }, timing);
  const many = nsPerCall((calls) => {
    for (let i = 0; i < calls / 100; i++) balancer.pickMany(batches[i % 40] ?? [], 'utf8', into);
  }, timing);
  return {
    ...{ name: 'pickMany(100) per key, beside pick', unit: 'ns', ours: [many], theirs: [single] },
    goal: '<= 0.6 x',
    isMet: (ours, theirs) => ours <= 0.6 * theirs,
  };
}

function growthFigure(): Figure {
  const balancer = filled(1000);
  const blocked = msOfEach(30, (time) => balancer.update(inputs(1001 + time)));
  return {
    ...{ name: 'adding a pod to 1,000, longest of 30', unit: 'ms', ours: [Math.max(...blocked)], theirs: [] },
    goal: '<= 5 ms',
    isMet: (ours) => ours <= 5,
  };
}

export function balancerFigures(isQuick: boolean): Promise<readonly Figure[]> {
  return Promise.resolve([batchFigure(isQuick), growthFigure()]);
}
