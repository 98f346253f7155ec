/** Gets a route server and a cluster; gives what it costs: its start, its memory, changes, requests. */
import type { Running } from '../integration/routeserver/programs.ts';
import { BenchApi } from './api-server.ts';
import { clusterObjects, endpointSlice, ingress, objectCount, type ClusterSize } from './cluster-data.ts';
import { churn, type Churn } from './churn.ts';
import { notModifiedPerSecond, tablesPerSecond } from './load.ts';
import { cpuMs, memoryMiB } from './process-stats.ts';

export interface TrialOptions {
  readonly size: ClusterSize;
  readonly start: (args: readonly string[]) => Promise<Running>;
  /** Changes, one after the other. */
  readonly changes: number;
  readonly loadMs: number;
  readonly idleMs: number;
  /** 0 for none. */
  readonly churnMs: number;
}

export interface Trial {
  readonly startMs: number;
  /** From a change to the answer that has it. */
  readonly changeMs: readonly number[];
  /** Of the route server, for one change; the cost of a steady state is taken off. */
  readonly cpuMsPerChange: number;
  /** Route server and API server together, in milliseconds a second. */
  readonly idleCpuMs: number;
  readonly steadyMiB: number;
  readonly peakMiB: number;
  readonly gzipBytes: number;
  readonly notModified: number;
  readonly gzip: number;
  readonly identity: number;
  readonly churn: Churn | undefined;
}

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

function ownCpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

async function tagOf(server: Running, encoding: string): Promise<string> {
  const response = await fetch(`${server.url}/routes`, { method: 'HEAD', headers: { 'accept-encoding': encoding } });
  return response.headers.get('etag') ?? '';
}

/** Changes one object; gives the time until its table is served. */
async function change(server: Running, put: () => void): Promise<number> {
  const before = await tagOf(server, 'identity');
  const beganAt = performance.now();
  put();
  while ((await tagOf(server, 'identity')) === before) await sleep(2);
  return performance.now() - beganAt;
}

async function idleCpu(server: Running, forMs: number): Promise<number> {
  const [own, api] = [cpuMs(server.pid), ownCpuMs()];
  await sleep(forMs);
  return ((cpuMs(server.pid) - own + ownCpuMs() - api) * 1_000) / forMs;
}

async function changes(server: Running, api: BenchApi, options: TrialOptions) {
  const changeMs: number[] = [];
  let spentMs = 0;
  for (let at = 0; at < options.changes; at++) {
    // Two of each three changes are what a rollout makes.
    const object = at % 3 === 0 ? ingress(at * 7, `status(${String(201 + at)})`) : endpointSlice(at * 7, 5 + (at % 2));
    const before = cpuMs(server.pid);
    changeMs.push(
      await change(server, () => {
        api.put(object);
      }),
    );
    spentMs += cpuMs(server.pid) - before;
    // A server that publishes at most once a second would else be measured for that.
    await sleep(1_100);
  }
  return { changeMs, cpuMsPerChange: spentMs / options.changes };
}

async function served(server: Running, forMs: number) {
  const { port } = server;
  const whole = await fetch(`${server.url}/routes`, { headers: { 'accept-encoding': 'gzip', 'user-agent': 'bench' } });
  await whole.bytes();
  const gzip = await tablesPerSecond({ port, forMs, headers: { 'accept-encoding': 'gzip' } });
  const identity = await tablesPerSecond({ port, forMs, headers: {} });
  const etag = await tagOf(server, 'gzip');
  const headers = { 'accept-encoding': 'gzip', 'if-none-match': etag };
  return { gzip, identity, notModified: await notModifiedPerSecond({ port, forMs, headers }) };
}

async function gzipLength(server: Running): Promise<number> {
  const { request } = await import('undici');
  const { body } = await request(`${server.url}/routes`, { headers: { 'accept-encoding': 'gzip' } });
  return (await body.bytes()).length;
}

/** Runs it all, on a cluster of its own. */
export async function runTrial(options: TrialOptions): Promise<Trial> {
  const api = new BenchApi(clusterObjects(options.size));
  const url = await api.listen();
  const beganAt = performance.now();
  const server = await options.start([`-kubernetes-url=${url}`, '-enable-kubernetes-endpointslices']);
  try {
    await server.answers('/health', 204);
    const startMs = performance.now() - beganAt;
    const idleCpuMs = await idleCpu(server, options.idleMs);
    const { now: steadyMiB } = memoryMiB(server.pid);
    const changed = await changes(server, api, options);
    const churned = options.churnMs === 0 ? undefined : await churn(server, api, options.churnMs);
    const gzipBytes = await gzipLength(server);
    const load = await served(server, options.loadMs);
    return {
      startMs,
      idleCpuMs,
      steadyMiB,
      peakMiB: memoryMiB(server.pid).peak,
      gzipBytes,
      churn: churned,
      ...changed,
      ...load,
    };
  } finally {
    await server.stop();
    api.close();
    process.stderr.write(`  ${String(objectCount(options.size))} objects: done\n`);
  }
}
