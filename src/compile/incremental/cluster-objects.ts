/** Gets objects as they come, change and go; gives the cluster as it is now, to be looked things up in. */

import { namespaceOrDefault } from '../../api/index.ts';
import type { Endpoints, EndpointSlice, Ingress, RouteGroup, Service, TlsSecret } from '../../api/index.ts';
import { compareText, keyOf, type ClusterLookup, type ClusterState } from '../cluster.ts';

/** The kinds, named as in a cluster's state. */
export type ObjectKind = keyof ClusterState;

/** An object as it is now. `key` is `namespace/name`, or the name alone where it has no namespace. */
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

type OwnerChange = Extract<ObjectChange, { readonly kind: RouteOwner['kind'] }>;

/** What changed, as compiling one object sees it. */
export interface Touched {
  /** Read keys (see {@link readKey}) of the object before and after the change. */
  readonly reads: readonly string[];
  /** Ids of Ingresses and RouteGroups. */
  readonly owners: readonly string[];
}

/** One name for all that a Service consists of: who reads one of its objects has read the Service before. */
export function readKey(kind: string, key: string): string {
  return kind === 'Secret' ? `Secret ${key}` : key;
}

const none: readonly never[] = [];

/** The objects of a cluster, each once. */
export class ClusterObjects {
  readonly #owners = new Map<string, RouteOwner>();
  readonly #services = new Map<string, Service>();
  readonly #endpoints = new Map<string, Endpoints>();
  readonly #secrets = new Map<string, TlsSecret>();
  readonly #slices = new Map<string, EndpointSlice>();
  /** By the key of their Service, in the order of their names. */
  readonly #slicesOf = new Map<string, readonly EndpointSlice[]>();

  readonly lookup: ClusterLookup = {
    service: (namespace, name) => this.#services.get(keyOf(namespace, name)),
    endpoints: (namespace, serviceName) => this.#endpoints.get(keyOf(namespace, serviceName)),
    endpointSlices: (namespace, serviceName) => this.#slicesOf.get(keyOf(namespace, serviceName)) ?? [],
    secret: (namespace, name) => this.#secrets.get(keyOf(namespace, name)),
  };

  /** Ids of all Ingresses and RouteGroups. */
  get owners(): ReadonlyMap<string, RouteOwner> {
    return this.#owners;
  }

  /** Keys of all objects of a kind, as they would be with the namespace in which they count. */
  keysOf(kind: ObjectKind): Iterable<string> {
    switch (kind) {
      case 'ingresses':
      case 'routeGroups':
        return [...this.#owners].filter(([, owner]) => owner.kind === kind).map(([id]) => keyOfOwner(kind, id));
      case 'services':
        return this.#services.keys();
      case 'endpoints':
        return this.#endpoints.keys();
      case 'secrets':
        return this.#secrets.keys();
      case 'endpointSlices':
        return this.#slices.keys();
    }
  }

  /** Takes a change; gives what it touches. */
  set(change: ObjectChange): Touched {
    switch (change.kind) {
      case 'ingresses':
      case 'routeGroups':
        return this.#setOwner(change);
      case 'services':
        return setNamed(this.#services, 'Service', change.key, change.object);
      case 'endpoints':
        return setNamed(this.#endpoints, 'Endpoints', change.key, change.object);
      case 'secrets':
        return setNamed(this.#secrets, 'Secret', change.key, change.object);
      case 'endpointSlices':
        return this.#setSlice(change.key, change.object);
    }
  }

  #setOwner({ kind, key, object }: OwnerChange): Touched {
    const id = ownerId(kind, key);
    if (object === undefined) this.#owners.delete(id);
    else this.#owners.set(id, { kind, object } as RouteOwner);
    return { reads: none, owners: [id] };
  }

  #setSlice(key: string, slice: EndpointSlice | undefined): Touched {
    const before = this.#slices.get(key);
    if (slice === undefined) this.#slices.delete(key);
    else this.#slices.set(key, slice);
    const then = before === undefined ? none : [this.#withoutSlice(before)];
    const now = slice === undefined ? none : [this.#withSlice(slice)];
    return { reads: then.length === 0 ? now : [...then, ...now], owners: none };
  }

  /** Gives what was touched, as {@link readKey} does. */
  #withSlice(slice: EndpointSlice): string {
    const key = keyOf(slice.namespace, slice.serviceName);
    const others = this.#slicesOf.get(key);
    const all = others === undefined ? [slice] : [...others, slice].sort((a, b) => compareText(a.name, b.name));
    this.#slicesOf.set(key, all);
    return readKey('EndpointSlice', key);
  }

  #withoutSlice({ namespace, name, serviceName }: EndpointSlice): string {
    const key = keyOf(namespace, serviceName);
    const others = (this.#slicesOf.get(key) ?? none).filter((slice) => slice.name !== name);
    if (others.length === 0) this.#slicesOf.delete(key);
    else this.#slicesOf.set(key, others);
    return readKey('EndpointSlice', key);
  }
}

/**
 * Sorts as the compiler reads objects: Ingresses before RouteGroups, then by namespace and name. A character comes
 * between them that is less than all that a name can have; a slash is not.
 */
function ownerId(kind: RouteOwner['kind'], key: string): string {
  return [kind, key.replace('/', '\0')].join('\0');
}

function keyOfOwner(kind: RouteOwner['kind'], id: string): string {
  return id.slice(kind.length + 1).replace('\0', '/');
}

/** For what is looked up by its name, which is its key but for one without a namespace. */
function setNamed<T>(objects: Map<string, T>, kind: string, givenKey: string, object: T | undefined): Touched {
  const key = givenKey.includes('/') ? givenKey : keyOf(namespaceOrDefault(''), givenKey);
  if (object === undefined) objects.delete(key);
  else objects.set(key, object);
  return { reads: [readKey(kind, key)], owners: none };
}
