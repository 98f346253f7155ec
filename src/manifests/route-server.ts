/**
 * Gets the config and what was taken over from Skipper. Gives the objects that make up the route server, in the order
 * in which they are to be applied.
 */
import { DEFAULT_ROUTE_SERVER_REPLICAS } from '../api/index.ts';
import type { RouteServerConfig } from '../api/index.ts';
import { digest } from './digest.ts';
import type { TakenOver } from './from-skipper.ts';
import { flagsConfigMapName, ownedMetadata, routeServerName, selectorLabels } from './names.ts';
import { routeServerAccess } from './route-server-access.ts';
import { routeServerPodTemplate } from './route-server-pod.ts';
import type { KubeObject } from './types.ts';

export interface RouteServerInput {
  readonly config: RouteServerConfig;
  /** `takeOverFromSkipper(config, deployment)`. */
  readonly taken: TakenOver;
  /** The image when the spec names none. */
  readonly defaultImage: string;
  /** A ClusterRole that may list and watch what the route server reads; the operator's chart brings it. */
  readonly clusterRole: string;
}

/** Everything that the route server is made of; what is applied later needs what comes before it. */
export function desiredRouteServer(input: RouteServerInput): readonly KubeObject[] {
  const { config, taken } = input;
  const flags = printFlags(taken.routeServerArgs);
  return [
    ...routeServerAccess(config, input.clusterRole, taken.namespace),
    flagsRecord(config, flags),
    deployment(input, digest(flags)),
    service(config),
    disruptionBudget(config),
    ...autoscaler(config),
  ];
}

// The ConfigMap is a record for people, and the args are what counts. As a `-config-file` it would lose flags: its
// `edit-route` and `clone-route` take one value, and with a file Skipper reads its args twice, which doubles every
// repeatable flag among them (config.go, ParseArgs).
function flagsRecord(config: RouteServerConfig, flags: string): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: ownedMetadata(config, flagsConfigMapName(config.metadata), 'route-server'),
    data: { 'args.json': flags },
  };
}

const printFlags = (args: readonly string[]): string => `${JSON.stringify(args, null, 2)}\n`;

function deployment({ config, taken, defaultImage }: RouteServerInput, flagsDigest: string): KubeObject {
  const { autoscaling, replicas } = config.spec.routeServer;
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: ownedMetadata(config, routeServerName(config.metadata), 'route-server'),
    spec: {
      // The autoscaler owns the number when there is one.
      ...(autoscaling === undefined ? { replicas: replicas ?? DEFAULT_ROUTE_SERVER_REPLICAS } : {}),
      selector: { matchLabels: selectorLabels(config.metadata, 'route-server') },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      template: routeServerPodTemplate({ config, taken, defaultImage, flagsDigest }),
    },
  };
}

function service(config: RouteServerConfig): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: ownedMetadata(config, routeServerName(config.metadata), 'route-server'),
    spec: {
      selector: selectorLabels(config.metadata, 'route-server'),
      ports: [
        { name: 'http', port: 80, targetPort: 'http', protocol: 'TCP' },
        { name: 'support', port: 9911, targetPort: 'support', protocol: 'TCP' },
      ],
    },
  };
}

function disruptionBudget(config: RouteServerConfig): KubeObject {
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: ownedMetadata(config, routeServerName(config.metadata), 'route-server'),
    spec: { maxUnavailable: 1, selector: { matchLabels: selectorLabels(config.metadata, 'route-server') } },
  };
}

function autoscaler(config: RouteServerConfig): readonly KubeObject[] {
  const { autoscaling } = config.spec.routeServer;
  if (autoscaling === undefined) return [];
  const name = routeServerName(config.metadata);
  const target = { type: 'Utilization', averageUtilization: autoscaling.targetCPUUtilizationPercentage };
  return [
    {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: ownedMetadata(config, name, 'route-server'),
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
        minReplicas: autoscaling.minReplicas,
        maxReplicas: autoscaling.maxReplicas,
        metrics: [{ type: 'Resource', resource: { name: 'cpu', target } }],
      },
    },
  ];
}
