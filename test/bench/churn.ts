/** Gets a route server; gives how it keeps up with a rollout: fifty changes of EndpointSlices a second. */
import type { Running } from '../integration/routeserver/programs.ts';
import type { BenchCluster } from './bench-cluster.ts';
import { rolledSlice } from './cluster-data.ts';

const everyMs = 20;

export interface Churn {
  readonly publishedPerSecond: number;
  /** The longest that a change waited for a table to have it. */
  readonly latestMs: number;
  /** P99 of the event loop's delay; NaN from a server without an event loop. */
  readonly loopDelayMs: number;
}

async function loopDelayMs(server: Running): Promise<number> {
  const text = await (await fetch(`${server.supportUrl}/metrics`)).text();
  return Number(/^nodejs_eventloop_lag_p99_seconds (\S+)$/m.exec(text)?.[1]) * 1_000;
}

/** Changes slices for a while. */
export async function churn(server: Running, cluster: BenchCluster, forMs: number): Promise<Churn> {
  // Reading it begins a new period.
  await loopDelayMs(server);
  const beganAt = performance.now();
  let tag = '';
  let published = 0;
  let waitingSince = beganAt;
  let latestMs = 0;
  for (let at = 0; performance.now() - beganAt < forMs; at++) {
    await cluster.put(rolledSlice(at % 500));
    const { headers } = await fetch(`${server.url}/routes`, { method: 'HEAD' });
    const now = performance.now();
    if (headers.get('etag') !== tag) {
      tag = headers.get('etag') ?? '';
      published++;
      latestMs = Math.max(latestMs, now - waitingSince);
      waitingSince = now;
    }
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, beganAt + (at + 1) * everyMs - now)));
  }
  // The first tag was there before.
  const publishedPerSecond = ((published - 1) * 1_000) / (performance.now() - beganAt);
  return { publishedPerSecond, latestMs, loopDelayMs: await loopDelayMs(server) };
}
