/**
 * Requests through real sockets: gets 20 local servers in a process of their own, gives requests/s and P99 by our
 * dispatcher beside undici's Pools, one per server, taken in turn without any balancing.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Pool } from 'undici';
import type { Dispatcher } from 'undici';
import { Balancer } from '../../../src/balancer/index.ts';
import { BalancedDispatcher } from '../../../src/balancer-undici/index.ts';
import { percentile } from '../figures.ts';
import type { Figure } from '../figures.ts';

const servers = 20;
const concurrency = 64;
/** 10 %: what balancing may cost. */
const tolerated = 0.1;

interface Round {
  readonly perSecond: number;
  readonly p99Ms: number;
}

type Ask = (key: string) => Promise<Dispatcher.ResponseData>;

/** `concurrency` askers, each with its next request as soon as it has its answer. */
async function measure(ask: Ask, requests: number): Promise<Round> {
  const latencies: number[] = [];
  const startedAt = performance.now();
  let left = requests;
  const asker = async (): Promise<void> => {
    while (left-- > 0) {
      const begunAt = performance.now();
      const { body } = await ask(`product-${left}`);
      await body.dump();
      latencies.push(performance.now() - begunAt);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, asker));
  const seconds = (performance.now() - startedAt) / 1_000;
  return { perSecond: requests / seconds, p99Ms: percentile(latencies, 0.99) };
}

function figures(ours: readonly Round[], theirs: readonly Round[]): readonly Figure[] {
  const perSecond = (rounds: readonly Round[]): readonly number[] => rounds.map((round) => round.perSecond);
  const p99 = (rounds: readonly Round[]): readonly number[] => rounds.map(({ p99Ms }) => p99Ms);
  return [
    {
      ...{ name: 'requests through sockets, beside undici Pools', unit: '/s', goal: '>= 0.9 x' },
      ...{ ours: perSecond(ours), theirs: perSecond(theirs) },
      isMet: (mine, other) => mine >= (1 - tolerated) * other,
    },
    {
      ...{ name: 'their P99, beside undici Pools', unit: 'ms', goal: '<= 1.1 x' },
      ...{ ours: p99(ours), theirs: p99(theirs) },
      isMet: (mine, other) => mine <= (1 + tolerated) * other,
    },
  ];
}

/** Rounds of both take turns, so that what else the machine does falls on both. */
export async function socketFigures(isQuick: boolean): Promise<readonly Figure[]> {
  const [requests, rounds] = isQuick ? [5_000, 3] : [40_000, 7];
  const child = fork(new URL('socket-servers.ts', import.meta.url), [String(servers)]);
  const [ports] = (await once(child, 'message')) as [readonly number[]];
  const origins = ports.map((port) => `http://127.0.0.1:${port}`);
  const pools = origins.map((origin) => new Pool(origin));
  const balancer = new Balancer({ now: () => performance.now(), random: Math.random });
  const dispatcher = new BalancedDispatcher({ balancer, key: '${request.header.x-key}' });
  dispatcher.update(origins.map((address) => ({ address })));
  const [origin = ''] = origins;
  const call = (key: string) => ({ origin, path: '/', method: 'GET', headers: { 'x-key': key } }) as const;
  let turn = 0;
  const byPools: Ask = (key) => (pools[turn++ % servers] ?? dispatcher).request(call(key));
  const byUs: Ask = (key) => dispatcher.request(call(key));
  const [ours, theirs]: [Round[], Round[]] = [[], []];
  // The first round opens connections and warms the compiler: it does not count.
  for (let round = 0; round <= rounds; round++) {
    const [theirRound, ourRound] = [await measure(byPools, requests), await measure(byUs, requests)];
    if (round === 0) continue;
    theirs.push(theirRound);
    ours.push(ourRound);
  }
  await Promise.all([dispatcher.close(), ...pools.map((pool) => pool.close())]);
  child.kill();
  return figures(ours, theirs);
}
