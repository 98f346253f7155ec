/**
 * Gets several ways to send the same requests through real sockets, gives for each how many a second it takes, how long
 * they last and what CPU time they cost, measured in turns.
 */
import process from 'node:process';
import type { Dispatcher } from 'undici';
import { percentile } from '../figures.ts';

const concurrency = 64;

/** Sends the request of this number. */
export type Ask = (turn: number) => Promise<Dispatcher.ResponseData>;

/** What all rounds of one way have come to. */
export interface Measured {
  /** One per round, as the next one. */
  readonly perSecond: readonly number[];
  /** Of this process, user and system; hardly touched by what else the machine does. */
  readonly cpuMicros: readonly number[];
  /**
   * One, of the requests of all rounds. A minor garbage collection comes once in about 5,000 requests, and keeps the 64
   * waiting that are under way: a little more than one in a hundred. In a round of 4,000 there is one or there is none,
   * so that its P99 is one of two figures, whose medians say nothing about each other.
   */
  readonly p99Ms: readonly number[];
}

interface Subject {
  readonly ask: Ask;
  readonly perSecond: number[];
  readonly cpuMicros: number[];
  readonly latenciesMs: Float64Array[];
}

/** `concurrency` askers, each with its next request as soon as it has its answer. */
async function measure({ ask, perSecond, cpuMicros, latenciesMs }: Subject, requests: number): Promise<void> {
  const latencies = new Float64Array(requests);
  let next = 0;
  const asker = async (): Promise<void> => {
    while (next < requests) {
      const turn = next++;
      const begunAt = performance.now();
      const { body } = await ask(turn);
      await body.dump();
      latencies[turn] = performance.now() - begunAt;
    }
  };
  const startedAt = performance.now();
  const spent = process.cpuUsage();
  await Promise.all(Array.from({ length: concurrency }, asker));
  const { user, system } = process.cpuUsage(spent);
  perSecond.push((requests * 1_000) / (performance.now() - startedAt));
  cpuMicros.push((user + system) / requests);
  latenciesMs.push(latencies);
}

const subjectOf = (ask: Ask): Subject => ({ ask, perSecond: [], cpuMicros: [], latenciesMs: [] });

/** Every order in which they can come. */
function ordersOf<Item>(items: readonly Item[]): readonly (readonly Item[])[] {
  if (items.length < 2) return [items];
  return items.flatMap((first) => ordersOf(items.filter((item) => item !== first)).map((rest) => [first, ...rest]));
}

/** Has no divisor in common with the number of orders of up to six, so that all orders come, and neighbours differ. */
const stride = 7;

export interface Turns {
  /** Of one round. */
  readonly requests: number;
  readonly rounds: number;
  /** So many requests at once open every connection. */
  readonly openers: number;
}

/**
 * Rounds of all take turns in many orders, so that what else the machine does falls on all of them: and what one leaves
 * to its successor, such as a heap that is due for collection and caches full of its own code.
 */
export async function inTurns(asks: readonly Ask[], turns: Turns): Promise<readonly Measured[]> {
  const { requests, rounds, openers } = turns;
  for (const ask of asks) {
    await Promise.all(Array.from({ length: openers }, async (_, turn) => (await ask(turn)).body.dump()));
    // Enough for the compiler to have seen it all.
    await measure(subjectOf(ask), 20_000);
  }
  const subjects = asks.map(subjectOf);
  const orders = ordersOf(subjects);
  for (let round = 0; round < rounds; round++)
    for (const subject of orders[(round * stride) % orders.length] ?? []) await measure(subject, requests);
  return subjects.map(({ perSecond, cpuMicros, latenciesMs }) => {
    const p99Ms = percentile(
      latenciesMs.flatMap((latencies) => [...latencies]),
      0.99,
    );
    return { perSecond, cpuMicros, p99Ms: [p99Ms] };
  });
}
