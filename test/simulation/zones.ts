/** Gets a rule for zones, gives where requests go while the caller's own zone is slow, and before and after. Fixed seeds. */
import { Balancer } from '../../src/balancer/index.ts';
import type { Endpoint, EndpointInput, ZoneOptions } from '../../src/balancer/index.ts';
import { seeded } from '../support/seeded.ts';

/** Three zones of ten pods each; keys all alike; answers after 10 ms and more, 1 ms later from another zone. */
const pods: readonly EndpointInput[] = ['a', 'b', 'c'].flatMap((zone, z) =>
  Array.from({ length: 10 }, (_, i) => ({ address: `http://10.${z}.0.${i}:8080`, zone })),
);
const otherZoneMs = 1;
const rampMs = 30_000;
const minuteMs = 60_000;
/** The own zone is twice as slow for two of six minutes. */
const slowness = 2;
const slowFromMs = 120_000;
const slowToMs = 240_000;
const endMs = 360_000;

export interface ZoneOutcome {
  /** Part of the requests that stayed in the own zone, by second. */
  readonly localBySecond: readonly number[];
  /** 99th percentile of all answers, ms: in the minute before the zone is slow, in its second slow one, in the last one. */
  readonly p99: Readonly<Record<Phase, number>>;
  /** Seconds of slowness until less than half of the requests stay in the zone; undefined when that never happens. */
  readonly leftAfter: number | undefined;
  /** Seconds from the end of slowness until nine of ten stay in it again. */
  readonly backAfter: number | undefined;
  /** How often the zone was left without being slow. */
  readonly leftInVain: number;
}

type Phase = 'before' | 'slow' | 'after';

interface Answer {
  readonly endpoint: Endpoint;
  readonly durationMs: number;
}

/** @param zone undefined for a balancer that knows no zones. */
export function simulateZones(requestsPerSecond: number, zone?: Omit<ZoneOptions, 'own'>): ZoneOutcome {
  const random = seeded(2);
  let now = 0;
  const options = zone === undefined ? {} : { zone: { own: 'a', rampMs, ...zone } };
  const balancer = new Balancer({ now: () => now, random }, options);
  balancer.update(pods);
  const book = new Book();
  const due = new Map<number, Answer[]>();
  let at = 0;
  for (now = 0; now < endMs; now++) {
    for (const { endpoint, durationMs } of due.get(now) ?? []) balancer.finish(endpoint, durationMs);
    due.delete(now);
    for (; at < now + 1; at -= (Math.log(1 - random()) * 1000) / requestsPerSecond) {
      const endpoint = balancer.pick(`product-${Math.floor(random() * 100_000)}`);
      balancer.begin(endpoint);
      const durationMs = (10 - Math.log(1 - random()) * 10) * slownessOf(endpoint, now) + awayMs(endpoint);
      book.add(now, endpoint.zone === 'a', durationMs);
      const end = Math.ceil(now + durationMs);
      due.set(end, [...(due.get(end) ?? []), { endpoint, durationMs }]);
    }
  }
  return book.outcome();
}

const awayMs = ({ zone }: Endpoint): number => (zone === 'a' ? 0 : otherZoneMs);
const slownessOf = ({ zone }: Endpoint, now: number): number =>
  zone === 'a' && now >= slowFromMs && now < slowToMs ? slowness : 1;

function phaseAt(now: number): Phase | undefined {
  if (now >= endMs - minuteMs) return 'after';
  if (now >= slowToMs - minuteMs && now < slowToMs) return 'slow';
  return now >= slowFromMs - minuteMs && now < slowFromMs ? 'before' : undefined;
}

class Book {
  readonly #all = new Float64Array(endMs / 1000);
  readonly #local = new Float64Array(endMs / 1000);
  readonly #durations: Readonly<Record<Phase, number[]>> = { before: [], slow: [], after: [] };

  add(now: number, isLocal: boolean, durationMs: number): void {
    const second = Math.floor(now / 1000);
    this.#all[second] = (this.#all[second] ?? 0) + 1;
    if (isLocal) this.#local[second] = (this.#local[second] ?? 0) + 1;
    const phase = phaseAt(now);
    if (phase !== undefined) this.#durations[phase].push(durationMs);
  }

  outcome(): ZoneOutcome {
    const localBySecond = Array.from(this.#local, (local, second) => local / Math.max(1, this.#all[second] ?? 0));
    const { before, slow, after } = this.#durations;
    const leftAfter = secondsUntil(localBySecond, slowFromMs, (share) => share < 0.5);
    const slowMs = slowToMs - slowFromMs;
    // One that left too late, when its zone was fast again, is back later still.
    const leftLateMs = leftAfter === undefined ? 0 : Math.max(0, leftAfter * 1000 - slowMs);
    const back = secondsUntil(localBySecond, slowToMs + leftLateMs, (share) => share >= 0.9);
    return {
      localBySecond,
      p99: { before: p99(before), slow: p99(slow), after: p99(after) },
      leftAfter,
      backAfter: back === undefined ? undefined : back + leftLateMs / 1000,
      leftInVain: localBySecond.filter((share, second) => {
        const isSlow = second * 1000 >= slowFromMs && second * 1000 < slowToMs + 2 * rampMs;
        return !isSlow && share < 0.6 && (localBySecond[second - 1] ?? 0) > 0.9;
      }).length,
    };
  }
}

function secondsUntil(shares: readonly number[], fromMs: number, isSo: (share: number) => boolean): number | undefined {
  const found = shares.findIndex((share, second) => second * 1000 >= fromMs && isSo(share));
  return found === -1 ? undefined : found - fromMs / 1000;
}

function p99(durations: number[]): number {
  return durations.sort((a, b) => a - b)[Math.floor(durations.length * 0.99)] ?? Number.NaN;
}
