/** Gets a bound on the load, gives how much busier the busiest pod is than the mean. Fixed seeds. */
import { Balancer } from '../../src/balancer/index.ts';
import type { BoundedLoadOptions, Endpoint } from '../../src/balancer/index.ts';
import { seeded } from '../support/seeded.ts';

/** Twenty pods, one of them three times slower; 2,000 keys by Zipf's law; answers after 10 ms and more. */
const pods = 20;
const warmUpMs = 1000;
const endMs = 5000;
const harmonics = Array.from({ length: 2000 }, (_, i) => 1 / (i + 1));
const allHarmonics = harmonics.reduce((sum, one) => sum + one, 0);

function hotKey(random: number): string {
  let left = random * allHarmonics;
  const index = harmonics.findIndex((one) => (left -= one) < 0);
  return `product-${index}`;
}

interface Answer {
  readonly at: number;
  readonly endpoint: Endpoint;
  readonly durationMs: number;
}

/** Time that each pod was busy, the busiest divided by the mean. */
export function busiestToMean(requestsPerSecond: number, boundedLoad?: BoundedLoadOptions): number {
  const random = seeded(1);
  let now = 0;
  const balancer = new Balancer({ now: () => now, random }, boundedLoad === undefined ? {} : { boundedLoad });
  balancer.update(Array.from({ length: pods }, (_, i) => ({ address: `http://10.2.0.${i}:8080` })));
  const busyMs = new Float64Array(pods);
  let open: Answer[] = [];
  for (let at = 0; at < endMs; at -= (Math.log(1 - random()) * 1000) / requestsPerSecond) {
    const due = open.filter((answer) => answer.at <= at).sort((a, b) => a.at - b.at);
    open = open.filter((answer) => answer.at > at);
    for (const { endpoint, durationMs, ...answer } of due) {
      now = answer.at;
      balancer.finish(endpoint, durationMs);
      if (now > warmUpMs) busyMs[endpoint.slot] = (busyMs[endpoint.slot] ?? 0) + durationMs;
    }
    now = at;
    const endpoint = balancer.pick(hotKey(random()));
    balancer.begin(endpoint);
    const durationMs = (10 - Math.log(1 - random()) * 10) * (endpoint.slot === 0 ? 3 : 1);
    open.push({ at: at + durationMs, endpoint, durationMs });
  }
  return (Math.max(...busyMs) * pods) / busyMs.reduce((sum, one) => sum + one, 0);
}
