/** Gets backends with weights, gives what each one's route needs to receive its share. */

import type { TrafficAlgorithm } from '../options.ts';
import type { TrafficShare, WeightedBackend } from './share.ts';
import { trafficPredicates } from './predicate.ts';
import { trafficSegments } from './segment.ts';

export type { TrafficShare, WeightedBackend } from './share.ts';

/** What a backend gets that has no competitor. */
export const wholeTraffic: TrafficShare = { allowed: true, predicates: [] };

/** Shares by backend name. Of two backends with the same name one entry remains. */
export function trafficShares(
  algorithm: TrafficAlgorithm,
  backends: readonly WeightedBackend[],
): ReadonlyMap<string, TrafficShare> {
  return algorithm === 'traffic-segment-predicate' ? trafficSegments(backends) : trafficPredicates(backends);
}
