/**
 * Requests through real sockets: gets 20 local servers in a process of their own, gives requests/s, P99 and CPU time by
 * our dispatcher beside undici's Pools, one per server, taken in turn without any balancing, and beside its BalancedPool.
 *
 * All do the same work: the keys go to one server after the other as the Pools are taken, each server has as many
 * connections, and all of them are open before anything is measured. What differs is what balancing costs.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { BalancedPool, Pool } from 'undici';
import type { Dispatcher } from 'undici';
import { Balancer } from '../../../src/balancer/index.ts';
import { BalancedDispatcher } from '../../../src/balancer-undici/index.ts';
import { percentile } from '../figures.ts';
import type { Figure } from '../figures.ts';

const servers = 20;
const concurrency = 64;
const connections = 4;
/** 10 %: what balancing may cost. */
const tolerated = 0.1;

interface Round {
  readonly perSecond: number;
  readonly p99Ms: number;
  /** Of this process, user and system; hardly touched by what else the machine does. */
  readonly cpuMicros: number;
}

type Ask = (turn: number) => Promise<Dispatcher.ResponseData>;

/** `concurrency` askers, each with its next request as soon as it has its answer. */
async function measure(ask: Ask, requests: number): Promise<Round> {
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
  const seconds = (performance.now() - startedAt) / 1_000;
  return {
    perSecond: requests / seconds,
    p99Ms: percentile([...latencies], 0.99),
    cpuMicros: (user + system) / requests,
  };
}

function figures(name: string, ours: readonly Round[], theirs: readonly Round[]): readonly Figure[] {
  const compared = (what: string, unit: string, part: keyof Round) => ({
    ...{ name: `${what}, beside undici ${name}`, unit },
    ...{ ours: ours.map((round) => round[part]), theirs: theirs.map((round) => round[part]) },
  });
  const isWithin = (own: number, other: number): boolean => own <= (1 + tolerated) * other;
  return [
    {
      ...compared('requests through sockets', '/s', 'perSecond'),
      ...{ goal: '>= 0.9 x', isMet: (own, other) => own >= (1 - tolerated) * other },
    },
    { ...compared('their P99', 'ms', 'p99Ms'), goal: '<= 1.1 x', isMet: isWithin },
    { ...compared('CPU time of the client per request', 'us', 'cpuMicros'), goal: '<= 1.1 x', isMet: isWithin },
  ];
}

/** 1,000 keys; the first belongs to the first endpoint, the second to the second, and so on in turn. */
function keysInTurn(balancer: Balancer): readonly string[] {
  const keysOf = new Map(balancer.endpoints.map(({ address }) => [address, [] as string[]]));
  for (let i = 0; [...keysOf.values()].some((keys) => keys.length < 50); i++)
    keysOf.get(balancer.pick(`product-${i}`, 'latin1').address)?.push(`product-${i}`);
  return Array.from({ length: 50 }, (_, i) => [...keysOf.values()].map((keys) => keys[i] ?? '')).flat();
}

/** More requests at once than there are connections, so that each of them is opened. */
async function openAll(ask: Ask): Promise<void> {
  const asked = Array.from({ length: servers * connections * 4 }, async (_, turn) => (await ask(turn)).body.dump());
  await Promise.all(asked);
}

/** Every order in which they can come. */
function ordersOf<Item>(items: readonly Item[]): readonly (readonly Item[])[] {
  if (items.length < 2) return [items];
  return items.flatMap((first) => ordersOf(items.filter((item) => item !== first)).map((rest) => [first, ...rest]));
}

/**
 * Rounds of all take turns in every order, so that what else the machine does falls on all of them: and what one leaves
 * to its successor, such as a heap that is due for collection and caches full of its own code.
 */
async function inTurns(asks: readonly Ask[], isQuick: boolean): Promise<readonly (readonly Round[])[]> {
  const [requests, rounds] = isQuick ? [4_000, 12] : [10_000, 30];
  const measured = asks.map((ask) => ({ ask, rounds: [] as Round[] }));
  for (const ask of asks) {
    await openAll(ask);
    // Enough for the compiler to have seen it all.
    await measure(ask, 20_000);
  }
  const orders = ordersOf(measured);
  for (let round = 0; round < rounds; round++)
    for (const one of orders[round % orders.length] ?? []) one.rounds.push(await measure(one.ask, requests));
  return asks.map((ask) => measured.find((one) => one.ask === ask)?.rounds ?? []);
}

export async function socketFigures(isQuick: boolean): Promise<readonly Figure[]> {
  const child = fork(new URL('socket-servers.ts', import.meta.url), [String(servers)]);
  const [ports] = (await once(child, 'message')) as [readonly number[]];
  const origins = ports.map((port) => `http://127.0.0.1:${port}`);
  const pools = origins.map((origin) => new Pool(origin, { connections }));
  const balanced = new BalancedPool([...origins], { connections });
  const balancer = new Balancer({ now: () => performance.now(), random: Math.random });
  const dispatcher = new BalancedDispatcher({ balancer, key: '${request.header.x-key}', pool: { connections } });
  dispatcher.update(origins.map((address) => ({ address })));
  const keys = keysInTurn(balancer);
  const [origin = ''] = origins;
  const call = (turn: number) =>
    ({ origin, path: '/', method: 'GET', headers: { 'x-key': keys[turn % keys.length] ?? '' } }) as const;
  try {
    const byPools: Ask = (turn) => (pools[turn % servers] ?? dispatcher).request(call(turn));
    const byBalancedPool: Ask = (turn) => balanced.request(call(turn));
    const byUs: Ask = (turn) => dispatcher.request(call(turn));
    const [ours = [], ofPools = [], ofBalancedPool = []] = await inTurns([byUs, byPools, byBalancedPool], isQuick);
    return [...figures('Pools', ours, ofPools), ...figures('BalancedPool', ours, ofBalancedPool)];
  } finally {
    await Promise.all([dispatcher.close(), balanced.close(), ...pools.map((pool) => pool.close())]);
    child.kill();
  }
}
