/**
 * Shares as `TrafficSegment(from, to)`: all routes of a path see the same random number of a request, so that segments
 * side by side split traffic exactly. Source: Skipper v0.27.65, `dataclients/kubernetes/traffic_segment.go`.
 */

import { call } from '../draft.ts';
import type { TrafficShare, WeightedBackend } from './share.ts';

interface Segments {
  readonly byName: ReadonlyMap<string, { readonly from: number; readonly to: number }>;
  readonly total: number;
}

function segmentsOf(backends: readonly WeightedBackend[]): Segments {
  const byName = new Map<string, { from: number; to: number }>();
  let total = 0;
  for (const { name, weight } of backends) {
    byName.set(name, { from: total, to: total + weight });
    total += weight;
  }
  return { byName, total };
}

function firstOfEachName(backends: readonly WeightedBackend[]): readonly WeightedBackend[] {
  return backends.filter(({ name }, index) => backends.findIndex((backend) => backend.name === name) === index);
}

export function trafficSegments(backends: readonly WeightedBackend[]): ReadonlyMap<string, TrafficShare> {
  const weighted = segmentsOf(firstOfEachName(backends));
  const { byName, total } =
    weighted.total === 0 ? segmentsOf(backends.map(({ name }) => ({ name, weight: 1 }))) : weighted;
  return new Map(
    Array.from(byName, ([name, segment]): [string, TrafficShare] => {
      const from = segment.from / total;
      const to = segment.to / total;
      const whole = from === 0 && to === 1;
      return [name, { allowed: from !== to, predicates: whole ? [] : [call('TrafficSegment', from, to)] }];
    }),
  );
}
