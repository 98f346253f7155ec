/**
 * Gets a cluster in which nothing changes, and a route server where there is one; gives the CPU time of a second, piece
 * by piece.
 *
 * An API server that is at rest collects its garbage every two minutes, for a second, and compacts its store every five:
 * so a mean says more of whether that fell into it than of the route server. It is in the range, and not in the median.
 */
import type { Running } from '../integration/routeserver/programs.ts';
import type { BenchCluster } from './bench-cluster.ts';
import { median } from './figures.ts';
import { cpuMs } from './process-stats.ts';

/** Longer than a poll of the original, which comes each 3 s. */
const pieceMs = 6_000;
/** What a start leaves to be tidied up belongs to the start. */
const restMs = 10_000;

/** CPU time in milliseconds a second. */
export interface Idle {
  /** Of the route server. */
  readonly serverMs: number;
  /** And of the API server for it. */
  readonly allMs: number;
}

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** CPU time of the API server for nobody, in milliseconds a second. */
export async function aloneCpu(cluster: BenchCluster, pieces: number): Promise<number> {
  const spent: number[] = [];
  for (let at = 0; at < pieces; at++) spent.push(await spentIn(() => cluster.cpuMs()));
  return median(spent);
}

/** @param aloneMs what the API server does for nobody, in milliseconds a second */
export async function idleCpu(
  cluster: BenchCluster,
  server: Running,
  pieces: number,
  aloneMs: number,
): Promise<readonly Idle[]> {
  const idle: Idle[] = [];
  await sleep(restMs);
  for (let at = 0; at < pieces; at++) {
    const apiBeforeMs = cluster.cpuMs();
    const serverMs = await spentIn(() => cpuMs(server.pid));
    const apiMs = ((cluster.cpuMs() - apiBeforeMs) * 1_000) / pieceMs;
    idle.push({ serverMs, allMs: serverMs + Math.max(0, apiMs - aloneMs) });
  }
  return idle;
}

async function spentIn(spentMs: () => number): Promise<number> {
  const beforeMs = spentMs();
  await sleep(pieceMs);
  return ((spentMs() - beforeMs) * 1_000) / pieceMs;
}
