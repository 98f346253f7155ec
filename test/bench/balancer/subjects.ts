/** What the balancer is timed with: endpoints, keys, and balancers under load. */
import { Balancer } from '../../../src/balancer/index.ts';
import type { BalancerOptions, EndpointInput } from '../../../src/balancer/index.ts';

export const inputs = (count: number): readonly EndpointInput[] =>
  Array.from({ length: count }, (_, i) => ({ address: `http://10.2.${String(i >> 8)}.${String(i & 255)}:8080` }));

/** 13 characters each; flat strings, as they come out of a request, not ones that V8 has yet to put together. */
export const keys: readonly string[] = Array.from({ length: 4096 }, (_, i) => `product-${String(10_000 + i)}`)
  .join('\n')
  .split('\n');

/** The keys in batches of 100. */
export const batches: readonly (readonly string[])[] = Array.from({ length: 40 }, (_, i) =>
  keys.slice(i * 100, i * 100 + 100),
);

export function filled(count: number, options: BalancerOptions = {}): Balancer {
  const balancer = new Balancer({ now: () => performance.now(), random: Math.random }, options);
  balancer.update(inputs(count));
  return balancer;
}
