/** For tests: Deployments of Skipper and configs as the API server gives them, and a reader of JSON patches. */
import type { RouteServerConfig, RouteServerConfigSpec, RouteServerSpec } from '../api/index.ts';
import type { Container, Deployment, Json, JsonObject, PatchOperation, PodSpec } from './types.ts';
import type { WiringTarget } from './wiring-state.ts';

export const SERVICE_URL = 'http://ingress-routesrv.kube-system.svc.cluster.local';
export const target: WiringTarget = { serviceUrl: SERVICE_URL };

/** As a small fleet runs it. */
export const directArgs = [
  '-address=:9999',
  '-kubernetes',
  '-kubernetes-in-cluster',
  '-wait-for-healthcheck-interval=5s',
];

export interface SkipperShape {
  readonly container?: Omit<Container, 'name'>;
  readonly pod?: Partial<PodSpec>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly managedFields?: readonly JsonObject[];
  readonly strategy?: JsonObject;
}

/** Skipper's Deployment; without a shape it has `directArgs`, a readiness probe and a safe rollout. */
export function aSkipper(shape: SkipperShape = {}): Deployment {
  const { annotations, managedFields } = shape;
  const container: Container = {
    name: 'skipper',
    args: directArgs,
    readinessProbe: { httpGet: { path: '/kube-system/healthz', port: 9999 } },
    ...shape.container,
  };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name: 'skipper-ingress',
      namespace: 'kube-system',
      uid: 'a-uid',
      resourceVersion: '7',
      ...(annotations === undefined ? {} : { annotations }),
      ...(managedFields === undefined ? {} : { managedFields }),
    },
    spec: {
      strategy: shape.strategy ?? { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      template: {
        metadata: { labels: { application: 'skipper-ingress' }, annotations: { 'prometheus.io/scrape': 'true' } },
        spec: {
          terminationGracePeriodSeconds: 20,
          ...shape.pod,
          containers: [container, ...(shape.pod?.containers ?? [])],
        },
      },
    },
  };
}

/** The args of the first container. */
export function argsOf(deployment: Deployment): readonly string[] | undefined {
  return deployment.spec.template.spec.containers[0]?.args;
}

/** A config in Exec for the Deployment above. */
export function aConfig(routeServer: Partial<RouteServerSpec> = {}): RouteServerConfig {
  const spec: Pick<RouteServerConfigSpec, 'skipper' | 'routeServer'> = {
    skipper: {
      deploymentRef: { name: 'skipper-ingress' },
      wiring: 'Args',
      clusterDomain: 'cluster.local',
      supportPort: 9911,
    },
    routeServer: { resources: { requests: { cpu: '100m', memory: '256Mi' } }, ...routeServer },
  };
  return {
    apiVersion: 'routesrv.dev/v1alpha1',
    kind: 'RouteServerConfig',
    metadata: { name: 'ingress', namespace: 'kube-system', uid: 'config-uid', resourceVersion: '1', generation: 1 },
    // Nothing here reads more of the spec.
    spec: spec as RouteServerConfigSpec,
  };
}

/** Applies a JSON patch (RFC 6902) as the API server does: a wrong path or another resourceVersion refuses all of it. */
export function applyPatch<T>(document: T, patch: readonly PatchOperation[]): T {
  const copy = structuredClone(document);
  for (const operation of patch) applyOperation(copy as Json, operation);
  return copy;
}

type Mutable = Record<string, Json> | Json[];

function applyOperation(document: Json, operation: PatchOperation): void {
  const { op, path } = operation;
  const keys = path
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
  const last = keys.pop() ?? '';
  const parent = keys.reduce<Json>((at, key) => member(at, key, path), document) as Mutable;
  const before = op === 'add' ? undefined : member(parent, last, path);
  const values = op === 'remove' ? [] : [structuredClone(operation.value)];
  if (path === '/metadata/resourceVersion' && before !== values[0]) throw new Error('409 Conflict');
  if (Array.isArray(parent))
    parent.splice(last === '-' ? parent.length : Number(last), op === 'add' ? 0 : 1, ...values);
  else setMember(parent, last, values[0]);
}

function setMember(parent: Record<string, Json>, key: string, value: Json | undefined): void {
  if (value === undefined) Reflect.deleteProperty(parent, key);
  else parent[key] = value;
}

function member(at: Json, key: string, path: string): Json {
  const found = typeof at === 'object' && at !== null ? (at as Readonly<Record<string, Json>>)[key] : undefined;
  if (found === undefined) throw new Error(`${path} leads nowhere`);
  return found;
}
