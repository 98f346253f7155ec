/**
 * Asks Skipper's proxy and the balancer what failed requests lead to: gets how many cases, gives the first difference
 * in a weight, in a drop probability or in a pick.
 */
import { Balancer, algorithmNames } from '../../src/balancer/index.ts';
import type { AlgorithmName, Endpoint } from '../../src/balancer/index.ts';
import { PassiveHealth } from '../../src/balancer/health.ts';
import { emptySnapshot } from '../../src/balancer/snapshot.ts';
import { Oracle } from '../oracle/oracle.ts';
import type { HealthAnswer, HealthPick, HealthQuestion, HealthRound } from '../oracle/oracle.ts';
import { seeded } from '../support/seeded.ts';

export interface HealthParity {
  readonly picks: Readonly<Record<AlgorithmName, number>>;
  /** Picks that had to do without an endpoint, and those among endpoints of different weights. */
  readonly dropped: number;
  readonly weighted: number;
  readonly difference?: { readonly question: HealthQuestion; readonly what: string };
}

const periodMs = 1000;

export async function healthParity({ cases, seed }: { cases: number; seed: number }): Promise<HealthParity> {
  const random = seeded(seed);
  const oracle = await Oracle.start('health');
  const picks = Object.fromEntries(algorithmNames.map((name) => [name, 0])) as Record<AlgorithmName, number>;
  const done = { picks, dropped: 0, weighted: 0 };
  try {
    for (let i = 0; i < cases; i++) {
      const question = anyQuestion(random);
      const answers = await oracle.askHealth(question);
      done.picks[question.algorithm] += answers.flatMap((answer) => answer.picks).length;
      done.dropped += answers.flatMap(({ kept }) => kept).filter((kept) => kept < question.endpoints.length).length;
      done.weighted += answers.flatMap(({ weights, picks }) => (new Set(weights).size > 1 ? picks : [])).length;
      const what = new Replay(question).difference(answers);
      if (what !== undefined) return { ...done, difference: { question, what } };
    }
  } finally {
    oracle.close();
  }
  return done;
}

/** The same rounds by our code: through the balancer's door for picks, and the room's own class for the figures. */
class Replay {
  readonly #question: HealthQuestion;
  readonly #balancer: Balancer;
  readonly #endpoints: readonly Endpoint[];
  readonly #health: PassiveHealth;
  #now = 0;
  #draws: number[] = [];

  constructor(question: HealthQuestion) {
    const { algorithm, endpoints, factor } = question;
    this.#question = question;
    const health = { ...question, periodMs };
    this.#balancer = new Balancer(
      { now: () => this.#now, random: () => this.#draw() },
      { algorithm, health, ...(factor === 0 ? {} : { boundedLoad: { load: 'inflight', factor } }) },
    );
    this.#balancer.update(endpoints.map((address) => ({ address })));
    this.#endpoints = this.#balancer.endpoints;
    this.#health = new PassiveHealth(health);
    const order = Uint32Array.from(this.#endpoints, ({ slot }) => slot);
    this.#health.adopt({ ...emptySnapshot, order, slotCount: endpoints.length }, this.#endpoints);
    this.#health.refresh(0);
  }

  difference(answers: readonly HealthAnswer[]): string | undefined {
    for (const [i, round] of this.#question.rounds.entries()) {
      const answer = answers[i];
      const what = answer === undefined ? 'no answer' : this.#play(round, answer);
      if (what !== undefined) return `round ${String(i)}: ${what}`;
    }
    return undefined;
  }

  #play(round: HealthRound, { weights, drops, picks }: HealthAnswer): string | undefined {
    this.#endpoints.forEach((endpoint, i) => {
      const [requests, failed] = round.outcomes[i] ?? [0, 0];
      for (let n = 0; n < requests; n++) this.#begun(endpoint)(n < failed);
    });
    this.#now += periodMs;
    this.#health.refresh(this.#now);
    for (const [i, { slot, address }] of this.#endpoints.entries()) {
      const ours = [this.#health.weightOf(slot), this.#health.dropProbabilityOf(slot)];
      if (ours[0] !== weights[i] || ours[1] !== drops[i])
        return `${address} has weight and drop probability ${ours.join()}, not ${String(weights[i])},${String(drops[i])}`;
    }
    return this.#pick(round, picks);
  }

  #pick({ inflight, picks }: HealthRound, wanted: readonly number[]): string | undefined {
    const ends = this.#endpoints.flatMap((endpoint, i) =>
      Array.from({ length: inflight[i] ?? 0 }, () => this.#begun(endpoint)),
    );
    for (const [i, pick] of picks.entries()) {
      // Where nobody is unhealthy, ours draws no number; nobody would be below it.
      this.#draws = [...(this.#health.unhealthyCount > 0 ? [pick.health] : []), ...pick.draws];
      const picked = this.#balancer.pick(pick.key);
      ends.push(this.#begun(picked));
      const want = this.#question.endpoints[wanted[i] ?? -1];
      if (picked.address !== want) return `pick ${String(i)} is ${picked.address}, not ${want ?? 'nothing'}`;
    }
    for (const end of ends) end(false);
    return undefined;
  }

  #begun(endpoint: Endpoint): (failed: boolean) => void {
    this.#balancer.begin(endpoint);
    return (failed) => {
      this.#balancer.finish(endpoint, 1, failed);
      this.#health.record(endpoint.slot, failed);
    };
  }

  #draw(): number {
    const draw = this.#draws.shift();
    if (draw === undefined) throw new Error('The balancer draws more numbers than Skipper.');
    return draw / 2 ** 32;
  }
}

function anyQuestion(random: () => number): HealthQuestion {
  const below = (limit: number): number => Math.floor(random() * limit);
  const one = <T>(first: T, ...others: readonly T[]): T => others[below(others.length + 1) - 1] ?? first;
  const count = 1 + below(one(2, 4, 9, 20));
  const algorithm = one<AlgorithmName>('consistentHash', ...algorithmNames, 'weightedRoundRobin', 'leastRequests');
  return {
    algorithm,
    endpoints: Array.from({ length: count }, (_, i) => `http://10.2.${below(256)}.${i}:8080`),
    factor: algorithm === 'consistentHash' ? one(0, 1, 1.25, 3) : 0,
    minRequests: one(0, 1, 5, 10),
    minDropProbability: one(0, 0.01, 0.25),
    // At 1 an endpoint that fails throughout has a weight of 0, and a load factor that is no number.
    maxDropProbability: one(0.3, 0.9, 0.95, 1),
    maxUnhealthyEndpointsRatio: one(1, 0.5, 0.3, 0),
    rounds: Array.from({ length: 1 + below(4) }, () => anyRound({ random, below, one, count, algorithm })),
  };
}

interface Dice {
  readonly random: () => number;
  readonly below: (limit: number) => number;
  readonly one: (first: number, ...others: readonly number[]) => number;
  readonly count: number;
  readonly algorithm: AlgorithmName;
}

function anyRound({ random, below, one, count, algorithm }: Dice): HealthRound {
  const each = <T>(make: () => T): readonly T[] => Array.from({ length: count }, make);
  const failing = one(0, 0.3, 0.6, 1);
  const mostInflight = one(0, 1, 3, 12);
  // Skipper begins its round robin anywhere; the oracle has it begin at the first.
  const draw = (): number => (algorithm === 'roundRobin' ? 0 : drawFor(random, count));
  const anyPick = (): HealthPick => ({
    key: `key-${below(1000)}`,
    health: drawFor(random, count),
    draws: [draw(), draw()],
  });
  return {
    outcomes: each(() => {
      const requests = below(one(1, 3, 12, 30));
      return [requests, random() < failing ? one(requests, below(requests + 1)) : 0];
    }),
    inflight: each(() => below(mostInflight + 1)),
    picks: Array.from({ length: 1 + below(25) }, anyPick),
  };
}

/** One that Go's rand takes for any number of endpoints up to `count`: a few make it draw again, to be fair. */
function drawFor(random: () => number, count: number): number {
  for (;;) {
    const draw = Math.floor(random() * 2 ** 32);
    const isTaken = Array.from({ length: count }, (_, i) => (draw * (i + 1)) % 2 ** 32 > i);
    if (isTaken.every(Boolean)) return draw;
  }
}
