/** Gets a route server and a cluster; gives what it costs: its start, its memory, changes, requests. */
import type { Running } from '../integration/routeserver/programs.ts';
import type { BenchCluster } from './bench-cluster.ts';
import { ingress, nextVersion, rolledSlice } from './cluster-data.ts';
import { churn, type Churn } from './churn.ts';
import { aloneCpu, idleCpu, type Idle } from './idle.ts';
import { loaded, type Rate } from './load.ts';
import { cpuMs, memoryMiB } from './process-stats.ts';
import { SkipperClient } from './skipper-client.ts';
import { startHealthy, type StartProgram } from './starts.ts';

export interface TrialOptions {
  readonly cluster: BenchCluster;
  readonly start: StartProgram;
  /** Changes, one after the other. */
  readonly changes: number;
  /** 0 for none. */
  readonly loadMs: number;
  /** Of the time without a change, of 6 s each. */
  readonly idlePieces: number;
  /** 0 for none. */
  readonly churnMs: number;
}

export interface Trial {
  readonly startMs: number;
  /** From a change to the answer that has it. */
  readonly changeMs: readonly number[];
  /** Of the route server, for one change; the cost of a steady state is taken off. */
  readonly cpuMsPerChange: number;
  readonly idle: readonly Idle[];
  readonly steadyMiB: number;
  readonly peakMiB: number;
  /** What a Skipper is sent for a change, polls that find nothing new included. */
  readonly bytesPerChange: number;
  readonly notModified: readonly Rate[];
  readonly gzip: readonly Rate[];
  readonly identity: readonly Rate[];
  readonly churn: Churn | undefined;
}

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

async function tagOf(server: Running, encoding: string): Promise<string> {
  const response = await fetch(`${server.url}/routes`, { method: 'HEAD', headers: { 'accept-encoding': encoding } });
  return response.headers.get('etag') ?? '';
}

const longestChangeMs = 180_000;

/** Changes one object; gives the time until its table is served. */
async function change(server: Running, put: () => Promise<void>): Promise<number> {
  const before = await tagOf(server, 'identity');
  const beganAt = performance.now();
  await put();
  while ((await tagOf(server, 'identity')) === before) {
    if (performance.now() - beganAt > longestChangeMs) throw new Error('a change did not come into the table');
    await sleep(2);
  }
  return performance.now() - beganAt;
}

async function changes(server: Running, options: TrialOptions) {
  const skipper = new SkipperClient(server.port);
  skipper.start();
  try {
    return await changesSeenBy(skipper, server, options);
  } finally {
    await skipper.stop();
  }
}

async function changesSeenBy(skipper: SkipperClient, server: Running, options: TrialOptions) {
  await skipper.catchUp();
  const changeMs: number[] = [];
  let spentMs = 0;
  let bytes = 0;
  for (let at = 0; at < options.changes; at++) {
    // Two of each three changes are what a rollout makes.
    const edited = `setResponseHeader("X-Version", "${String(nextVersion())}")`;
    const object = at % 3 === 0 ? ingress(at * 7, edited) : rolledSlice(at * 7);
    const before = cpuMs(server.pid);
    changeMs.push(await change(server, () => options.cluster.put(object)));
    spentMs += cpuMs(server.pid) - before;
    bytes += await skipper.catchUp();
    // A server that publishes at most once a second would else be measured for that.
    await sleep(1_100);
  }
  return { changeMs, cpuMsPerChange: spentMs / options.changes, bytesPerChange: bytes / options.changes };
}

async function served(server: Running, forMs: number) {
  if (forMs === 0) return { notModified: [], gzip: [], identity: [] };
  const notModified = await loaded(server, 'notModified', forMs);
  const gzip = await loaded(server, 'gzip', forMs);
  return { notModified, gzip, identity: await loaded(server, 'identity', forMs) };
}

/** Runs it all. */
export async function runTrial(options: TrialOptions): Promise<Trial> {
  const { cluster, idlePieces } = options;
  const aloneMs = await aloneCpu(cluster, idlePieces);
  const { server, startMs } = await startHealthy(cluster, options.start);
  try {
    const idle = await idleCpu(cluster, server, idlePieces, aloneMs);
    const { now: steadyMiB } = memoryMiB(server.pid);
    const changed = await changes(server, options);
    const churned = options.churnMs === 0 ? undefined : await churn(server, cluster, options.churnMs);
    const load = await served(server, options.loadMs);
    const { peak: peakMiB } = memoryMiB(server.pid);
    return { startMs, idle, steadyMiB, peakMiB, churn: churned, ...changed, ...load };
  } finally {
    await server.stop();
  }
}
