/** `roundRobin`: gets kept endpoints, gives the next in turn, beginning anywhere (loadbalancer/algorithm.go). */
import { draw } from './algorithm.ts';
import type { Algorithm, AlgorithmParts } from './algorithm.ts';

export function createRoundRobin({ random }: AlgorithmParts): Algorithm {
  let turn = -1;
  return {
    name: 'roundRobin',
    choose(selection) {
      const slots = selection.keptSlots();
      // Skipper does not count a turn when there is no choice.
      if (selection.kept === 1) return slots[0] ?? 0;
      if (turn === -1) turn = draw(random, selection.kept);
      // Kept small: a number beyond 2^31 would cost a heap object per pick.
      turn = (turn + 1) & 0x3fffffff;
      return slots[turn % selection.kept] ?? 0;
    },
    adopt() {
      // The turn goes on whoever comes.
    },
  };
}
