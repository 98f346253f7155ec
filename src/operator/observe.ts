/**
 * Gets a config; gives the Observation that is decided on, and the evidence behind it. The only place of a pass that
 * reads stores, time and network.
 */
import { resolveTier, type Resolution, type RouteServerConfig } from '../api/index.ts';
import {
  CONFIG_LABEL,
  desiredRouteServer,
  desiredSentinel,
  routeServerName,
  sentinelName,
  takeOverFromSkipper,
  type KubeObject as Manifest,
  type SentinelSource,
  type TakenOver,
  type WiringTarget,
} from '../manifests/index.ts';
import {
  rememberedFrom,
  unheard,
  wishOf,
  type Observation,
  type RouteServerSeen,
  type SentinelSeen,
  type SentinelsSeen,
  type ShadowSeen,
} from '../rollout/index.ts';
import type { Settlement } from '../shadow/index.ts';
import { APPLIED_DIGEST_ANNOTATION, manifestDigest } from './applier.ts';
import { companionPlans, companionsSeen, isCompanionPod, type CompanionPlans } from './companions.ts';
import type { SeenDeployment, SeenPod } from './decode.ts';
import {
  fleetProblemOf,
  type Evidence,
  fleetSeen,
  isPodOf,
  mountedSettings,
  wiringTarget,
  type Claimants,
} from './fleet.ts';
import { replicasOf } from './convergence/route-server-client.ts';
import { troubleOf } from './pod-trouble.ts';
import { probeAll, type Probe, type ProbeResult } from './probe.ts';
import { summaryOf } from './shadow/summary.ts';
import type { OwnedObject, World } from './world.ts';

/** Settings of the operator itself, the same for all configs. */
export interface OperatorSettings {
  /** This cluster's tier, if the operator was told. */
  readonly tier: string | undefined;
  readonly defaultImage: string;
  /** ClusterRole that the chart made for route servers. */
  readonly routeServerClusterRole: string;
}

export interface Observer {
  readonly world: World;
  readonly probe: Probe;
  readonly settings: OperatorSettings;
  readonly claimants: Claimants;
}

/** What is wanted while the route server shall be there. */
export interface Wanted extends CompanionPlans {
  readonly routeServer: readonly Manifest[];
  readonly fedSentinel: Manifest;
  readonly directSentinel: Manifest;
}

/** All that a pass knows. */
export interface Sighting {
  readonly config: RouteServerConfig;
  readonly resolution: Resolution;
  readonly observation: Observation;
  /** The Deployment that may be acted on. */
  readonly skipper: SeenDeployment | undefined;
  /** Pods of the fleet, companions included, and of the sentinels, as far as they run. */
  readonly pods: readonly SeenPod[];
  readonly sentinelPods: readonly SeenPod[];
  readonly routeServerPods: readonly SeenPod[];
  readonly target: WiringTarget;
  /** The ConfigMap with settings that the fleet's Deployment mounts, for wiring ConfigFile. */
  readonly mounted: OwnedObject | undefined;
  readonly wanted: Wanted | undefined;
  readonly present: Present;
  readonly settlement: Settlement | undefined;
}
export interface Present {
  readonly routeServer: readonly OwnedObject[];
  readonly fedSentinel: readonly OwnedObject[];
  readonly directSentinel: readonly OwnedObject[];
  readonly fedCompanion: readonly OwnedObject[];
  readonly directCompanion: readonly OwnedObject[];
}

/** What the config's own Deployment needs, and what is derived from it. */
interface Fleet {
  readonly skipper: SeenDeployment;
  readonly taken: TakenOver;
  readonly wanted: Wanted;
}

export async function observe(observer: Observer, config: RouteServerConfig, evidence: Evidence): Promise<Sighting> {
  const { world, settings } = observer;
  const { settlement } = evidence;
  const { namespace } = config.metadata;
  const resolution = resolveTier(config.spec, settings.tier);
  const mounted = mountedSettings(world, config);
  const target = wiringTarget(config, mounted);
  const skipper = world.deployments(namespace).get(`${namespace}/${config.spec.skipper.deploymentRef.name}`);
  const fleetProblem = fleetProblemOf(config, skipper, observer.claimants);
  const fleet = fleetProblem === undefined ? fleetOf(observer, config, skipper) : undefined;
  const running = world.pods(config).filter(({ finished }) => !finished);
  const primaryPods = running.filter((pod) => fleet !== undefined && isPodOf(fleet.skipper, pod));
  const companionPods = running.filter((pod) => isCompanionPod(config, pod));
  const present = presentOf(world, config);
  const routeServerPods = running.filter(({ labels }) => isRouteServerOf(config, labels));
  const sentinelPods = running.filter(({ labels }) => isSentinelOf(config, labels));
  const isAsked = resolution.mode !== 'False' && present.routeServer.length > 0;
  const answer = await ask(observer.probe, { isAsked, fleet, routeServerPods });
  const observation: Observation = {
    generation: config.metadata.generation,
    deleting: config.metadata.deletionTimestamp !== undefined,
    wish: wishOf(config, resolution),
    remembered: rememberedFrom(config),
    fleet: fleet && fleetSeen({ ...fleet, target, primaryPods, companionPods, evidence }),
    companions: companionsSeen(world, { config, target, running, plans: fleet?.wanted }),
    fleetProblem,
    routeServer: routeServerSeen(world, config, present.routeServer, {
      ...{ answer, wanted: fleet?.wanted, trouble: troubleOf(routeServerPods) },
    }),
    sentinels: sentinelsSeen(world, config, fleet?.wanted),
    shadow: settlement && shadowSeen(settlement, evidence, troubleOf(sentinelPods)),
  };
  return {
    config,
    resolution,
    observation,
    skipper: fleet?.skipper,
    pods: [...primaryPods, ...companionPods],
    sentinelPods,
    routeServerPods,
    target,
    mounted,
    wanted: fleet?.wanted,
    present,
    settlement,
  };
}

/** @param trouble what is said of a sentinel that does not come up: with none there may be nobody to compare */
function shadowSeen(settlement: Settlement, { provenTemplate }: Evidence, trouble: string | undefined): ShadowSeen {
  const { verdict, sinceMs } = settlement;
  const summary = summaryOf(settlement);
  const isDoubted = verdict === 'Inconclusive' && trouble !== undefined;
  return {
    ...{ verdict, sinceMs, template: provenTemplate },
    summary: isDoubted ? `${summary}; the sentinel is not up: ${trouble}` : summary,
  };
}

function fleetOf(
  { world, settings }: Observer,
  config: RouteServerConfig,
  skipper: SeenDeployment | undefined,
): Fleet | undefined {
  if (skipper === undefined) return undefined;
  const taken = takeOverFromSkipper(config, skipper.deployment);
  const fedSentinel = desiredSentinel({ config, skipper: skipper.deployment, source: 'routeServer' });
  const directSentinel = desiredSentinel({ config, skipper: skipper.deployment, source: 'direct' });
  const companions = companionPlans(world, config, skipper);
  if (!(taken && fedSentinel && directSentinel && companions)) return undefined;
  const { defaultImage, routeServerClusterRole: clusterRole } = settings;
  const routeServer = desiredRouteServer({ config, taken, defaultImage, clusterRole });
  return { skipper, taken, wanted: { routeServer, fedSentinel, directSentinel, ...companions } };
}

function presentOf(world: World, { metadata }: RouteServerConfig): Present {
  return {
    routeServer: world.owned(metadata, 'route-server'),
    fedSentinel: world.owned(metadata, 'fed-sentinel'),
    directSentinel: world.owned(metadata, 'direct-sentinel'),
    fedCompanion: world.owned(metadata, 'fed-companion'),
    directCompanion: world.owned(metadata, 'direct-companion'),
  };
}

interface Question {
  readonly isAsked: boolean;
  readonly fleet: Fleet | undefined;
  readonly routeServerPods: readonly SeenPod[];
}

async function ask(probe: Probe, { isAsked, fleet, routeServerPods }: Question): Promise<ProbeResult> {
  if (!isAsked || fleet === undefined) return { answers: false, why: 'it was not asked' };
  const hosts = replicasOf(routeServerPods).map(({ host }) => host);
  return probeAll(probe, fleet.taken.routesUrl, hosts);
}

interface RouteServerSight {
  readonly answer: ProbeResult;
  readonly wanted: Wanted | undefined;
  readonly trouble: string | undefined;
}

function routeServerSeen(
  world: World,
  config: RouteServerConfig,
  present: readonly OwnedObject[],
  { answer, wanted, trouble }: RouteServerSight,
): RouteServerSeen {
  const { namespace } = config.metadata;
  const name = routeServerName(config.metadata);
  const deployment = world.deployments(namespace).get(`${namespace}/${name}`);
  const manifest = wanted?.routeServer.find(({ kind }) => kind === 'Deployment');
  return {
    present: present.length > 0,
    rolledOut: isCurrent(deployment, manifest) && (deployment?.rollout.done ?? false),
    readyReplicas: deployment?.rollout.ready ?? 0,
    trouble,
    ...(answer.answers
      ? { ...answer, probeFailure: undefined }
      : { ...unheard, answers: false, probeFailure: answer.why }),
  };
}

/** Whether what runs is what the spec and Skipper's flags come to by now. */
function isCurrent(deployment: SeenDeployment | undefined, manifest: Manifest | undefined): boolean {
  const applied = deployment?.deployment.metadata.annotations?.[APPLIED_DIGEST_ANNOTATION];
  return manifest !== undefined && applied === manifestDigest(manifest);
}

function sentinelsSeen(world: World, { metadata }: RouteServerConfig, wanted: Wanted | undefined): SentinelsSeen {
  const deployments = world.deployments(metadata.namespace);
  const seenAs = (source: SentinelSource, manifest: Manifest | undefined): SentinelSeen => {
    const seen = deployments.get(`${metadata.namespace}/${sentinelName(metadata, source)}`);
    const { done = false, ready = 0 } = seen?.rollout ?? {};
    return { present: seen !== undefined, ready: done, current: isCurrent(seen, manifest) && (done || ready === 0) };
  };
  return { fed: seenAs('routeServer', wanted?.fedSentinel), direct: seenAs('direct', wanted?.directSentinel) };
}

function isSentinelOf({ metadata }: RouteServerConfig, labels: Readonly<Record<string, string>>): boolean {
  return labels[CONFIG_LABEL] === metadata.name && (labels['app.kubernetes.io/component'] ?? '').endsWith('-sentinel');
}

function isRouteServerOf({ metadata }: RouteServerConfig, labels: Readonly<Record<string, string>>): boolean {
  return labels[CONFIG_LABEL] === metadata.name && labels['app.kubernetes.io/component'] === 'route-server';
}
