/** `roundRobin`: gets kept endpoints, gives the next in turn, beginning anywhere (loadbalancer/algorithm.go). */
import { draw, keyless } from './algorithm.ts';
import type { Algorithm, AlgorithmParts } from './algorithm.ts';

/** The turn goes on whoever comes. */
export function createRoundRobin({ random }: AlgorithmParts): Algorithm {
  let turn = -1;
  return keyless('roundRobin', (slots, count) => {
    // Skipper does not count a turn when there is no choice.
    if (count === 1) return slots[0] ?? 0;
    if (turn === -1) turn = draw(random, count);
    // Kept small: a number beyond 2^31 would cost a heap object per pick.
    turn = (turn + 1) & 0x3fffffff;
    return slots[turn % count] ?? 0;
  });
}
