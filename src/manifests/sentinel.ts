/**
 * Gets the config and Skipper's Deployment. Gives the sentinel: one Skipper with the same args and no traffic, which
 * exists to be compared.
 */
import type { RouteServerConfig } from '../api/index.ts';
import { objectLabels, ownedMetadata, selectorLabels, sentinelComponents, sentinelName } from './names.ts';
import type { SentinelSource } from './names.ts';
import { skipperPod } from './skipper-pod.ts';
import type { Container, Deployment, JsonObject, KubeObject, PodSpec } from './types.ts';

export interface SentinelInput {
  readonly config: RouteServerConfig;
  readonly skipper: Deployment;
  readonly source: SentinelSource;
}

// No request is ever on its way through a sentinel, so there is nothing to wait for.
const GRACE_PERIOD_SECONDS = 5;

/** The sentinel's Deployment; `undefined` when the fleet's Deployment has no Skipper container. */
export function desiredSentinel({ config, skipper, source }: SentinelInput): KubeObject | undefined {
  const pod = skipperPod(config, skipper, source);
  if (pod === undefined) return undefined;
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
        metadata: { labels: objectLabels(config.metadata, component), ...pod.metadata },
        spec: withoutPlaceInTheFleet(pod.spec),
      },
    },
  };
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

function withoutPlaceInTheFleet(pod: PodSpec): PodSpec {
  const kept = Object.fromEntries(Object.entries(pod).filter(([field]) => !fleetFields.includes(field)));
  return {
    ...kept,
    ...nodeAffinityOnly(pod.affinity),
    containers: pod.containers.map(withoutHostPorts),
    terminationGracePeriodSeconds: GRACE_PERIOD_SECONDS,
  };
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
