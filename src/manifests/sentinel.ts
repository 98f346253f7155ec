/**
 * Gets the config and Skipper's Deployment. Gives the sentinel: one Skipper with the same args and no traffic, which
 * exists to be compared.
 */
import type { RouteServerConfig } from '../api/index.ts';
import { deriveFlags } from './derive-flags.ts';
import {
  objectLabels,
  ownedMetadata,
  routeServerUrl,
  selectorLabels,
  sentinelComponents,
  sentinelName,
} from './names.ts';
import type { SentinelSource } from './names.ts';
import { findSkipperContainer } from './skipper-container.ts';
import { TEMP_VOLUME, missingTempDir } from './temp-dir.ts';
import type { Container, Deployment, JsonObject, KubeObject, PodSpec } from './types.ts';
import { originalContainer } from './wire-skipper.ts';

export interface SentinelInput {
  readonly config: RouteServerConfig;
  readonly skipper: Deployment;
  readonly source: SentinelSource;
}

// No request is ever on its way through a sentinel, so there is nothing to wait for.
const GRACE_PERIOD_SECONDS = 5;

/** The sentinel's Deployment; `undefined` when the fleet's Deployment has no Skipper container. */
export function desiredSentinel({ config, skipper, source }: SentinelInput): KubeObject | undefined {
  const pod = skipper.spec.template.spec;
  const found = findSkipperContainer(pod, config.spec.skipper.containerName);
  if (found === undefined) return undefined;
  const original = originalContainer(skipper, found);
  const container = source === 'direct' ? original : fedContainer(original, routeServerUrl(config));
  const component = sentinelComponents[source];
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: ownedMetadata(config, sentinelName(config.metadata, source), component),
    spec: {
      replicas: 1,
      selector: { matchLabels: selectorLabels(config.metadata, component) },
      strategy: { type: 'Recreate' },
      template: {
        // None of Skipper's own labels and annotations: no Service, budget or scraper of the fleet may find it.
        metadata: { labels: objectLabels(config.metadata, component) },
        spec: withoutPlaceInTheFleet(pod, pod.containers.with(found.index, container)),
      },
    },
  };
}

function fedContainer(original: Container, serviceUrl: string): Container {
  const { skipperArgs } = deriveFlags({ args: original.args ?? [], serviceUrl });
  const mountPath = missingTempDir(original);
  const mounts = mountPath === undefined ? {} : { volumeMounts: withTempMount(original, mountPath) };
  return { ...original, args: skipperArgs, ...mounts };
}

function withTempMount({ volumeMounts = [] }: Container, mountPath: string) {
  return [...volumeMounts, { name: TEMP_VOLUME, mountPath }];
}

// Host ports and the host's network belong to the Skippers with traffic; affinities between pods speak about labels
// that the sentinel does not have, and a high priority would let it push out a pod that does work.
const fleetFields = [
  'hostNetwork',
  'topologySpreadConstraints',
  'priorityClassName',
  'priority',
  'nodeName',
  'hostname',
];

function withoutPlaceInTheFleet(pod: PodSpec, containers: readonly Container[]): PodSpec {
  const kept = Object.fromEntries(Object.entries(pod).filter(([field]) => !fleetFields.includes(field)));
  const volumes = withTempVolume(pod, containers);
  return {
    ...kept,
    ...nodeAffinityOnly(pod.affinity),
    containers: containers.map(withoutHostPorts),
    ...(volumes.length > 0 ? { volumes } : {}),
    terminationGracePeriodSeconds: GRACE_PERIOD_SECONDS,
  };
}

function withTempVolume({ volumes = [] }: PodSpec, containers: readonly Container[]) {
  const isMounted = containers.some(({ volumeMounts = [] }) => volumeMounts.some(({ name }) => name === TEMP_VOLUME));
  const isThere = volumes.some(({ name }) => name === TEMP_VOLUME);
  return isMounted && !isThere ? [...volumes, { name: TEMP_VOLUME, emptyDir: {} }] : volumes;
}

function nodeAffinityOnly(affinity: JsonObject | undefined): { affinity?: JsonObject } {
  if (affinity === undefined) return {};
  const { nodeAffinity } = affinity;
  return { affinity: nodeAffinity === undefined ? {} : { nodeAffinity } };
}

function withoutHostPorts(container: Container): Container {
  if (container.ports === undefined) return container;
  const ports = container.ports.map(({ name, containerPort, protocol }) => ({
    ...(name === undefined ? {} : { name }),
    containerPort,
    ...(protocol === undefined ? {} : { protocol }),
  }));
  return { ...container, ports };
}
