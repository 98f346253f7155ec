/** Gets the operator's options and what it runs on, gives the parts of the program in the order of their start. */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { Agent } from 'undici';
import { KubeClient, LeaderElection, type ClusterConfig } from '../kube/index.ts';
import { serveHttp, systemClock } from '../runtime/index.ts';
import type { Component, Endpoint, HttpListener, ListenAddress, OptionValues } from '../runtime/index.ts';
import { metricsEndpoint, type Logger, type Metrics } from '../telemetry/index.ts';
import { healthOf } from './health.ts';
import { RouteServerOperator } from './operator.ts';
import type { operatorOptions } from './options.ts';
import { httpProbe } from './probe.ts';
import { readTier } from './tier.ts';

export interface ProgramParts {
  readonly options: OptionValues<typeof operatorOptions>;
  readonly config: ClusterConfig;
  readonly log: Logger;
  readonly metrics: Metrics;
  /** Told when another replica may act: this process must end. */
  readonly onLeaseLost: (reason: string) => void;
}

const clock = systemClock;

/** @throws Error when the tier cannot be learned */
export async function operatorComponents(parts: ProgramParts): Promise<readonly Component[]> {
  const { options, config, metrics } = parts;
  const client = new KubeClient({ config, userAgent: 'routesrv-operator' });
  const leadership = options['leader-elect'] ? leadershipOf(parts, client) : undefined;
  const guarded = leadership === undefined ? client : client.guardedBy(leadership.election.writeGuard());
  const operator = await makeOperator(parts, guarded, leadership?.election);
  const health = healthOf(operator, leadership?.election, clock);
  return [
    listener('health', health.endpoints(), options['health-address']),
    listener('metrics', { '/metrics': metricsEndpoint(metrics) }, options['metrics-address']),
    ...(leadership === undefined ? [] : [leadership.component]),
    {
      name: 'operator',
      start: () => operator.start(),
      stop: async () => {
        const inTime = await operator.drain(options['drain-timeout']);
        if (!inTime) parts.log.warn('a pass did not end within --drain-timeout; the next leader makes it anew');
      },
    },
  ];
}

async function makeOperator(
  parts: ProgramParts,
  client: KubeClient,
  election: LeaderElection | undefined,
): Promise<RouteServerOperator> {
  const { options, config, log, metrics } = parts;
  // Skippers are read rarely and one after the other: few connections do, and idle ones must not pile up.
  const dispatcher = new Agent({ connections: 4, keepAliveTimeout: 10_000 });
  return new RouteServerOperator({
    config,
    client,
    clock,
    log,
    metrics,
    concurrency: 4,
    namespace: options.namespace === '' ? undefined : options.namespace,
    instance: instanceName(),
    probe: httpProbe(dispatcher),
    dispatcher,
    predecessorUntilMs: () => election?.predecessorUntilMs,
    settings: {
      tier: await readTier(client, options.tier, options['tier-config-map']),
      defaultImage: options['route-server-image'],
      routeServerClusterRole: options['route-server-cluster-role'],
    },
  });
}

/** Takes part in the election; its start lasts until this replica is the leader. */
function leadershipOf({ options, log, onLeaseLost }: ProgramParts, client: KubeClient) {
  const elected = Promise.withResolvers<undefined>();
  const election = new LeaderElection({
    client,
    clock,
    log,
    lease: { namespace: options['lease-namespace'], name: options['lease-name'] },
    identity: `${instanceName()}_${randomUUID()}`,
    onElected: () => {
      elected.resolve(undefined);
    },
    onLost: onLeaseLost,
  });
  const component: Component = {
    name: 'leader election',
    start: async (signal) => {
      election.start();
      await Promise.race([elected.promise, rejectedBy(signal)]);
    },
    stop: () => election.stop(),
  };
  return { election, component };
}

function rejectedBy(signal: AbortSignal): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  signal.addEventListener('abort', () => {
    reject(new Error('the program stops'));
  });
  return promise;
}

function listener(name: string, endpoints: Readonly<Record<string, Endpoint>>, at: ListenAddress): Component {
  let listening: HttpListener | undefined;
  return {
    name: `${name} listener`,
    start: async () => {
      listening = await serveHttp(endpoints, at);
    },
    stop: () => listening?.close(),
  };
}

const instanceName = (): string => process.env['POD_NAME'] ?? hostname();
