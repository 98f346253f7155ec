/** Gets a case or a file of them, gives the keys that our balancer places elsewhere than Skipper, by both ways to ask. */
import { Balancer } from '../../src/balancer/index.ts';
import type { BalancerOptions, Endpoint } from '../../src/balancer/index.ts';
import { readVectors } from './vector-file.ts';
import type { VectorCase } from './vector-file.ts';

export interface Misplaced {
  readonly key: string;
  readonly want: string | undefined;
  readonly got: string;
}

/** What became of the cases of one file. */
export interface ReplayOutcome {
  readonly passed: number;
  /** A line for each case that is malformed or has a key elsewhere, and for a file that holds no cases. */
  readonly failures: readonly string[];
}

/** Goes on after whatever is wrong with a case, so that one bad case hides nothing of the others. */
export function failuresOf(file: string, read: () => unknown): ReplayOutcome {
  try {
    const { cases, malformed } = readVectors(file, read());
    const wrong = cases.flatMap((vector) => failureOf(vector) ?? []);
    const failures = [...malformed.map(({ name, reason }) => `${name}: ${reason}`), ...wrong];
    return { passed: cases.length - wrong.length, failures: failures.map((line) => `${file}: ${line}`) };
  } catch (error) {
    return { passed: 0, failures: [messageOf(file, error)] };
  }
}

function failureOf(vector: VectorCase): string | undefined {
  try {
    const wrong = misplaced(vector);
    const [first] = wrong;
    if (first === undefined) return undefined;
    const { key, want, got } = first;
    return `${vector.name}: ${wrong.length} of ${vector.keys.length} keys elsewhere; ${JSON.stringify(key)} to ${got}, not ${want ?? 'nowhere'}`;
  } catch (error) {
    return messageOf(vector.name, error);
  }
}

function messageOf(what: string, error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.startsWith(what) ? message : `${what}: ${message}`;
}

const neverAsked = (): never => {
  throw new Error('A placement by consistent hash needs neither time nor chance.');
};

/**
 * Through the public door only: loads by `begin`, filters as endpoints that were tried already.
 * @param earlier endpoints that the balancer had, one list after the other, before it got those of the case.
 */
export function misplaced(vector: VectorCase, earlier: readonly (readonly string[])[] = []): readonly Misplaced[] {
  const { balancer, dropped } = prepared(vector, earlier);
  const isPlain = dropped.length === 0;
  const batch = isPlain ? balancer.pickMany(vector.keys) : [];
  return vector.keys.flatMap((key, i) => {
    const want = vector.endpoints[vector.picks[i] ?? -1];
    const answers = [balancer.pick(key, 'utf8', dropped), ...(isPlain ? batch.slice(i, i + 1) : [])];
    const wrong = answers.find(({ address }) => address !== want);
    return wrong === undefined ? [] : [{ key, want, got: wrong.address }];
  });
}

function prepared(
  { endpoints, kept, inflight, factor }: VectorCase,
  earlier: readonly (readonly string[])[],
): { readonly balancer: Balancer; readonly dropped: readonly Endpoint[] } {
  const bounded: BalancerOptions = factor === 0 ? {} : { boundedLoad: { load: 'inflight', factor } };
  const balancer = new Balancer({ now: () => 0, random: neverAsked }, bounded);
  for (const addresses of [...earlier, endpoints]) balancer.update(addresses.map((address) => ({ address })));
  const byAddress = new Map(balancer.endpoints.map((endpoint) => [endpoint.address, endpoint]));
  const known = endpoints.flatMap((address) => byAddress.get(address) ?? []);
  const keeps = new Set(kept.map((index) => endpoints[index]));
  known.forEach((endpoint, i) => {
    for (let n = 0; n < (inflight[i] ?? 0); n++) balancer.begin(endpoint);
  });
  return { balancer, dropped: balancer.endpoints.filter(({ address }) => !keeps.has(address)) };
}
