/**
 * Gets writes to objects; gives versions, lists and a feed of events, as etcd behind an API server would.
 */

/** An object on the wire. */
export interface WireObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly resourceVersion?: string;
    readonly [field: string]: unknown;
  };
  readonly [field: string]: unknown;
}

/** What happened to an object of a collection. */
export interface WireEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: WireObject;
  readonly version: number;
}

/** One collection, such as `/api/v1/pods` of all namespaces. Versions are shared by all collections of a server. */
export class Collection {
  readonly objects = new Map<string, WireObject>();
  readonly history: WireEvent[] = [];
  readonly followers = new Set<(event: WireEvent) => void>();
  readonly #nextVersion: () => number;

  constructor(nextVersion: () => number) {
    this.#nextVersion = nextVersion;
  }

  /** Creates or changes an object; gives it a new version. */
  put(object: WireObject): WireObject {
    const key = keyOf(object.metadata);
    const before = this.objects.get(key);
    const version = this.#nextVersion();
    const uid = before?.metadata.uid ?? `uid-${version}`;
    const stored = { ...object, metadata: { ...object.metadata, uid, resourceVersion: String(version) } };
    this.objects.set(key, stored);
    this.#publish({ type: before === undefined ? 'ADDED' : 'MODIFIED', object: stored, version });
    return stored;
  }

  /** Deletes an object; its last event has a version of its own. */
  remove(key: string): WireObject | undefined {
    const before = this.objects.get(key);
    if (before === undefined) return undefined;
    this.objects.delete(key);
    const version = this.#nextVersion();
    const object = { ...before, metadata: { ...before.metadata, resourceVersion: String(version) } };
    this.#publish({ type: 'DELETED', object, version });
    return object;
  }

  #publish(event: WireEvent): void {
    this.history.push(event);
    for (const follow of this.followers) follow(event);
  }
}

/** `namespace/name`, or `name`. */
export function keyOf({ namespace = '', name }: { readonly namespace?: string; readonly name: string }): string {
  return namespace === '' ? name : `${namespace}/${name}`;
}
