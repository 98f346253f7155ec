/** `random` and `powerOfRandomNChoices`: get kept endpoints, give one by chance (loadbalancer/algorithm.go). */
import { draw, keyless } from './algorithm.ts';
import type { Algorithm, AlgorithmParts } from './algorithm.ts';

export function createRandom({ random }: AlgorithmParts): Algorithm {
  return keyless('random', (slots, count) => slots[count === 1 ? 0 : draw(random, count)] ?? 0);
}

/** Draws `choices` endpoints, maybe the same one twice, and takes the first with the fewest requests under way. */
export function createPowerOfRandomNChoices({ random, inflightOf }: AlgorithmParts, choices = 2): Algorithm {
  return keyless('powerOfRandomNChoices', (slots, count) => {
    let best = slots[draw(random, count)] ?? 0;
    for (let i = 1; i < choices; i++) {
      const candidate = slots[draw(random, count)] ?? 0;
      if (inflightOf(candidate) < inflightOf(best)) best = candidate;
    }
    return best;
  });
}
