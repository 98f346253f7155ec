/** Gets a rule of fade-in, gives what three scale-ups at once cost the pods' caches by it. Fixed seeds. */
import { Balancer } from '../../src/balancer/index.ts';
import type { EndpointInput, FadeInOptions } from '../../src/balancer/index.ts';
import { seeded } from '../support/seeded.ts';

/** Three overlapping scale-ups of five pods each onto twenty, and 2,000 keys by Zipf's law, 2,000 requests a second. */
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

export interface FadeInOutcome {
  /** Cache fills after the last scale-up on pods that neither had the key before nor keep it. */
  readonly wasted: number;
  /** All cache fills after the last scale-up. */
  readonly fills: number;
  /** `wasted` just before the last request of each second from the last scale-up on. */
  readonly wastedBySecond: readonly number[];
  /** How often the pod that answers for a key changed from one request for it to the next. */
  readonly flips: number;
}

function ownersAtTheEnd(): readonly string[] {
  const final = new Balancer({ now: () => 0, random: () => 0 });
  final.update(inputs(35));
  return final.pickMany(keys).map(({ address }) => address);
}

/** The same requests for every rule: so many of each key in a second, the first key most often. */
function requests(): readonly number[] {
  const harmonics = keys.map((_, i) => 1 / (i + 1));
  const all = harmonics.reduce((sum, one) => sum + one, 0);
  const random = seeded(11);
  return Array.from({ length: (endMs / 1000) * keys.length }, () => {
    let left = random() * all;
    return Math.max(
      0,
      harmonics.findIndex((one) => (left -= one) < 0),
    );
  });
}

function scaleUp(balancer: Balancer, now: number): void {
  const [, pods] = scaleUpsMs.find(([at]) => at === now) ?? [];
  if (pods !== undefined) balancer.update(inputs(pods));
}

export function simulateFadeIn(fadeIn: FadeInOptions): FadeInOutcome {
  let now = 0;
  const balancer = new Balancer({ now: () => now, random: seeded(3) }, { fadeIn });
  balancer.update(inputs(20));
  const settled = new Set(balancer.endpoints);
  const finalOwners = ownersAtTheEnd();
  const last = balancer.pickMany(keys);
  const filled = last.map((endpoint) => new Set([endpoint]));
  const wastedBySecond: number[] = new Array<number>((endMs - lastScaleUpMs) / 1000).fill(0);
  const outcome = { wasted: 0, fills: 0, flips: 0, wastedBySecond };
  for (const [i, key] of requests().entries()) {
    now = Math.floor(i / keys.length) * 1000;
    if (i % keys.length === 0) scaleUp(balancer, now);
    const endpoint = balancer.pick(keys[key] ?? '');
    if (endpoint !== last[key]) outcome.flips++;
    last[key] = endpoint;
    const known = filled[key] ?? new Set();
    if (now < lastScaleUpMs) continue;
    wastedBySecond[(now - lastScaleUpMs) / 1000] = outcome.wasted;
    if (known.has(endpoint)) continue;
    known.add(endpoint);
    outcome.fills++;
    if (!settled.has(endpoint) && endpoint.address !== finalOwners[key]) outcome.wasted++;
  }
  return outcome;
}
