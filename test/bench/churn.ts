/** Gets a route server; gives how it keeps up with a rollout: fifty changes of EndpointSlices a second. */
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { request } from 'undici';
import type { Running } from '../integration/routeserver/programs.ts';
import type { BenchCluster } from './bench-cluster.ts';
import { firstEndpointOf, rolledSlice } from './cluster-data.ts';

const everyMs = 20;
/** More than can wait for a publication, so that no change hides the one before it. */
const slices = 500;
/** For the last changes: what is not in a table after so many is late anyway. */
const mostPollsAtTheEnd = 500;

export interface Churn {
  readonly publishedPerSecond: number;
  /** The longest that a change waited for a table that has it: looked up in the tables themselves. */
  readonly latestMs: number;
  /** P99 of the event loop's delay; NaN from a server without an event loop. */
  readonly loopDelayMs: number;
}

async function loopDelayMs(server: Running): Promise<number> {
  const text = await (await fetch(`${server.supportUrl}/metrics`)).text();
  return Number(/^nodejs_eventloop_lag_p99_seconds (\S+)$/m.exec(text)?.[1]) * 1_000;
}

const decompress = promisify(gunzip);

/** Changes that no table was seen to have yet, in the order in which they were made. */
class Waiting {
  readonly #server: Running;
  #changes: { readonly endpoint: string; readonly madeAtMs: number }[] = [];
  #latestMs = 0;

  constructor(server: Running) {
    this.#server = server;
  }

  /** Of the changes that were seen and of those that still wait. */
  get latestMs(): number {
    const [oldest] = this.#changes;
    return oldest === undefined ? this.#latestMs : Math.max(this.#latestMs, performance.now() - oldest.madeAtMs);
  }

  get isEmpty(): boolean {
    return this.#changes.length === 0;
  }

  made(endpoint: string): void {
    this.#changes.push({ endpoint, madeAtMs: performance.now() });
  }

  /** Takes out what the table has that was first seen at `seenAtMs`, or a newer one. */
  async look(seenAtMs: number): Promise<void> {
    const { body, headers } = await request(`${this.#server.url}/routes`, { headers: { 'accept-encoding': 'gzip' } });
    if (headers['content-encoding'] !== 'gzip') throw new Error('a table was not compressed');
    const table = await decompress(await body.bytes());
    const served = lastOf(this.#changes, ({ endpoint }) => table.includes(endpoint));
    const [oldest] = this.#changes;
    if (served === -1 || oldest === undefined) return;
    this.#latestMs = Math.max(this.#latestMs, seenAtMs - oldest.madeAtMs);
    this.#changes = this.#changes.slice(served + 1);
  }
}

/**
 * The last index that `has`; -1 when none does. A watch keeps the order of changes, so that all before one that is there are
 * there too: to look for each would hold up this process, and what it sees meanwhile, for a large part of a second.
 */
function lastOf<T>(all: readonly T[], has: (one: T) => boolean): number {
  let [from, to] = [0, all.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    const one = all[middle];
    if (one !== undefined && has(one)) from = middle + 1;
    else to = middle;
  }
  return from - 1;
}

/** Changes slices for a while. */
export async function churn(server: Running, cluster: BenchCluster, forMs: number): Promise<Churn> {
  const waiting = new Waiting(server);
  let looking = Promise.resolve();
  let tag = await tagOf(server);
  let published = 0;
  let isChanging = true;
  // Reading it begins a new period.
  await loopDelayMs(server);
  const beganAt = performance.now();
  const watch = async (): Promise<void> => {
    const newest = await tagOf(server);
    if (newest === tag) return;
    const seenAtMs = performance.now();
    tag = newest;
    published++;
    looking = looking.then(() => waiting.look(seenAtMs));
  };
  const change = async (): Promise<void> => {
    for (let at = 0; performance.now() - beganAt < forMs; at++) {
      const slice = rolledSlice(at % slices);
      await cluster.put(slice);
      waiting.made(firstEndpointOf(slice));
      await sleep(Math.max(0, beganAt + (at + 1) * everyMs - performance.now()));
    }
  };
  // Beside the changes: a table is there when it is there, however long the API server takes for the next change.
  const watchOn = async (): Promise<void> => {
    while (isChanging) {
      await watch();
      await sleep(everyMs);
    }
  };
  const changing = change().finally(() => {
    isChanging = false;
  });
  await Promise.all([changing, watchOn()]);
  // The first one was due at once, each other one a second after the one before it.
  const publishedPerSecond = ((published - 1) * 1_000) / (performance.now() - beganAt);
  const lagMs = await loopDelayMs(server);
  for (let polls = 0; !waiting.isEmpty && polls < mostPollsAtTheEnd; polls++) {
    await watch();
    await looking;
    await sleep(everyMs);
  }
  return { publishedPerSecond, latestMs: waiting.latestMs, loopDelayMs: lagMs };
}

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

async function tagOf(server: Running): Promise<string> {
  const { headers } = await fetch(`${server.url}/routes`, { method: 'HEAD' });
  return headers.get('etag') ?? '';
}
