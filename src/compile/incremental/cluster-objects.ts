/** Gets objects as they come, change and go; gives the cluster as it is now, to be looked things up in. */

import type { Endpoints, EndpointSlice, Ingress, RouteGroup, Service, TlsSecret } from '../../api/index.ts';
import { compareText, keyOf, type ClusterLookup, type ClusterState } from '../cluster.ts';

/** The kinds, named as in a cluster's state. */
export type ObjectKind = keyof ClusterState;

/** An object as it is now. `key` is its own among those of its kind, and stays the same when the object changes. */
export type ObjectChange = {
  readonly [Kind in ObjectKind]: {
    readonly kind: Kind;
    readonly key: string;
    /** `undefined` when there is none any more. */
    readonly object: ClusterState[Kind][number] | undefined;
  };
}[ObjectKind];

/** An object whose routes are compiled. */
export type RouteOwner =
  | { readonly kind: 'ingresses'; readonly object: Ingress }
  | { readonly kind: 'routeGroups'; readonly object: RouteGroup };

/** What changed, as compiling one object sees it. */
export interface Touched {
  /** Read keys (see {@link readKey}) of the object before and after the change. */
  readonly reads: readonly string[];
  /** Ids of Ingresses and RouteGroups. */
  readonly owners: readonly string[];
}

/** One name for all that a Service consists of: who reads one of its objects has read the Service before. */
export function readKey(kind: string, namespace: string, name: string): string {
  return kind === 'Secret' ? `Secret ${keyOf(namespace, name)}` : keyOf(namespace, name);
}

/** Sorts as the compiler reads objects: Ingresses before RouteGroups, then by namespace and name. */
function ownerId({ kind, object }: RouteOwner): string {
  const { namespace, name } = object.metadata;
  return [kind, namespace, name].join('\0');
}

const none: readonly never[] = [];
const nothing: Touched = { reads: none, owners: none };

/** The objects of a cluster, each once. */
export class ClusterObjects {
  readonly #byKind = new Map<ObjectKind, Map<string, ObjectChange>>();
  readonly #owners = new Map<string, RouteOwner>();
  readonly #services = new Map<string, Service>();
  readonly #endpoints = new Map<string, Endpoints>();
  readonly #slices = new Map<string, readonly EndpointSlice[]>();
  readonly #secrets = new Map<string, TlsSecret>();

  readonly lookup: ClusterLookup = {
    service: (namespace, name) => this.#services.get(keyOf(namespace, name)),
    endpoints: (namespace, serviceName) => this.#endpoints.get(keyOf(namespace, serviceName)),
    endpointSlices: (namespace, serviceName) => this.#slices.get(keyOf(namespace, serviceName)) ?? [],
    secret: (namespace, name) => this.#secrets.get(keyOf(namespace, name)),
  };

  /** Ids of all Ingresses and RouteGroups. */
  get owners(): ReadonlyMap<string, RouteOwner> {
    return this.#owners;
  }

  keysOf(kind: ObjectKind): Iterable<string> {
    return this.#byKind.get(kind)?.keys() ?? [];
  }

  /** Takes a change; gives what it touches. */
  set(change: ObjectChange): Touched {
    const objects = this.#byKind.get(change.kind) ?? new Map<string, ObjectChange>();
    this.#byKind.set(change.kind, objects);
    const before = objects.get(change.key);
    if (change.object === undefined) objects.delete(change.key);
    else objects.set(change.key, change);
    // Nearly always the only thing to do when a whole cluster comes at once.
    if (before === undefined) return this.#put(change, true);
    const then = this.#put(before, false);
    const now = this.#put(change, true);
    return { reads: [...then.reads, ...now.reads], owners: [...then.owners, ...now.owners] };
  }

  #put(change: ObjectChange, isThere: boolean): Touched {
    const { kind, object } = change;
    if (object === undefined) return nothing;
    switch (kind) {
      case 'ingresses':
      case 'routeGroups':
        return this.#putOwner({ kind, object } as RouteOwner, isThere);
      case 'services':
        return putNamed(this.#services, 'Service', object, isThere);
      case 'endpoints':
        return putNamed(this.#endpoints, 'Endpoints', object, isThere);
      case 'secrets':
        return putNamed(this.#secrets, 'Secret', object, isThere);
      case 'endpointSlices':
        return this.#putSlice(object, isThere);
    }
  }

  #putOwner(owner: RouteOwner, isThere: boolean): Touched {
    const id = ownerId(owner);
    if (isThere) this.#owners.set(id, owner);
    else this.#owners.delete(id);
    return { reads: none, owners: [id] };
  }

  #putSlice(slice: EndpointSlice, isThere: boolean): Touched {
    const key = keyOf(slice.namespace, slice.serviceName);
    const touched = { reads: [readKey('EndpointSlice', slice.namespace, slice.serviceName)], owners: none };
    const known = this.#slices.get(key);
    if (known === undefined && isThere) {
      this.#slices.set(key, [slice]);
      return touched;
    }
    const others = (known ?? none).filter(({ name }) => name !== slice.name);
    const all = isThere ? [...others, slice].sort((a, b) => compareText(a.name, b.name)) : others;
    if (all.length === 0) this.#slices.delete(key);
    else this.#slices.set(key, all);
    return touched;
  }
}

function putNamed<T extends { readonly namespace: string; readonly name: string }>(
  objects: Map<string, T>,
  kind: string,
  object: T,
  isThere: boolean,
): Touched {
  const key = keyOf(object.namespace, object.name);
  if (isThere) objects.set(key, object);
  else objects.delete(key);
  return { reads: [readKey(kind, object.namespace, object.name)], owners: none };
}
