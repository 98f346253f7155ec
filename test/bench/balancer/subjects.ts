/** What is timed: by name, who places keys on endpoints, and how. */
import ConsistentHash from 'consistent-hash';
import HashRing from 'hashring';
import { Balancer } from '../../../src/balancer/index.ts';
import type { BalancerOptions, Endpoint, EndpointInput } from '../../../src/balancer/index.ts';
import { grpcRoundRobin } from './grpc-round-robin.ts';

export const inputs = (count: number): readonly EndpointInput[] =>
  Array.from({ length: count }, (_, i) => ({ address: `http://10.2.${i >> 8}.${i & 255}:8080` }));

/** So many that the processor cannot learn by heart which way each search goes; a power of two. */
const keyCount = 2 ** 16;

/** 13 characters each, decoded from bytes as those of a request are: V8 has nothing left to put together or to cut. */
const keys: readonly string[] = Array.from({ length: keyCount }, (_, i) =>
  Buffer.from(`product-${10_000 + i}`, 'latin1').toString('latin1'),
);

const batches: readonly (readonly string[])[] = Array.from({ length: 512 }, (_, i) =>
  keys.slice(i * 100, i * 100 + 100),
);

/** Each endpoint has three requests under way, as in the oracle's own benchmark. */
export function filled(count: number, options: BalancerOptions = {}): Balancer {
  const balancer = new Balancer({ now: () => performance.now(), random: Math.random }, options);
  balancer.update(inputs(count));
  for (const endpoint of balancer.endpoints) for (let i = 0; i < 3; i++) balancer.begin(endpoint);
  return balancer;
}

/** Makes as many calls as it is told, in a loop of its own, so that the loop is compiled with the call. */
export type Run = (calls: number) => void;

/** One key after the other, from where the last round ended. */
export function oneByOne(pick: (key: string) => unknown): Run {
  let at = 0;
  return (calls) => {
    for (let i = 0; i < calls; i++) pick(keys[at++ & (keyCount - 1)] ?? '');
  };
}

function ours(count: number, options?: BalancerOptions): Run {
  const balancer = filled(count, options);
  return oneByOne((key) => balancer.pick(key));
}

function inBatches(balancer: Balancer): Run {
  const into: Endpoint[] = [];
  let [at, ahead] = [0, 0];
  return (calls) => {
    // A batch may go beyond the round, which then is so much ahead of the next.
    for (ahead -= calls; ahead < 0; ahead += 100) balancer.pickMany(batches[at++ & 511] ?? [], 'utf8', into);
  };
}

function hashring(count: number): Run {
  const ring = new HashRing(inputs(count).map(({ address }) => address));
  return oneByOne((key) => ring.get(key));
}

function consistentHash(count: number): Run {
  const ring = new ConsistentHash();
  for (const { address } of inputs(count)) ring.add(address);
  return oneByOne((key) => ring.get(key));
}

function grpc(count: number): Run {
  const pick = grpcRoundRobin(inputs(count).map(({ address }) => address));
  return oneByOne(() => pick());
}

export const bounded: BalancerOptions = { boundedLoad: { load: 'inflight', factor: 1.25 } };

/** What can be timed, made for a number of endpoints. */
export const subjects = {
  pick: (count) => ours(count),
  boundedPick: (count) => ours(count, bounded),
  pickMany: (count) => inBatches(filled(count)),
  roundRobin: (count) => ours(count, { algorithm: 'roundRobin' }),
  hashring,
  consistentHash,
  grpc,
} as const satisfies Readonly<Record<string, (count: number) => Run>>;

export type SubjectName = keyof typeof subjects;
