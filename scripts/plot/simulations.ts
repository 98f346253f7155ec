/** Pictures of the balancer under load: what its rules come to beside Skipper's, in simulations with fixed seeds. */
import type { BoundedLoadOptions } from '../../src/balancer/index.ts';
import { simulateFadeIn } from '../../test/simulation/fade-in.ts';
import { busiestToMean } from '../../test/simulation/occupancy.ts';
import { simulateZones } from '../../test/simulation/zones.ts';
import type { Chart, Series } from './chart.ts';

/** Cache fills in vain while three scale-ups overlap. */
export function fadeInWaste(): Chart {
  const of = (mode: 'n-ring' | 'skipper'): Series => ({
    name: mode,
    points: simulateFadeIn({ mode }).wastedBySecond.map((wasted, second) => [second, wasted]),
  });
  return {
    title: 'Cache fills in vain after three scale-ups that overlap',
    x: { label: 'time since the last scale-up, s' },
    y: { label: 'fills on pods that do not keep the key' },
    series: [of('n-ring'), of('skipper')],
  };
}

/** How busy the busiest of twenty pods is when one of them is slow and some keys are hot. */
export function busiestPod(): Chart {
  const of = (name: string, boundedLoad?: BoundedLoadOptions): Series => ({
    name,
    points: [500, 1000, 2000, 3000, 4000].map((rate) => [rate, busiestToMean(rate, boundedLoad)]),
  });
  return {
    title: 'The busiest pod beside the mean, one pod 3 × slower',
    x: { label: 'requests a second' },
    y: { label: 'time busy, busiest ÷ mean' },
    series: [of('no bound'), of('inflight', { load: 'inflight' }), of('occupancy', { load: 'occupancy' })],
  };
}

/** Requests that stay in the own zone, which is slow from the second minute to the fourth. */
export function ownZone(): Chart {
  const of = (name: string, rate: number, mode?: 'skipper' | 'latency'): Series => {
    const { localBySecond } = simulateZones(rate, mode === undefined ? undefined : { mode });
    // Five seconds a point: single seconds of 200 requests are noise.
    const points = localBySecond.flatMap((_, second) => {
      if (second % 5 !== 0) return [];
      const some = localBySecond.slice(second, second + 5);
      return [[second, (100 * some.reduce((sum, one) => sum + one, 0)) / some.length] as const];
    });
    return { name, points };
  };
  return {
    title: 'Requests that stay in the own zone, slow from 120 s to 240 s',
    x: { label: 'time, s' },
    y: { label: 'requests in the own zone, %' },
    series: [
      of('skipper', 1000, 'skipper'),
      of('latency, 1,000/s', 1000, 'latency'),
      of('latency, 200/s', 200, 'latency'),
      of('no zones', 1000),
    ],
  };
}
