/**
 * Gets which RouteServerConfig a person means; gives what its operator would do if the route server failed. Skippers are
 * those that the operator counted last: without an operator nothing would happen anyhow.
 */
import { decodeRouteServerConfig, reasons, resolveTier, type RouteServerConfig } from '../../api/index.ts';
import { KubeClient, kinds, type KubeObject } from '../../kube/index.ts';
import {
  companionName,
  configFileTarget,
  routeServerUrl,
  sentinelName,
  stepOfCompanion,
  wiringState,
  type Deployment,
  type JsonObject,
  type SentinelSource,
} from '../../manifests/index.ts';
import {
  drillFallback,
  rememberedFrom,
  unheard,
  wishOf,
  type CompanionSeen,
  type Drill,
  type FleetSeen,
  type Observation,
} from '../../rollout/index.ts';
import { Failure } from '../failure.ts';
import { connect, messageOf } from './connect.ts';
import type { Wanted } from './read-configs.ts';

export interface DrilledConfig {
  readonly config: RouteServerConfig;
  readonly drill: Drill;
}

/**
 * @param now epoch ms
 * @throws Failure when there is no such config, no answer, or no operator has looked at it
 */
export async function readDrill(wanted: Wanted & { readonly name: string }, now: number): Promise<DrilledConfig> {
  const cluster = connect(wanted);
  try {
    const client = new KubeClient({ config: cluster, userAgent: 'kubectl-routesrv' });
    const key = { namespace: wanted.namespace ?? cluster.namespace, name: wanted.name };
    const decoded = decodeRouteServerConfig(await client.get(kinds.RouteServerConfig, key));
    if (!decoded.ok) throw new Failure(...decoded.problems.map(String));
    return { config: decoded.config, drill: drillFallback(await observed(client, decoded.config), now) };
  } catch (error) {
    throw error instanceof Failure ? error : new Failure(messageOf(error));
  } finally {
    await cluster.close();
  }
}

/** As the operator sees it, as far as a fallback depends on it. */
async function observed(client: KubeClient, config: RouteServerConfig): Promise<Observation> {
  const { metadata, spec, status } = config;
  const { namespace, name } = metadata;
  if (status?.observedGeneration !== metadata.generation) {
    throw new Failure(
      `RouteServerConfig ${namespace}/${name}: no operator has looked at its spec yet; is one running?`,
    );
  }
  const deployment = (named: string) => client.find(kinds.Deployment, { namespace, name: named });
  const beside = async (source: SentinelSource) => companionSeen(await deployment(companionName(metadata, source)));
  const skipper = await deployment(spec.skipper.deploymentRef.name);
  const companions = { fed: await beside('routeServer'), direct: await beside('direct') };
  const hasDirect = (await deployment(sentinelName(metadata, 'direct'))) !== undefined;
  const absent = { present: false, ready: false, current: false };
  return {
    generation: metadata.generation,
    deleting: metadata.deletionTimestamp !== undefined,
    wish: wishOf(config, resolveTier(spec, status.tier)),
    remembered: rememberedFrom(config),
    fleet: skipper && fleetSeen(config, skipper, { ...companions, mounted: await mountedSettings(client, config) }),
    fleetProblem: skipper === undefined ? missing(config) : undefined,
    routeServer: { ...silent, present: true, rolledOut: true, readyReplicas: 0, trouble: undefined },
    sentinels: { fed: absent, direct: { present: hasDirect, ready: hasDirect, current: hasDirect } },
    companions,
    shadow: status.shadow && {
      verdict: status.shadow.verdict,
      sinceMs: Date.parse(status.shadow.since),
      summary: shadowSummary(config),
      template: undefined,
    },
  };
}

const silent = { ...unheard, answers: false, probeFailure: undefined };

const shadowSummary = ({ status }: RouteServerConfig): string =>
  status?.conditions?.find(({ type }) => type === 'ShadowInSync')?.message ?? '';

function missing({ metadata, spec }: RouteServerConfig) {
  const message = `Deployment ${metadata.namespace}/${spec.skipper.deploymentRef.name}, named by spec.skipper.deploymentRef, does not exist`;
  return { reason: reasons.skipperNotFound, message, needsPerson: false };
}

async function mountedSettings(
  client: KubeClient,
  { metadata, spec }: RouteServerConfig,
): Promise<KubeObject | undefined> {
  const { configMapName: name } = spec.skipper;
  return name === undefined ? undefined : client.find(kinds.ConfigMap, { namespace: metadata.namespace, name });
}

const sized = (object: KubeObject): number => (object['spec'] as { readonly replicas?: number }).replicas ?? 1;

function companionSeen(object: KubeObject | undefined): CompanionSeen | undefined {
  if (object === undefined) return undefined;
  const replicas = sized(object);
  const step = stepOfCompanion(object as unknown as Deployment);
  const pods = { total: replicas, direct: 0, routeServer: 0 };
  return { ...{ replicas, ready: replicas, rolledOut: true, pods, step }, unschedulable: undefined, broken: undefined };
}

interface Beside {
  readonly fed: CompanionSeen | undefined;
  readonly direct: CompanionSeen | undefined;
  readonly mounted: KubeObject | undefined;
}

function fleetSeen(config: RouteServerConfig, skipper: KubeObject, { fed, direct, mounted }: Beside): FleetSeen {
  const { containerName } = config.spec.skipper;
  const configFile = configFileTarget(config, mounted as JsonObject | undefined);
  const target = {
    serviceUrl: routeServerUrl(config),
    ...(containerName === undefined ? {} : { containerName }),
    ...(configFile === undefined ? {} : { configFile }),
  };
  const pods = config.status?.skippers ?? { total: 0, direct: 0, routeServer: 0 };
  const primary = {
    direct: Math.max(0, pods.direct - (direct?.replicas ?? 0)),
    routeServer: Math.max(0, pods.routeServer - (fed?.replicas ?? 0)),
  };
  return {
    wiring: wiringState(skipper as unknown as Deployment, target),
    replicas: sized(skipper),
    rolledOut: true,
    pods,
    primary: { ...primary, total: primary.direct + primary.routeServer },
    ...{
      unsupportedFlags: [],
      wiredField: 'args',
      argsManagers: [],
      rolloutWarnings: [],
      flagWarnings: [],
      uncountedErrors: [],
      movedTemplate: '',
    },
    ...{ convergence: undefined, errors: undefined, unschedulable: undefined, broken: undefined },
  };
}
