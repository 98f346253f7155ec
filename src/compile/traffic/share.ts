/** A backend's share of the traffic of a path. */

import type { Predicate } from '../../eskip/index.ts';

export interface WeightedBackend {
  readonly name: string;
  readonly weight: number;
}

export interface TrafficShare {
  /** False for a backend that is to receive nothing. An Ingress makes no route for it, a RouteGroup does. */
  readonly allowed: boolean;
  readonly predicates: readonly Predicate[];
}
