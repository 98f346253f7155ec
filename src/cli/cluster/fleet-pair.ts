/**
 * Gets a RouteServerConfig and the pods of its namespace; gives the two Skippers whose tables the operator compares: one
 * with its own Kubernetes data client, and one that the route server feeds, of the same zone. Pure.
 */
import type { RouteServerConfig } from '../../api/index.ts';
import type { KubeObject } from '../../kube/index.ts';
import {
  companionComponents,
  CONFIG_LABEL,
  configFileTarget,
  podSource,
  podZone,
  routeServerUrl,
  sentinelComponents,
  type Pod,
  type WiringTarget,
} from '../../manifests/index.ts';
import { Failure } from '../failure.ts';

export interface FleetPair {
  readonly direct: string;
  readonly fed: string;
}
interface Skipper {
  readonly name: string;
  readonly source: 'direct' | 'routeServer' | 'unknown';
  readonly zone: string | undefined;
  readonly isSentinel: boolean;
}

/** @throws Failure when there are no two such Skippers, saying which one is missing */
export function fleetPair(config: RouteServerConfig, pods: readonly KubeObject[]): FleetPair {
  const skippers = pods.filter(isReady).flatMap((pod) => skipperOf(config, pod));
  const direct = skippers.filter(({ source }) => source === 'direct');
  const fed = skippers.filter(({ source }) => source === 'routeServer');
  if (direct.length === 0) throw none(config, 'reads from Kubernetes itself');
  if (fed.length === 0) throw none(config, 'reads from the route server');
  // As the operator: of the direct ones the fleet's own first, of the fed ones the sentinel, which has no traffic.
  const ordered = {
    direct: direct.toSorted((one, other) => Number(one.isSentinel) - Number(other.isSentinel)),
    fed: fed.toSorted((one, other) => Number(other.isSentinel) - Number(one.isSentinel)),
  };
  for (const one of ordered.direct) {
    const partner = ordered.fed.find(({ zone }) => zone !== undefined && zone === one.zone);
    if (partner !== undefined) return { direct: one.name, fed: partner.name };
  }
  throw none(config, 'reads from the route server in the zone of one that reads from Kubernetes itself');
}

function none({ metadata: { namespace, name } }: RouteServerConfig, what: string): Failure {
  return new Failure(
    `RouteServerConfig ${namespace}/${name}: no ready Skipper of its fleet ${what}; kubectl-routesrv status ${name} -n ${namespace} says how it stands`,
  );
}

function isReady({ metadata, status }: KubeObject): boolean {
  const { conditions = [] } = (status ?? {}) as { readonly conditions?: readonly Condition[] };
  const ready = conditions.some(({ type, status: is }) => type === 'Ready' && is === 'True');
  return ready && metadata.deletionTimestamp === undefined;
}
interface Condition {
  readonly type: string;
  readonly status: string;
}

/** What of our making is a Skipper. */
const ourSkippers = new Set<string>([...Object.values(sentinelComponents), ...Object.values(companionComponents)]);

function skipperOf(config: RouteServerConfig, object: KubeObject): readonly Skipper[] {
  const { name, labels = {} } = object.metadata;
  const component = labels['app.kubernetes.io/component'] ?? '';
  // The route server's pods bear the label, too, and read from Kubernetes as a direct Skipper does.
  const isOurs = labels[CONFIG_LABEL] === config.metadata.name && ourSkippers.has(component);
  if (!isOurs && !isOfDeployment(object, config.spec.skipper.deploymentRef.name)) return [];
  const { containerName } = config.spec.skipper;
  const configFile = configFileTarget(config, undefined);
  const target: WiringTarget = {
    serviceUrl: routeServerUrl(config),
    ...(configFile === undefined ? {} : { configFile }),
    ...(containerName === undefined ? {} : { containerName }),
  };
  const pod = object as unknown as Pod;
  const isSentinel = isOurs && component.endsWith('-sentinel');
  return [{ name, source: podSource(pod, target), zone: podZone(pod, labels, target), isSentinel }];
}

/** By its ReplicaSet, as the operator knows them: a pod of somebody else's may have the same labels. */
function isOfDeployment({ metadata: { labels = {}, ownerReferences = [] } }: KubeObject, deployment: string): boolean {
  const replicaSet = `${deployment}-${labels['pod-template-hash'] ?? ''}`;
  return ownerReferences.some(({ kind, name }) => kind === 'ReplicaSet' && name === replicaSet);
}
