/**
 * Gets values of flags; gives everything that the route server needs to know, or what is wrong with them.
 */
import { availableParallelism } from 'node:os';
import { Complaints, compileOptions } from '../compile/index.ts';
import type { FlagValues, StaticCompileOptions } from '../compile/index.ts';
import { mutualTls, peerTls } from './tls-options.ts';
import type { MutualTls, PeerTls } from './tls-options.ts';
import type { LogLevel } from '../telemetry/index.ts';

/** Where a listener listens; an empty host means all addresses. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** Where the API server is and who we are there. */
export type ClusterAccess =
  | { readonly from: 'inCluster' }
  | { readonly from: 'url'; readonly url: string; readonly tokenFile: string }
  | { readonly from: 'kubeconfig' };

/** A Service whose ready addresses are served at `/swarm/<store>/shards`. */
export interface ShardService {
  readonly store: 'redis' | 'valkey';
  readonly namespace: string;
  readonly name: string;
  readonly port: number;
}

export interface RouteServerOptions {
  readonly address: ListenAddress;
  /** Undefined: none. */
  readonly supportAddress: ListenAddress | undefined;
  readonly logLevel: LogLevel;
  readonly access: ClusterAccess;
  /** `''` for all. */
  readonly namespace: string;
  readonly source: 'watch' | 'poll';
  /** Time between two looks at what cannot be watched. */
  readonly pollIntervalMs: number;
  readonly relistIntervalMs: number;
  readonly publishIntervalMs: number;
  /** How long to go on serving after SIGTERM, while load balancers learn of it. */
  readonly drainDelayMs: number;
  /** Threads that send tables beside the main one. */
  readonly servingThreads: number;
  /** Undefined: plain HTTP. */
  readonly mutualTls: MutualTls | undefined;
  /** Where the last known good table is kept for a start without the API server; `''`: nowhere. */
  readonly lastKnownGoodDir: string;
  /** Tables of other replicas, for a start without the API server. */
  readonly peerUrls: readonly string[];
  /** For those of them that are asked by https. */
  readonly peerTls: PeerTls;
  /** How long the API server may take at start before an old table is served. */
  readonly bootPatienceMs: number;
  /** More than this share of the routes gone at once is held back; 0: nothing is. */
  readonly maxShrinkPercent: number;
  /** `''` for none. */
  readonly defaultFiltersDir: string;
  readonly shards: readonly ShardService[];
  readonly compile: StaticCompileOptions;
}

/** Go's default of 45 s is longer than Kubernetes' default grace period of 30 s, so it ends in a SIGKILL. */
const defaultDrainDelayMs = 5_000;

/** More are not worth their memory: where four threads send, the network is full. */
const mostServingThreads = 3;

/** By default one for each processor that is left, where the system lets threads share a port. */
function servingThreads(values: FlagValues, complaints: Complaints): number {
  const canShare = process.platform === 'linux';
  const count = values.integer(
    'serving-threads',
    canShare ? Math.min(mostServingThreads, availableParallelism() - 1) : 0,
  );
  return canShare || count === 0
    ? count
    : complaints.about('serving-threads', `must be 0 on ${process.platform}: only Linux lets threads share a port`, 0);
}

/** Reads all options. `env` is the environment. Does not start anything. */
export function routeServerOptions(
  values: FlagValues,
  env: Readonly<Record<string, string | undefined>>,
): { readonly options: RouteServerOptions; readonly problems: readonly string[] } {
  const complaints = new Complaints();
  if (!values.isSet('kubernetes')) complaints.about('kubernetes', 'is required: there is no other source of routes', 0);
  const supportAddress = values.text('support-listener', ':9911');
  const options: RouteServerOptions = {
    address: addressOf('address', values.text('address', ':9990'), complaints),
    supportAddress: supportAddress === '' ? undefined : addressOf('support-listener', supportAddress, complaints),
    logLevel: logLevel(values, complaints),
    access: clusterAccess(values, env, complaints),
    namespace: values.text('kubernetes-namespace'),
    source: values.text('source') === 'poll' ? 'poll' : 'watch',
    pollIntervalMs: Math.max(1, values.integer('source-poll-timeout', 3_000)),
    relistIntervalMs: values.durationMs('relist-interval', 600_000),
    publishIntervalMs: values.durationMs('publish-interval', 1_000),
    drainDelayMs: Math.max(0, values.durationMs('wait-for-healthcheck-interval', defaultDrainDelayMs)),
    servingThreads: servingThreads(values, complaints),
    mutualTls: mutualTls(values, complaints),
    lastKnownGoodDir: values.text('last-known-good-dir'),
    peerUrls: values.list('peer-urls'),
    peerTls: peerTls(values, complaints),
    bootPatienceMs: values.durationMs('boot-patience', 10_000),
    maxShrinkPercent: values.integer('max-shrink-percent', 0),
    defaultFiltersDir: values.text('default-filters-dir'),
    shards: [...shardServices(values, 'redis'), ...shardServices(values, 'valkey')],
    compile: compileOptions(values, complaints),
  };
  return { options, problems: complaints.messages };
}

function addressOf(flag: string, text: string, complaints: Complaints): ListenAddress {
  const [, host = '', port] = /^(.*):(\d+)$/.exec(text) ?? [];
  if (port === undefined || Number(port) > 65_535) {
    return complaints.about(flag, `expected host:port or :port, found ${JSON.stringify(text)}`, { host: '', port: 0 });
  }
  return { host: host.replaceAll(/^\[|\]$/g, ''), port: Number(port) };
}

const logLevels: Readonly<Record<string, LogLevel>> = {
  PANIC: 'fatal',
  FATAL: 'fatal',
  ERROR: 'error',
  WARN: 'warn',
  WARNING: 'warn',
  INFO: 'info',
  DEBUG: 'debug',
  TRACE: 'trace',
};

function logLevel(values: FlagValues, complaints: Complaints): LogLevel {
  const name = values.text('application-log-level', 'INFO').toUpperCase();
  const level = Object.hasOwn(logLevels, name) ? logLevels[name] : undefined;
  return (
    level ?? complaints.about('application-log-level', `expected one of ${Object.keys(logLevels).join(', ')}`, 'info')
  );
}

function clusterAccess(
  values: FlagValues,
  env: Readonly<Record<string, string | undefined>>,
  complaints: Complaints,
): ClusterAccess {
  if (values.isSet('kubernetes-in-cluster')) {
    const inPod = ['KUBERNETES_SERVICE_HOST', 'KUBERNETES_SERVICE_PORT'].every((name) => (env[name] ?? '') !== '');
    const message =
      'KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set; outside a pod use -kubernetes-url';
    return inPod ? { from: 'inCluster' } : complaints.about('kubernetes-in-cluster', message, { from: 'inCluster' });
  }
  const given = values.text('kubernetes-url');
  if (given === '' && (env['KUBECONFIG'] ?? '') !== '') return { from: 'kubeconfig' };
  // Skipper's default is where `kubectl proxy` listens.
  const url = given === '' ? 'http://localhost:8001' : given;
  const access = { from: 'url', url, tokenFile: values.text('kubernetes-token-file') } as const;
  return URL.canParse(access.url) ? access : complaints.about('kubernetes-url', 'is no URL', access);
}

function shardServices(values: FlagValues, store: ShardService['store']): readonly ShardService[] {
  const namespace = values.text(`kubernetes-${store}-service-namespace`);
  const name = values.text(`kubernetes-${store}-service-name`);
  if (namespace === '' || name === '') return [];
  return [{ store, namespace, name, port: values.integer(`kubernetes-${store}-service-port`, 6379) }];
}
