/** Gets the Skipper Deployment and its pods, gives what the decision needs to know of the fleet. Pure. */
import { createHash } from 'node:crypto';
import { reasons, type RouteServerConfig } from '../api/index.ts';
import {
  checkSkipperRollout,
  configFileTarget,
  findSkipperContainer,
  otherArgsManagers,
  podSource,
  routeServerUrl,
  SETTINGS_MARK_ANNOTATION,
  wiringState,
  type Deployment,
  type JsonObject,
  type CompanionPlan,
  type TakenOver,
  type WiringTarget,
} from '../manifests/index.ts';
import type { ConvergenceSeen, ErrorsSeen, FleetProblem, FleetSeen, PodCounts } from '../rollout/index.ts';
import type { Settlement } from '../shadow/index.ts';
import { FIELD_MANAGER } from './applier.ts';
import { toleranceProblems } from '../shadow/index.ts';
import type { SeenDeployment, SeenPod } from './decode.ts';
import { kubeletsWords, schedulersWords } from './pod-trouble.ts';
import type { OwnedObject, World } from './world.ts';

/** What asking Skippers over time has come to; `undefined` is what nobody has asked yet. */
export interface Evidence {
  readonly settlement: Settlement | undefined;
  readonly convergence: ConvergenceSeen | undefined;
  readonly errors: ErrorsSeen | undefined;
  /** Moved and direct Skippers serve, and those of one kind cannot be asked for their counts. */
  readonly errorsUnreadable: boolean;
  /** `FleetSeen.movedTemplate` under which the tables have last agreed. */
  readonly provenTemplate: string | undefined;
}

/** The configs that name one Deployment; more than one would fight over it. */
export type Claimants = (namespace: string, deployment: string) => readonly RouteServerConfig[];

/** The ConfigMap that the fleet's Deployment mounts, if it is ours. */
export function mountedSettings(world: World, { metadata, spec }: RouteServerConfig): OwnedObject | undefined {
  const { configMapName } = spec.skipper;
  if (configMapName === undefined) return undefined;
  return world.owned(metadata, 'skipper-settings').find(({ object }) => object.metadata.name === configMapName);
}

/** @param mounted the ConfigMap that the Deployment mounts, for wiring ConfigFile */
export function wiringTarget(config: RouteServerConfig, mounted?: OwnedObject): WiringTarget {
  const { containerName } = config.spec.skipper;
  const configFile = configFileTarget(config, mounted?.object as JsonObject | undefined);
  return {
    serviceUrl: routeServerUrl(config),
    ...(containerName === undefined ? {} : { containerName }),
    ...(configFile === undefined ? {} : { configFile }),
  };
}

/** Why `config` cannot act on its fleet, if so. */
export function fleetProblemOf(
  config: RouteServerConfig,
  skipper: SeenDeployment | undefined,
  claimants: Claimants,
): FleetProblem | undefined {
  const { namespace } = config.metadata;
  const { deploymentRef, containerName } = config.spec.skipper;
  if (skipper === undefined) {
    const message = `Deployment ${namespace}/${deploymentRef.name}, named by spec.skipper.deploymentRef, does not exist; waiting for it`;
    return { reason: reasons.skipperNotFound, message, needsPerson: false };
  }
  const first = firstClaimant(claimants(namespace, deploymentRef.name));
  if (first !== undefined && first.metadata.uid !== config.metadata.uid) {
    const message = `RouteServerConfig ${namespace}/${first.metadata.name} already controls Deployment ${deploymentRef.name}; delete one of the two`;
    return { reason: reasons.skipperClaimed, message, needsPerson: true };
  }
  if (findSkipperContainer(skipper.deployment.spec.template.spec, containerName) === undefined) {
    const message = `Deployment ${namespace}/${deploymentRef.name} has no container ${containerName ?? 'skipper'}; name it in spec.skipper.containerName`;
    return { reason: reasons.containerNotFound, message, needsPerson: true };
  }
  const [problem] = toleranceProblems(config.spec.shadow.tolerate);
  return problem === undefined ? undefined : { reason: reasons.specInvalid, message: problem, needsPerson: true };
}

/** The oldest keeps the fleet; two of the same second are told apart by name. */
function firstClaimant(configs: readonly RouteServerConfig[]): RouteServerConfig | undefined {
  const age = ({ metadata }: RouteServerConfig): string => `${metadata.creationTimestamp ?? ''} ${metadata.name}`;
  return configs.toSorted((one, other) => age(one).localeCompare(age(other)))[0];
}

/**
 * Whether a pod belongs to the Deployment. By its ReplicaSet, which is named for the Deployment and its template: a pod
 * of somebody else's may match the Deployment's selector as well.
 */
export function isPodOf({ deployment }: SeenDeployment, { replicaSet, labels }: SeenPod): boolean {
  return replicaSet === `${deployment.metadata.name}-${labels['pod-template-hash'] ?? ''}`;
}

/** What a fleet consists of. */
export interface FleetParts {
  readonly skipper: SeenDeployment;
  readonly taken: TakenOver;
  readonly target: WiringTarget;
  /** Pods of the fleet's own Deployment, and of the companions. */
  readonly primaryPods: readonly SeenPod[];
  readonly companionPods: readonly SeenPod[];
  readonly wanted: { readonly fedCompanion: CompanionPlan };
  readonly evidence: Pick<Evidence, 'convergence' | 'errors' | 'errorsUnreadable'>;
}

export function fleetSeen(parts: FleetParts): FleetSeen {
  const { skipper, taken, target, wanted } = parts;
  const { deployment, rollout } = skipper;
  return {
    wiring: wiringState(deployment, target),
    replicas: rollout.replicas,
    rolledOut: rollout.done,
    pods: podCounts([...parts.primaryPods, ...parts.companionPods], target),
    primary: podCounts(parts.primaryPods, target),
    unschedulable: schedulersWords(parts.primaryPods),
    broken: kubeletsWords(parts.primaryPods),
    unsupportedFlags: taken.unsupported,
    ...wiredBy(deployment, target),
    rolloutWarnings: checkSkipperRollout(deployment, target.containerName).map(
      ({ field, message }) => `${field} ${message}`,
    ),
    flagWarnings: [...taken.warnings.map(({ flag, reason }) => `${flag} ${reason}`), ...labelWarnings(wanted)],
    // Flags that went to the route server are no less a part of how moved Skippers route.
    movedTemplate: `${wanted.fedCompanion.templateDigest}-${digestOfFlags(taken)}`,
    convergence: parts.evidence.convergence,
    errors: parts.evidence.errors,
    uncountedErrors: uncountedErrors(taken, parts.evidence),
  };
}

function wiredBy(
  deployment: Deployment,
  { containerName, configFile }: WiringTarget,
): Pick<FleetSeen, 'wiredField' | 'argsManagers'> {
  // The API server does not note who took a field away, only who wrote one.
  if (configFile !== undefined) {
    return { wiredField: `pod template's annotation ${SETTINGS_MARK_ANNOTATION}`, argsManagers: [] };
  }
  const container = findSkipperContainer(deployment.spec.template.spec, containerName)?.container.name ?? '';
  return { wiredField: 'args', argsManagers: otherArgsManagers(deployment, container, FIELD_MANAGER) };
}

const digestOfFlags = ({ routeServerArgs }: TakenOver): string =>
  createHash('sha256').update(JSON.stringify(routeServerArgs)).digest('hex').slice(0, 16);

function uncountedErrors(
  { hiddenErrors }: TakenOver,
  { errorsUnreadable }: Pick<Evidence, 'errorsUnreadable'>,
): readonly string[] {
  if (hiddenErrors.length > 0) return hiddenErrors.map(({ flag, reason }) => `-${flag} ${reason}`);
  if (!errorsUnreadable) return [];
  return ['the metrics of the Skippers cannot be read on their support port: no errors are counted'];
}

function labelWarnings({ fedCompanion }: FleetParts['wanted']): readonly string[] {
  if (fedCompanion.apart) return [];
  return [
    'spec.selector of the Skipper Deployment has only labels that its Services need: while a part of the fleet is moved, its autoscaler and its PodDisruptionBudget count the Skippers of that part as well; a label of its own in the selector would tell them apart',
  ];
}

/** Pods by where they read their routes. */
export function podCounts(pods: readonly SeenPod[], target: WiringTarget): PodCounts {
  const sources = pods.map(({ pod }) => podSource(pod, target));
  const count = (source: string): number => sources.filter((candidate) => candidate === source).length;
  return { total: pods.length, direct: count('direct'), routeServer: count('routeServer') };
}
