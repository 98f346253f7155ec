/** Pictures of the balancer at rest: shares of the ring, and how a new pod takes over its keys. */
import { Balancer } from '../../src/balancer/index.ts';
import type { EndpointInput, FadeInOptions } from '../../src/balancer/index.ts';
import type { Chart, Series } from './chart.ts';

const inputs = (count: number): readonly EndpointInput[] =>
  Array.from({ length: count }, (_, i) => ({ address: `http://10.2.${i >> 8}.${i & 255}:8080` }));

/** Each pod's part of the ring beside an even part, sorted: what 100 points per pod leave to chance. */
export function ringShares(): Chart {
  const of = (count: number): Series => {
    const balancer = new Balancer({ now: () => 0, random: () => 0 });
    balancer.update(inputs(count));
    const shares = balancer.snapshot().endpoints.map(({ share }) => share * count);
    const sorted = shares.sort((a, b) => a - b);
    return { name: `${count} pods`, points: sorted.map((share, i) => [(100 * i) / (count - 1), share]) };
  };
  return {
    title: 'Share of the ring, beside an even share',
    x: { label: 'pods, from the smallest share to the largest, %' },
    y: { label: 'share × number of pods' },
    series: [10, 50, 200].map(of),
  };
}

/** Part of a new pod's keys that it answers for, by its age. */
export function fadeInCurves(): Chart {
  const keys = Array.from({ length: 20_000 }, (_, i) => `product-${i}`);
  const of = (name: string, fadeIn: FadeInOptions): Series => {
    let now = 0;
    // Evenly spread draws instead of random ones: the curve is the rule's, without noise.
    let drawn = 0;
    const balancer = new Balancer({ now: () => now, random: () => (drawn++ % 1000) / 1000 }, { fadeIn });
    balancer.update(inputs(20));
    balancer.update(inputs(21));
    const taken = (age: number): number => {
      // By Skipper's rule a pod does not fade in the very moment in which it is found.
      now = Math.max(age, 1);
      return balancer.pickMany(keys).filter(({ address }) => address === 'http://10.2.0.20:8080').length;
    };
    // In order: once a fade is over it stays so, whatever the clock says then.
    const counts = Array.from({ length: 31 }, (_, second) => taken(second * 1000));
    const all = counts.at(-1) ?? 1;
    return { name, points: counts.map((count, second) => [second, count / all]) };
  };
  return {
    title: 'Keys that a new pod answers for, of those that it will own',
    x: { label: 'age of the pod, s' },
    y: { label: 'part of its keys' },
    series: [
      of('n-ring, ^2.5', { mode: 'n-ring' }),
      of('skipper, ^2.5', { mode: 'skipper' }),
      of('skipper, ^1', { mode: 'skipper', exponent: 1 }),
    ],
  };
}
