/**
 * Gets names of Kubernetes' kinds; gives their places in the API.
 */

/** A kind of resource, as its API paths need it. */
export interface ResourceKind {
  /** `''` for the core group. */
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

/** Which object of a kind. `namespace` is `''` for kinds without one. */
export interface ObjectKey {
  readonly namespace: string;
  readonly name: string;
}

function kindOf(apiVersion: string, kind: string, plural: string, namespaced = true): ResourceKind {
  const [version = '', group = ''] = apiVersion.split('/').reverse();
  return { group, version, plural, kind, namespaced };
}

/** Every kind that we read or write. */
export const kinds = {
  RouteServerConfig: kindOf('routesrv.dev/v1alpha1', 'RouteServerConfig', 'routeserverconfigs'),
  Deployment: kindOf('apps/v1', 'Deployment', 'deployments'),
  ReplicaSet: kindOf('apps/v1', 'ReplicaSet', 'replicasets'),
  Pod: kindOf('v1', 'Pod', 'pods'),
  Service: kindOf('v1', 'Service', 'services'),
  ConfigMap: kindOf('v1', 'ConfigMap', 'configmaps'),
  Secret: kindOf('v1', 'Secret', 'secrets'),
  ServiceAccount: kindOf('v1', 'ServiceAccount', 'serviceaccounts'),
  Role: kindOf('rbac.authorization.k8s.io/v1', 'Role', 'roles'),
  RoleBinding: kindOf('rbac.authorization.k8s.io/v1', 'RoleBinding', 'rolebindings'),
  ClusterRole: kindOf('rbac.authorization.k8s.io/v1', 'ClusterRole', 'clusterroles', false),
  ClusterRoleBinding: kindOf('rbac.authorization.k8s.io/v1', 'ClusterRoleBinding', 'clusterrolebindings', false),
  PodDisruptionBudget: kindOf('policy/v1', 'PodDisruptionBudget', 'poddisruptionbudgets'),
  EndpointSlice: kindOf('discovery.k8s.io/v1', 'EndpointSlice', 'endpointslices'),
  Endpoints: kindOf('v1', 'Endpoints', 'endpoints'),
  Event: kindOf('events.k8s.io/v1', 'Event', 'events'),
  Lease: kindOf('coordination.k8s.io/v1', 'Lease', 'leases'),
  Ingress: kindOf('networking.k8s.io/v1', 'Ingress', 'ingresses'),
  RouteGroup: kindOf('zalando.org/v1', 'RouteGroup', 'routegroups'),
  HorizontalPodAutoscaler: kindOf('autoscaling/v2', 'HorizontalPodAutoscaler', 'horizontalpodautoscalers'),
  Node: kindOf('v1', 'Node', 'nodes', false),
  Namespace: kindOf('v1', 'Namespace', 'namespaces', false),
  CustomResourceDefinition: kindOf(
    'apiextensions.k8s.io/v1',
    'CustomResourceDefinition',
    'customresourcedefinitions',
    false,
  ),
} as const satisfies Record<string, ResourceKind>;

/** The kind at these names; for one that is not in `kinds`, one in namespaces that is called by its plural. */
export function findKind(group: string, version: string, plural: string): ResourceKind {
  const known = Object.values<ResourceKind>(kinds).find(
    (kind) => kind.group === group && kind.version === version && kind.plural === plural,
  );
  return known ?? { group, version, plural, kind: plural, namespaced: true };
}

/** `apps/v1`, or `v1` for the core group. */
export function apiVersionOf(kind: ResourceKind): string {
  return kind.group === '' ? kind.version : `${kind.group}/${kind.version}`;
}

/** The path of a collection, without the server: `/apis/apps/v1/namespaces/x/deployments`. `''` means all namespaces. */
export function collectionPath(kind: ResourceKind, namespace = ''): string {
  const root = kind.group === '' ? '/api' : `/apis/${kind.group}`;
  const scope = kind.namespaced && namespace !== '' ? `/namespaces/${encodeURIComponent(namespace)}` : '';
  return `${root}/${kind.version}${scope}/${kind.plural}`;
}

/** The path of one object or of one of its subresources. */
export function objectPath(kind: ResourceKind, key: ObjectKey, subresource?: string): string {
  const tail = subresource === undefined ? '' : `/${subresource}`;
  return `${collectionPath(kind, key.namespace)}/${encodeURIComponent(key.name)}${tail}`;
}

/** `namespace/name`, or `name` without a namespace: the form of keys in stores, queues and log lines. */
export function formatKey({ namespace, name }: ObjectKey): string {
  return namespace === '' ? name : `${namespace}/${name}`;
}

/** Reads what `formatKey` wrote. */
export function parseKey(text: string): ObjectKey {
  const slash = text.indexOf('/');
  return slash < 0 ? { namespace: '', name: text } : { namespace: text.slice(0, slash), name: text.slice(slash + 1) };
}
