/** `random` and `powerOfRandomNChoices`: get kept endpoints, give one by chance (loadbalancer/algorithm.go). */
import { draw } from './algorithm.ts';
import type { Algorithm, AlgorithmParts } from './algorithm.ts';

export function createRandom({ random }: AlgorithmParts): Algorithm {
  return {
    name: 'random',
    choose(selection) {
      const slots = selection.keptSlots();
      return slots[selection.kept === 1 ? 0 : draw(random, selection.kept)] ?? 0;
    },
    adopt() {
      // Has no state.
    },
  };
}

/** Draws `choices` endpoints, maybe the same one twice, and takes the first with the fewest requests under way. */
export function createPowerOfRandomNChoices({ random, inflightOf }: AlgorithmParts, choices = 2): Algorithm {
  return {
    name: 'powerOfRandomNChoices',
    choose(selection) {
      const slots = selection.keptSlots();
      let best = slots[draw(random, selection.kept)] ?? 0;
      for (let i = 1; i < choices; i++) {
        const candidate = slots[draw(random, selection.kept)] ?? 0;
        if (inflightOf(candidate) < inflightOf(best)) best = candidate;
      }
      return best;
    },
    adopt() {
      // Has no state.
    },
  };
}
