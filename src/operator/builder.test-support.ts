/** For tests of this room: configs, pods and Deployments as the API server gives them. */
import { withDefaults, type ObjectMeta, type RouteServerConfig, type WrittenSpec } from '../api/index.ts';
import type { KubeObject } from '../kube/index.ts';
import { routeServerUrl, type WiringTarget } from '../manifests/index.ts';

export const namespace = 'kube-system';

/** A config that asks for nothing that this version does not do, changed field by field. */
export function aConfig(
  spec: Partial<WrittenSpec> = {},
  metadata: Partial<ObjectMeta> = {},
  status?: RouteServerConfig['status'],
): RouteServerConfig {
  return {
    apiVersion: 'routesrv.dev/v1alpha1',
    kind: 'RouteServerConfig',
    metadata: { name: 'ingress', namespace, uid: 'config-uid', resourceVersion: '1', generation: 1, ...metadata },
    spec: withDefaults({
      skipper: { deploymentRef: { name: 'skipper-ingress' } },
      rollout: { steps: [100] },
      fallback: { enabled: false },
      ...spec,
    }),
    ...(status === undefined ? {} : { status }),
  };
}

export const target: WiringTarget = { serviceUrl: routeServerUrl(aConfig()) };
export const directArgs = ['skipper', '-kubernetes', '-kubernetes-in-cluster'];
export const fedArgs = ['skipper', `-routes-urls=${target.serviceUrl}/routes`];

export interface PodShape {
  readonly args?: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
  readonly status?: object;
  readonly deletionTimestamp?: string;
  readonly creationTimestamp?: string;
  /** The ReplicaSet that made it. */
  readonly replicaSet?: string;
}

/** A pod of Skipper that runs and is ready. */
export function aPod(name: string, shape: PodShape = {}): KubeObject {
  const { args = directArgs, labels = { application: 'skipper-ingress' }, deletionTimestamp } = shape;
  const ready = { phase: 'Running', podIP: '10.2.0.7', conditions: [{ type: 'Ready', status: 'True' }] };
  const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: shape.replicaSet ?? '', uid: 'set-uid' };
  const ownerReferences = shape.replicaSet === undefined ? [] : [owner];
  const deletion = deletionTimestamp === undefined ? {} : { deletionTimestamp };
  const creation = shape.creationTimestamp === undefined ? {} : { creationTimestamp: shape.creationTimestamp };
  return {
    metadata: { name, namespace, labels, ownerReferences, ...creation, ...deletion },
    spec: { containers: [{ name: 'skipper', args }] },
    status: shape.status ?? ready,
  };
}

export interface DeploymentShape {
  readonly metadata?: object;
  readonly spec?: object;
  readonly status?: object;
  readonly args?: readonly string[];
  readonly container?: object;
}

/** Skipper's Deployment of three pods, rolled out. */
export function aDeployment(shape: DeploymentShape = {}): KubeObject {
  const labels = { application: 'skipper-ingress' };
  const container = { name: 'skipper', image: 'skipper', args: shape.args ?? directArgs, ...shape.container };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name: 'skipper-ingress',
      namespace,
      uid: 'skipper-uid',
      resourceVersion: '7',
      generation: 4,
      labels,
      ...shape.metadata,
    },
    spec: {
      replicas: 3,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [container] } },
      ...shape.spec,
    },
    status: shape.status ?? {
      observedGeneration: 4,
      replicas: 3,
      updatedReplicas: 3,
      readyReplicas: 3,
      availableReplicas: 3,
    },
  };
}
