/**
 * Requests through real sockets: gets 20 local servers in a process of their own, gives requests/s, P99 and CPU time by
 * our dispatcher beside undici's Pools, one per server, taken in turn without any balancing, and beside its BalancedPool.
 *
 * All do the same work: the keys go to one server after the other as the Pools are taken, each server has as many
 * connections, and all of them are open before anything is measured. What differs is what balancing costs. Lines
 * without a goal tell more: Pools that are handed a Host header, as ours hands one to its own, and our other algorithms,
 * whose order the Pools' is not.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { BalancedPool, Pool } from 'undici';
import type { Dispatcher } from 'undici';
import { Balancer } from '../../../src/balancer/index.ts';
import type { BalancerOptions } from '../../../src/balancer/index.ts';
import { BalancedDispatcher } from '../../../src/balancer-undici/index.ts';
import type { Figure } from '../figures.ts';
import { inTurns } from './socket-rounds.ts';
import type { Ask, Measured, Turns } from './socket-rounds.ts';

const servers = 20;
const connections = 4;
/** 10 %: what balancing may cost. */
const tolerated = 0.1;

/** One way to send, with what to close when it is no longer needed. */
interface Way {
  readonly ask: Ask;
  readonly close: () => Promise<unknown>;
}

const empty: Measured = { perSecond: [], cpuMicros: [], p99Ms: [] };

/** Without a goal: they explain the others. */
function compared(ours: Measured, { name, theirs }: { name: string; theirs: Measured }): readonly Figure[] {
  const figure = (what: string, unit: string, part: keyof Measured): Figure => ({
    ...{ name: `${what}, ${name}`, unit, ours: ours[part], theirs: theirs[part], goal: '-' },
  });
  return [
    figure('requests through sockets', '/s', 'perSecond'),
    figure('P99 of them all', 'ms', 'p99Ms'),
    figure('CPU time of the client per request', 'us', 'cpuMicros'),
  ];
}

function judged(ours: Measured, other: { name: string; theirs: Measured }): readonly Figure[] {
  const [perSecond, ...times] = compared(ours, other);
  const isMet = (own: number, their: number): boolean => own >= (1 - tolerated) * their;
  const isWithin = (own: number, their: number): boolean => own <= (1 + tolerated) * their;
  return [
    ...(perSecond === undefined ? [] : [{ ...perSecond, goal: '>= 0.9 x', isMet }]),
    ...times.map((time) => ({ ...time, goal: '<= 1.1 x', isMet: isWithin })),
  ];
}

/** 1,000 keys; the first belongs to the first endpoint, the second to the second, and so on in turn. */
function keysInTurn(balancer: Balancer): readonly string[] {
  const keysOf = new Map(balancer.endpoints.map(({ address }) => [address, [] as string[]]));
  for (let i = 0; [...keysOf.values()].some((keys) => keys.length < 50); i++)
    keysOf.get(balancer.pick(`product-${i}`, 'latin1').address)?.push(`product-${i}`);
  return Array.from({ length: 50 }, (_, i) => [...keysOf.values()].map((keys) => keys[i] ?? '')).flat();
}

/** All ways to the servers at these origins. */
class Ways {
  readonly #origins: readonly string[];
  readonly #keys: readonly string[];

  constructor(origins: readonly string[]) {
    this.#origins = origins;
    const balancer = new Balancer({ now: () => 0, random: () => 0 });
    balancer.update(origins.map((address) => ({ address })));
    this.#keys = keysInTurn(balancer);
  }

  pools(): Way {
    return this.#pools((turn) => this.#call(this.#keys, turn));
  }

  poolsWithHost(): Way {
    const { host } = new URL(this.#origins[0] ?? '');
    return this.#pools((turn) => {
      const headers = { 'x-key': this.#keys[turn % this.#keys.length] ?? '', host };
      return { origin: this.#origins[0] ?? '', path: '/', method: 'GET', headers };
    });
  }

  balancedPool(): Way {
    const pool = new BalancedPool([...this.#origins], { connections });
    return { ask: (turn) => pool.request(this.#call(this.#keys, turn)), close: () => pool.close() };
  }

  /** @param keys without them, keys whose owners come in turn. */
  ours(options: BalancerOptions = {}, keys = this.#keys): Way {
    const balancer = new Balancer({ now: () => performance.now(), random: Math.random }, options);
    const dispatcher = new BalancedDispatcher({ balancer, key: '${request.header.x-key}', pool: { connections } });
    dispatcher.update(this.#origins.map((address) => ({ address })));
    return { ask: (turn) => dispatcher.request(this.#call(keys, turn)), close: () => dispatcher.close() };
  }

  /** @param callOf makes each request as a literal, in one go: who is compared with us must not copy. */
  #pools(callOf: (turn: number) => Dispatcher.RequestOptions): Way {
    const pools = this.#origins.map((origin) => new Pool(origin, { connections }));
    const ask: Ask = (turn) => {
      const pool = pools[turn % servers];
      if (pool === undefined) throw new Error('There is a Pool for each server.');
      return pool.request(callOf(turn));
    };
    return { ask, close: () => Promise.all(pools.map((pool) => pool.close())) };
  }

  #call(keys: readonly string[], turn: number): Dispatcher.RequestOptions {
    const headers = { 'x-key': keys[turn % keys.length] ?? '' };
    return { origin: this.#origins[0] ?? '', path: '/', method: 'GET', headers };
  }
}

async function measured(ways: readonly Way[], turns: Turns): Promise<readonly Measured[]> {
  try {
    return await inTurns(
      ways.map(({ ask }) => ask),
      turns,
    );
  } finally {
    await Promise.all(ways.map(({ close }) => close()));
  }
}

async function besideUndici(ways: Ways, turns: Turns): Promise<readonly Figure[]> {
  const sent = [ways.ours(), ways.pools(), ways.balancedPool()];
  const [ours = empty, pools = empty, balancedPool = empty] = await measured(sent, turns);
  return [
    ...judged(ours, { name: 'beside undici Pools', theirs: pools }),
    ...judged(ours, { name: 'beside undici BalancedPool', theirs: balancedPool }),
  ];
}

/** Keys in no order: now and then several in a row belong to one server. */
const keysByChance = Array.from({ length: 1_000 }, (_, i) => `product-${i}`);

/** What has no goal, in turns of its own: the more ways share a heap, the longer its collections take. */
async function explaining(ways: Ways, turns: Turns): Promise<readonly Figure[]> {
  const others: Readonly<Record<string, Way>> = {
    'Pools with a Host header': ways.poolsWithHost(),
    roundRobin: ways.ours({ algorithm: 'roundRobin' }),
    powerOfRandomNChoices: ways.ours({ algorithm: 'powerOfRandomNChoices' }),
    'consistentHash of any keys': ways.ours({}, keysByChance),
    'the same, bounded': ways.ours({ boundedLoad: { load: 'inflight', factor: 1.25 } }, keysByChance),
  };
  const [pools = empty, ...rest] = await measured([ways.pools(), ...Object.values(others)], turns);
  return Object.keys(others).flatMap((name, i) =>
    compared(rest[i] ?? empty, { name: `${name}, beside undici Pools`, theirs: pools }),
  );
}

export async function socketFigures(isQuick: boolean): Promise<readonly Figure[]> {
  const child = fork(new URL('socket-servers.ts', import.meta.url), [String(servers)]);
  const [ports] = (await once(child, 'message')) as [readonly number[]];
  const ways = new Ways(ports.map((port) => `http://127.0.0.1:${port}`));
  const openers = servers * connections * 4;
  const requests = isQuick ? 4_000 : 10_000;
  try {
    return [
      ...(await besideUndici(ways, { requests, openers, rounds: 36 })),
      ...(await explaining(ways, { requests, openers, rounds: 12 })),
    ];
  } finally {
    child.kill();
  }
}
