import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { Balancer } from './balancer.ts';
import type { EndpointInput, FadeInOptions } from './types.ts';

/** Three overlapping scale-ups of five pods each onto twenty, and 2,000 keys that are all asked for once a second. */
const scaleUpsMs: readonly (readonly [at: number, pods: number])[] = [
  [1000, 25],
  [9000, 30],
  [17_000, 35],
];
const lastScaleUpMs = 17_000;
const endMs = 50_000;
const keys = Array.from({ length: 2000 }, (_, i) => `product-${i}`);
const inputs = (count: number): readonly EndpointInput[] =>
  Array.from({ length: count }, (_, i) => ({ address: `http://10.2.0.${i}:8080` }));

/** mulberry32: the same draws in every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Outcome {
  /** Cache fills after the last scale-up on pods that neither had the key before nor keep it. */
  readonly wasted: number;
  /** How often the pod that answers for a key changed. */
  readonly flips: number;
}

function ownersAtTheEnd(): readonly string[] {
  const final = new Balancer({ now: () => 0, random: () => 0 });
  final.update(inputs(35));
  return final.pickMany(keys).map(({ address }) => address);
}

function simulate(fadeIn: FadeInOptions): Outcome {
  let now = 0;
  const balancer = new Balancer({ now: () => now, random: seeded(3) }, { fadeIn });
  balancer.update(inputs(20));
  const settled = new Set(balancer.endpoints);
  const filled = keys.map((key) => new Set([balancer.pick(key)]));
  const finalOwners = ownersAtTheEnd();
  let last = balancer.pickMany(keys);
  let [wasted, flips] = [0, 0];
  for (; now < endMs; now += 1000) {
    const scaleUp = scaleUpsMs.find(([at]) => at === now);
    if (scaleUp !== undefined) balancer.update(inputs(scaleUp[1]));
    const picked = keys.map((key) => balancer.pick(key));
    for (const [i, endpoint] of picked.entries()) {
      flips += Number(endpoint !== last[i]);
      const isNew = !settled.has(endpoint) && !filled[i]?.has(endpoint);
      wasted += Number(isNew && endpoint.address !== finalOwners[i] && now >= lastScaleUpMs);
      filled[i]?.add(endpoint);
    }
    last = picked;
  }
  return { wasted, flips };
}

suite('three overlapping scale-ups', () => {
  const nRing = simulate({ mode: 'n-ring' });
  const skipper = simulate({ mode: 'skipper', durationMs: 30_000, exponent: 2.5 });

  test('fill no cache in vain by n-ring, once they are all known', () => {
    assert.equal(nRing.wasted, 0);
  });

  test('fill caches in vain by Skipper’s rule', () => {
    assert.ok(skipper.wasted > 0, String(skipper.wasted));
  });

  test('make keys change pods at least three times as often by Skipper’s rule', () => {
    assert.ok(skipper.flips > 3 * nRing.flips, `${skipper.flips} and ${nRing.flips}`);
  });
});
