/**
 * Shares as `Traffic(p)`: a chance, relative to the backends that are left.
 *
 * For weights 1, 2 and 3 the routes have Traffic(1/6), Traffic(2/5) and none. Skipper tries routes with more predicates
 * first, so `True()` puts them in that order. Source: Skipper v0.27.65, `dataclients/kubernetes/traffic.go`.
 */

import { call } from '../draft.ts';
import type { TrafficShare, WeightedBackend } from './share.ts';

function weightsOf(backends: readonly WeightedBackend[]): readonly number[] {
  const weights = backends.map(({ weight }) => weight);
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return sum === 0 ? weights.map(() => 1) : weights;
}

function share(chance: number, remaining: number): TrafficShare {
  if (chance === 1) return { allowed: true, predicates: [] };
  const order = Array.from({ length: Math.max(0, remaining - 1) }, () => call('True'));
  return { allowed: chance > 0, predicates: [call('Traffic', chance), ...order] };
}

export function trafficPredicates(backends: readonly WeightedBackend[]): ReadonlyMap<string, TrafficShare> {
  const weights = weightsOf(backends);
  const lastWithWeight = Math.max(
    0,
    weights.findLastIndex((weight) => weight > 0),
  );
  const shares = new Map<string, TrafficShare>();
  // Subtracted step by step and not summed anew: the digits of the quotient appear in the table.
  let left = weights.reduce((total, weight) => total + weight, 0);
  for (const [index, { name }] of backends.entries()) {
    const weight = weights[index] ?? 0;
    const chance = index === lastWithWeight ? 1 : weight === 0 ? 0 : weight / left;
    shares.set(name, share(chance, backends.length - index - 1));
    left -= weight;
  }
  return shares;
}
