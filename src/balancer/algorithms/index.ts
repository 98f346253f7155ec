/** Gets an algorithm's name and parts, gives the algorithm. */
import type { BoundedLoad } from '../bounded-load.ts';
import { oneOf, wholeFrom } from '../option-rules.ts';
import { algorithmNames } from '../types.ts';
import type { AlgorithmName } from '../types.ts';
import type { Algorithm, AlgorithmParts } from './algorithm.ts';
import { createConsistentHash } from './consistent-hash.ts';
import { createPowerOfRandomNChoices, createRandom } from './random.ts';
import { createRoundRobin } from './round-robin.ts';
import { createLeastRequests, createWeightedRoundRobin } from './weighted.ts';

export type { Algorithm } from './algorithm.ts';

export interface AlgorithmSettings extends AlgorithmParts {
  readonly choices: number | undefined;
  readonly bounded: BoundedLoad | undefined;
  readonly fadesByKey: boolean;
}

const makers: Readonly<Record<AlgorithmName, (settings: AlgorithmSettings) => Algorithm>> = {
  consistentHash: ({ bounded, fadesByKey }) => createConsistentHash(bounded, fadesByKey),
  roundRobin: createRoundRobin,
  random: createRandom,
  powerOfRandomNChoices: (settings) => createPowerOfRandomNChoices(settings, settings.choices),
  weightedRoundRobin: createWeightedRoundRobin,
  leastRequests: createLeastRequests,
};

/** @throws BalancerError RSRV_BALANCER_OPTION for a name that is none of Skipper's, or a choice between none. */
export function createAlgorithm(name: string, settings: AlgorithmSettings): Algorithm {
  if (settings.choices !== undefined) wholeFrom(1, 'choices', settings.choices);
  return makers[oneOf('algorithm', algorithmNames, name)](settings);
}
