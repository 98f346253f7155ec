/**
 * Gets the decoded objects of a cluster, gives them by key.
 *
 * Compiling one object sees the rest of the cluster only through a {@link ClusterLookup}, so that what it read can be
 * recorded: a later change of one of those objects tells which Ingresses and RouteGroups to compile again.
 */

import type { Endpoints, EndpointSlice, Ingress, ObjectRef, RouteGroup, Service, TlsSecret } from '../api/index.ts';

/** Everything that routes are made of. Order does not matter: the compiler sorts by namespace and name. */
export interface ClusterState {
  readonly ingresses: readonly Ingress[];
  readonly routeGroups: readonly RouteGroup[];
  readonly services: readonly Service[];
  /** Read when `endpointSlices` is off. */
  readonly endpoints: readonly Endpoints[];
  /** Read when `endpointSlices` is on. */
  readonly endpointSlices: readonly EndpointSlice[];
  /** Read when `tls` is on. */
  readonly secrets: readonly TlsSecret[];
}

/** The objects beside an Ingress or a RouteGroup, by key. */
export interface ClusterLookup {
  readonly service: (namespace: string, name: string) => Service | undefined;
  readonly endpoints: (namespace: string, serviceName: string) => Endpoints | undefined;
  /** All slices of a Service, in the order of their names. */
  readonly endpointSlices: (namespace: string, serviceName: string) => readonly EndpointSlice[];
  readonly secret: (namespace: string, name: string) => TlsSecret | undefined;
}

interface Named {
  readonly namespace: string;
  readonly name: string;
}

let last = { namespace: '', name: '', key: '/' };

/**
 * A slash is in no Kubernetes name, so two keys never collide. Whoever compiles an object asks for the same key several
 * times in a row: as one string it is put together and hashed once.
 */
export function keyOf(namespace: string, name: string): string {
  if (last.name !== name || last.namespace !== namespace) last = { namespace, name, key: [namespace, name].join('/') };
  return last.key;
}

/** Orders as Go does for the ASCII that names and route ids consist of. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

export function compareNamed(a: Named, b: Named): number {
  return compareText(a.namespace, b.namespace) || compareText(a.name, b.name);
}

function byKey<T extends Named>(objects: readonly T[]): ReadonlyMap<string, T> {
  return new Map(objects.map((object) => [keyOf(object.namespace, object.name), object]));
}

function slicesByService(slices: readonly EndpointSlice[]): ReadonlyMap<string, readonly EndpointSlice[]> {
  const groups = new Map<string, EndpointSlice[]>();
  for (const slice of slices.toSorted(compareNamed)) {
    const key = keyOf(slice.namespace, slice.serviceName);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [slice]);
    else group.push(slice);
  }
  return groups;
}

/** Indexes a whole cluster at once. */
export function indexCluster(state: ClusterState): ClusterLookup {
  const services = byKey(state.services);
  const endpoints = byKey(state.endpoints);
  const slices = slicesByService(state.endpointSlices);
  const secrets = byKey(state.secrets);
  return {
    service: (namespace, name) => services.get(keyOf(namespace, name)),
    endpoints: (namespace, serviceName) => endpoints.get(keyOf(namespace, serviceName)),
    endpointSlices: (namespace, serviceName) => slices.get(keyOf(namespace, serviceName)) ?? [],
    secret: (namespace, name) => secrets.get(keyOf(namespace, name)),
  };
}

/**
 * Passes every look-up on and reports it, found or not: an object that appears later matters as well.
 * For kind `EndpointSlice` the reported name is that of the Service.
 */
export function recordingLookup(lookup: ClusterLookup, onRead: (read: ObjectRef) => void): ClusterLookup {
  const recorded =
    <T>(kind: string, find: (namespace: string, name: string) => T) =>
    (namespace: string, name: string) => {
      onRead({ kind, namespace, name });
      return find(namespace, name);
    };
  return {
    service: recorded('Service', lookup.service),
    endpoints: recorded('Endpoints', lookup.endpoints),
    endpointSlices: recorded('EndpointSlice', lookup.endpointSlices),
    secret: recorded('Secret', lookup.secret),
  };
}
