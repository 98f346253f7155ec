/**
 * Gets a number of configs; measures what an operator, as it is shipped, makes of a real API server with so many: how
 * long its passes take, what it asks while nothing changes, and its memory.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { transformSync } from 'esbuild';
import type { RouteServerConfigStatus } from '../../src/api/index.ts';
import { KubeClient, kinds, ListWatch, loadKubeConfig, type KubeObject } from '../../src/kube/index.ts';
import { systemClock } from '../../src/runtime/index.ts';
import { createLogger } from '../../src/telemetry/index.ts';
import { bootControlPlane, installCrds, type BootedCluster } from '../harness/index.ts';
import { until } from '../harness/wait.ts';
import { CountedApi, isLease, isWatch, isWrite, type Asked } from '../integration/operator/counted-api.ts';
import type { Shipped } from './as-shipped.ts';
import { benchFleets, restOf, type BenchFleet } from './operator-fleets.ts';
import { PlayedControllers } from './played-controllers.ts';
import { cpuMs, memoryMiB } from './process-stats.ts';

export interface OperatorTrialOptions {
  readonly shipped: Shipped;
  readonly configs: number;
  /** How long it is watched while nothing changes. */
  readonly quietMs: number;
  /** How many configs a person changes, one after the other. */
  readonly changes: number;
}

export interface OperatorTrial {
  /** From the start of the process until every config has come to rest. */
  readonly settleMs: number;
  /** Passes by then and during the changes: upper bounds of durations in seconds, and how many took no longer. */
  readonly passes: readonly Bucket[];
  /** From a person's change of a spec until the status speaks of it. */
  readonly changeMs: readonly number[];
  /** Asked while nothing changed, apart from watches, the lease, and lists. */
  readonly quietRequests: readonly Asked[];
  /** Lists in that time: each proves of one watch that it has missed nothing. */
  readonly quietLists: number;
  readonly watches: number;
  readonly quietCpuPercent: number;
  readonly memoryMiB: number;
  readonly peakMiB: number;
}
export interface Bucket {
  readonly le: number;
  readonly count: number;
}

const table = 'kube_shop__web: Host(/^web[.]example[.]org$/) -> "http://10.9.0.1:80";\n';
const deadlineMs = 900_000;

export async function runOperatorTrial(options: OperatorTrialOptions): Promise<OperatorTrial> {
  const cluster = await bootControlPlane({ name: `bench-operator-${String(options.configs)}` });
  const config = loadKubeConfig({ kubeconfig: cluster.kubeconfigPath });
  const client = new KubeClient({ config, userAgent: 'routesrv-bench' });
  const controllers = new PlayedControllers(client, silent);
  try {
    await installCrds(cluster, ['crds']);
    await cluster.program('kube-controller-manager').crash();
    await controllers.start();
    const fleets = benchFleets(options.configs);
    await create(client, fleets);
    return await measure({ cluster, client, fleets, options });
  } finally {
    await controllers.stop();
    await config.close();
    await cluster.stop();
  }
}

interface Scene {
  readonly cluster: BootedCluster;
  readonly client: KubeClient;
  readonly fleets: readonly BenchFleet[];
  readonly options: OperatorTrialOptions;
}

const silent = createLogger({ name: 'bench', level: 'silent' });

/** Namespaces first, then fleets, then configs, some at once. */
async function create(client: KubeClient, fleets: readonly BenchFleet[]): Promise<void> {
  for (const namespace of new Set(fleets.map((fleet) => fleet.namespace))) {
    await client.create(kinds.Namespace, { metadata: { name: namespace } });
    // Its controller does not run.
    await client.create(kinds.ServiceAccount, { metadata: { namespace, name: 'default' } });
  }
  const rest = fleets.values();
  const write = async (): Promise<void> => {
    for (const { deployment, config } of rest) {
      await client.create(kinds.Deployment, deployment);
      await client.create(kinds.RouteServerConfig, config);
    }
  };
  await Promise.all(Array.from({ length: 16 }, write));
}

async function measure({ cluster, client, fleets, options }: Scene): Promise<OperatorTrial> {
  const api = await CountedApi.open(cluster, 'operator');
  const network = await playNetwork();
  const configs = new ListWatch({
    ...{ client, log: silent, clock: systemClock, kind: kinds.RouteServerConfig },
    decode: (raw: KubeObject) => raw,
  });
  configs.start();
  const startedAt = performance.now();
  const operator = await startOperator(api.kubeconfigPath, network, options.shipped);
  try {
    const wait = { what: 'all configs to come to rest', deadlineMs, intervalMs: 250 };
    await until(wait, () => Promise.resolve(fleets.every((fleet) => isAtRest(fleet, configs.store.get(keyOf(fleet))))));
    const settleMs = performance.now() - startedAt;
    await isSilent(api);
    const quiet = await watchQuiet(api, operator.process.pid ?? 0, options.quietMs);
    const changeMs = await change(client, configs, fleets.slice(0, options.changes));
    const passes = await passesOf(operator.metricsPort);
    const memory = memoryMiB(operator.process.pid ?? 0);
    return { settleMs, ...quiet, changeMs, passes, memoryMiB: memory.now, peakMiB: memory.peak };
  } finally {
    const ended = once(operator.process, 'exit');
    operator.process.kill('SIGKILL');
    await ended;
    await configs.stop();
    api.close();
    network.closeAllConnections();
    network.close();
  }
}

const keyOf = ({ namespace, name }: BenchFleet): string => `${namespace}/${name}`;
const statusOf = (object: KubeObject | undefined) => object?.['status'] as RouteServerConfigStatus | undefined;

function isAtRest({ mode }: BenchFleet, object: KubeObject | undefined): boolean {
  const status = statusOf(object);
  if (status?.phase !== restOf[mode]) return false;
  if (mode === 'False') return true;
  return status.shadow?.verdict === 'InSync' && (mode === 'Pre' || status.rollout?.percentage === 50);
}

/** Everybody in the played network is a Skipper and a route server with the same table. */
async function playNetwork(): Promise<Server> {
  const madeAt = Math.floor(Date.now() / 1_000) - 60;
  const server = createServer(({ url = '', method }: IncomingMessage, response: ServerResponse) => {
    if (!url.startsWith('/routes')) {
      response.writeHead(200).end('');
      return;
    }
    const isInvalid = url.includes('invalid=true');
    response.writeHead(200, { etag: '"1"', 'x-count': isInvalid ? 0 : 1, 'x-timestamp': madeAt });
    response.end(method === 'HEAD' || isInvalid ? '' : table);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

const playedNetworkFile = join(import.meta.dirname, '../support/played-network.ts');
/** As JavaScript in its own address, so that the operator does not load what reads TypeScript. */
const playedNetwork = `data:text/javascript,${encodeURIComponent(transformSync(readFileSync(playedNetworkFile), { loader: 'ts' }).code)}`;

interface RunningOperator {
  readonly process: ChildProcess;
  readonly metricsPort: number;
}

async function startOperator(kubeconfig: string, network: Server, shipped: Shipped): Promise<RunningOperator> {
  const metricsPort = await freePort();
  const { port } = network.address() as AddressInfo;
  const own = { KUBECONFIG: kubeconfig, POD_NAME: 'bench', PLAYED_NETWORK_PORT: String(port) };
  const env = { ...process.env, ...shipped.env, ...own };
  const flags = ['--route-server-image=routesrv:bench', '--health-address=127.0.0.1:0', '--log-level=error'];
  const args = ['--import', playedNetwork, shipped.program('routesrv-operator'), ...flags];
  const child = spawn(process.execPath, [...args, `--metrics-address=127.0.0.1:${String(metricsPort)}`], {
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return { process: child, metricsPort };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

const isList = ({ url }: Asked): boolean => url.includes('limit=');
const isOfNote = (asked: Asked): boolean => !isLease(asked) && !isWatch(asked) && (isWrite(asked) || !isList(asked));

/** Waits for 15 s in which nothing was asked. */
async function isSilent(api: CountedApi): Promise<void> {
  const wait = { what: 'the operator to come to rest', deadlineMs };
  await until(wait, async () => {
    const before = api.asked.length;
    await pause(15_000);
    return !api.asked.slice(before).some(isOfNote);
  });
}

async function watchQuiet(api: CountedApi, pid: number, quietMs: number) {
  const watches = new Set(api.asked.filter(isWatch).map(({ url }) => url.split('?')[0])).size;
  const [before, cpuBefore] = [api.asked.length, cpuMs(pid)];
  await pause(quietMs);
  const asked = api.asked.slice(before);
  return {
    watches,
    quietRequests: asked.filter(isOfNote),
    quietLists: asked.filter((each) => !isWatch(each) && !isLease(each) && isList(each)).length,
    quietCpuPercent: (100 * (cpuMs(pid) - cpuBefore)) / quietMs,
  };
}

/** Each config gets another bake, which moves nothing. */
async function change(
  client: KubeClient,
  configs: ListWatch<KubeObject>,
  fleets: readonly BenchFleet[],
): Promise<number[]> {
  const took: number[] = [];
  for (const fleet of fleets) {
    const changedAt = performance.now();
    const body = { spec: { rollout: { bake: '400h' } } };
    const written = await client.patch(kinds.RouteServerConfig, fleet, { type: 'merge', body });
    const { generation = 0 } = written.metadata;
    await until({ what: `a status of ${fleet.name}`, deadlineMs: 60_000, intervalMs: 5 }, () =>
      Promise.resolve((statusOf(configs.store.get(keyOf(fleet)))?.observedGeneration ?? 0) >= generation),
    );
    took.push(performance.now() - changedAt);
  }
  return took;
}

async function passesOf(port: number): Promise<readonly Bucket[]> {
  const page = await (await fetch(`http://127.0.0.1:${String(port)}/metrics`)).text();
  const buckets = new Map<number, number>();
  for (const [, le = '', count = ''] of page.matchAll(/reconcile_seconds_bucket\{le="([^"]+)",outcome="ok"\} (\d+)/g)) {
    buckets.set(le === '+Inf' ? Infinity : Number(le), Number(count));
  }
  return [...buckets].map(([le, count]) => ({ le, count })).toSorted((one, other) => one.le - other.le);
}
