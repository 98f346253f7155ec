/**
 * Gets both route servers and a cluster; gives what their starts cost.
 *
 * They start in turn, and each as often first as second: an API server that has just booted fills its caches for whoever
 * lists first, and a neighbour of the machine may be busy for a while.
 */
import type { Running } from '../integration/routeserver/programs.ts';
import type { BenchCluster } from './bench-cluster.ts';
import { cpuMs, memoryMiB } from './process-stats.ts';

export type StartProgram = (args: readonly string[], env: BenchCluster['env']) => Promise<Running>;

export interface Start {
  readonly startMs: number;
  /** Of the route server, until it was healthy. */
  readonly cpuMs: number;
  /** Of the API server and its store meanwhile. */
  readonly apiCpuMs: number;
  /** Resident, a while after. */
  readonly steadyMiB: number;
}

export interface Starts {
  readonly ours: readonly Start[];
  readonly theirs: readonly Start[];
}

const longestStartMs = 180_000;

/** Starts one, and gives it with the time until it was healthy. */
export async function startHealthy(cluster: BenchCluster, start: StartProgram) {
  const beganAt = performance.now();
  const server = await start([...cluster.args, '-enable-kubernetes-endpointslices'], cluster.env);
  try {
    await server.answers('/health', 204, longestStartMs);
  } catch (error) {
    await server.stop();
    throw error;
  }
  return { server, startMs: performance.now() - beganAt };
}

async function one(cluster: BenchCluster, start: StartProgram, restMs: number): Promise<Start> {
  const apiBeforeMs = cluster.cpuMs();
  const { server, startMs } = await startHealthy(cluster, start);
  try {
    const spent = { cpuMs: cpuMs(server.pid), apiCpuMs: cluster.cpuMs() - apiBeforeMs };
    await new Promise<void>((resolve) => setTimeout(resolve, restMs));
    return { startMs, ...spent, steadyMiB: memoryMiB(server.pid).now };
  } finally {
    await server.stop();
  }
}

export interface StartsOptions {
  readonly cluster: BenchCluster;
  readonly ours: StartProgram;
  readonly theirs: StartProgram;
  /** Of each; even, so that each is first as often as the other. */
  readonly times: number;
  /** Between a start and the look at its memory, in milliseconds. */
  readonly restMs: number;
}

/** Starts both, one at a time. */
export async function measureStarts({ cluster, ours, theirs, times, restMs }: StartsOptions): Promise<Starts> {
  const starts = { ours: [] as Start[], theirs: [] as Start[] };
  for (let at = 0; at < times; at++) {
    const order = at % 2 === 0 ? (['theirs', 'ours'] as const) : (['ours', 'theirs'] as const);
    for (const side of order) starts[side].push(await one(cluster, side === 'ours' ? ours : theirs, restMs));
  }
  return starts;
}
