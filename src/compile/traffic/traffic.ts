/** Gets backends with weights, gives what each one's route needs to receive its share. */

import type { Predicate } from '../../eskip/index.ts';
import type { TrafficAlgorithm } from '../options.ts';
import { trafficPredicates } from './predicate.ts';
import { trafficSegments } from './segment.ts';

export interface WeightedBackend {
  readonly name: string;
  readonly weight: number;
}

export interface TrafficShare {
  /** False for a backend that is to receive nothing. An Ingress makes no route for it, a RouteGroup does. */
  readonly allowed: boolean;
  readonly predicates: readonly Predicate[];
}

/** What a backend gets that has no competitor. */
export const wholeTraffic: TrafficShare = { allowed: true, predicates: [] };

/** Shares by backend name. Of two backends with the same name one entry remains. */
export function trafficShares(
  algorithm: TrafficAlgorithm,
  backends: readonly WeightedBackend[],
): ReadonlyMap<string, TrafficShare> {
  return algorithm === 'traffic-segment-predicate' ? trafficSegments(backends) : trafficPredicates(backends);
}
