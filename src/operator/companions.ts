/** Gets the world and a config, gives its companions: what they shall be, and what is seen of them. */
import type { RouteServerConfig } from '../api/index.ts';
import {
  COMPANION_LABEL,
  companionName,
  planCompanion,
  stepOfCompanion,
  type CompanionPlan,
  type SentinelSource,
  type WiringTarget,
} from '../manifests/index.ts';
import type { CompanionSeen, CompanionsSeen } from '../rollout/index.ts';
import { APPLIED_DIGEST_ANNOTATION, manifestDigest } from './applier.ts';
import type { SeenDeployment, SeenPod } from './decode.ts';
import { podCounts } from './fleet.ts';
import { kubeletsWords, schedulersWords } from './pod-trouble.ts';
import type { World } from './world.ts';

export interface CompanionPlans {
  readonly fedCompanion: CompanionPlan;
  readonly directCompanion: CompanionPlan;
}

/** `undefined` when the Deployment has no Skipper container. */
export function companionPlans(
  world: Pick<World, 'serviceSelectors'>,
  config: RouteServerConfig,
  { deployment: skipper }: SeenDeployment,
): CompanionPlans | undefined {
  const services = world.serviceSelectors(config.metadata.namespace);
  const fedCompanion = planCompanion({ config, skipper, services, source: 'routeServer' });
  const directCompanion = planCompanion({ config, skipper, services, source: 'direct' });
  return fedCompanion && directCompanion && { fedCompanion, directCompanion };
}

/** Whether a pod is of a companion of this config; it is until it is gone, whatever became of its Deployment. */
export function isCompanionPod({ metadata }: RouteServerConfig, { labels }: SeenPod): boolean {
  return sources.some((source) => labels[COMPANION_LABEL] === companionName(metadata, source));
}

const sources = ['routeServer', 'direct'] as const;

/** The Deployments of a namespace, by key. */
export interface DeploymentsSeen {
  readonly deployments: (namespace: string) => Pick<ReturnType<World['deployments']>, 'get'>;
}

export interface CompanionSight {
  readonly config: RouteServerConfig;
  readonly target: WiringTarget;
  /** What they shall be; `undefined` when there is no fleet to clone. */
  readonly plans: CompanionPlans | undefined;
  /** All pods that concern the config and run. */
  readonly running: readonly SeenPod[];
}

export function companionsSeen(world: DeploymentsSeen, sight: CompanionSight): CompanionsSeen {
  return {
    fed: companionSeen(world, sight, 'routeServer', sight.plans?.fedCompanion),
    direct: companionSeen(world, sight, 'direct', sight.plans?.directCompanion),
  };
}

function companionSeen(
  world: DeploymentsSeen,
  { config: { metadata }, target, running }: CompanionSight,
  source: SentinelSource,
  plan: CompanionPlan | undefined,
): CompanionSeen | undefined {
  const name = companionName(metadata, source);
  const seen = world.deployments(metadata.namespace).get(`${metadata.namespace}/${name}`);
  if (seen === undefined) return undefined;
  const pods = running.filter(({ labels }) => labels[COMPANION_LABEL] === name);
  const { replicas, ready, done } = seen.rollout;
  return {
    replicas,
    ready,
    rolledOut: done && isCurrent(seen, plan),
    pods: podCounts(pods, target),
    step: stepOfCompanion(seen.deployment),
    unschedulable: schedulersWords(pods),
    broken: kubeletsWords(pods),
  };
}

/** Whether it is what the fleet's Deployment comes to by now, in the size that it says itself. */
function isCurrent({ deployment, rollout }: SeenDeployment, plan: CompanionPlan | undefined): boolean {
  const step = stepOfCompanion(deployment);
  if (plan === undefined || step === undefined) return false;
  const applied = deployment.metadata.annotations?.[APPLIED_DIGEST_ANNOTATION];
  return applied === manifestDigest(plan.withSize({ replicas: rollout.replicas, step }));
}
