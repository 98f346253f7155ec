/**
 * Gets raw objects from lists and watches; puts them into a store, decoded at this one border.
 *
 * What cannot be decoded is skipped, said once, and remembered; the last good state of that object stays. What is older
 * than what the store has seen (a replay) is ignored.
 */
import { formatKey } from './resource-kind.ts';
import { keyOf } from './kube-object.ts';
import type { KubeObject } from './kube-object.ts';
import type { ListWatchMeter } from './list-watch-metrics.ts';
import { Store } from './store.ts';
import type { Stored } from './store.ts';

/** Makes a `T` of a raw object, or throws an error that names the field. The one border that data crosses. */
export type Decode<T> = (raw: KubeObject) => T;

/** An object that its decoder refuses. */
export interface Undecodable {
  readonly resourceVersion: string;
  readonly error: Error;
}

/** A list that is being read; nobody sees it before its end. */
export class ListDraft<T> {
  readonly stored = new Map<string, Stored<T>>();
  /** Keys of undecodable objects that were never any better. */
  readonly refused = new Set<string>();

  has(key: string): boolean {
    return this.stored.has(key) || this.refused.has(key);
  }

  clear(): void {
    this.stored.clear();
    this.refused.clear();
  }
}

export interface WatchedObjectsOptions<T> {
  readonly decode: Decode<T>;
  readonly meter: ListWatchMeter;
  /** Told once per version that is refused. */
  readonly onUndecodable: (key: string, error: Error) => void;
  readonly onListenerError: (error: unknown) => void;
}

/** A store and the way into it. */
export class WatchedObjects<T> {
  readonly store: Store<T>;
  readonly undecodable = new Map<string, Undecodable>();
  readonly #options: WatchedObjectsOptions<T>;

  constructor(options: WatchedObjectsOptions<T>) {
    this.#options = options;
    this.store = new Store(options.onListenerError);
  }

  /** The version of the object that was last taken note of, decodable or not. */
  knownVersion(key: string): string | undefined {
    return this.undecodable.get(key)?.resourceVersion ?? this.store.resourceVersionOf(key);
  }

  /** Takes a part of a list that is being read: decodes it at once, so that what came can go. */
  read(part: readonly KubeObject[], draft: ListDraft<T>): void {
    for (const raw of part) {
      const key = formatKey(keyOf(raw));
      const decoded = this.#decode(key, raw) ?? this.#lastGood(key);
      if (decoded === undefined) draft.refused.add(key);
      else draft.stored.set(key, decoded);
    }
  }

  /** Makes the store equal to a list that has been read to its end, and takes it over. */
  replace(draft: ListDraft<T>, number: number): void {
    for (const key of this.undecodable.keys()) if (!draft.has(key)) this.undecodable.delete(key);
    this.store.replace(draft.stored, number);
  }

  /** Takes an object that the watch says was added or changed. */
  upsert(raw: KubeObject): void {
    const key = formatKey(keyOf(raw));
    const version = raw.metadata.resourceVersion ?? '';
    if (this.knownVersion(key) === version) return;
    if (this.store.hasSeen(key, version)) {
      this.#options.meter.replayed();
      return;
    }
    const decoded = this.#decode(key, raw);
    if (decoded !== undefined) this.store.set(key, decoded);
  }

  /** Takes a deletion. That of a former object of the same name, replayed, is ignored. */
  remove(raw: KubeObject): void {
    const key = formatKey(keyOf(raw));
    const uid = this.store.uidOf(key);
    if (uid !== undefined && uid !== (raw.metadata.uid ?? '')) {
      this.#options.meter.replayed();
      return;
    }
    this.undecodable.delete(key);
    this.store.delete(key);
  }

  #decode(key: string, raw: KubeObject): Stored<T> | undefined {
    const resourceVersion = raw.metadata.resourceVersion ?? '';
    try {
      const object = this.#options.decode(raw);
      // Nearly always it is empty, and a large cluster comes at once.
      if (this.undecodable.size > 0) this.undecodable.delete(key);
      return { object, resourceVersion, uid: raw.metadata.uid ?? '' };
    } catch (thrown) {
      const error = thrown instanceof Error ? thrown : new Error('the decoder threw something that is no error');
      const isNews = this.undecodable.get(key)?.resourceVersion !== resourceVersion;
      this.undecodable.set(key, { resourceVersion, error });
      if (isNews) this.#report(key, error);
      return undefined;
    }
  }

  #report(key: string, error: Error): void {
    this.#options.meter.undecodable();
    try {
      this.#options.onUndecodable(key, error);
    } catch (thrown) {
      this.#options.onListenerError(thrown);
    }
  }

  #lastGood(key: string): Stored<T> | undefined {
    const object = this.store.get(key);
    if (object === undefined) return undefined;
    return { object, resourceVersion: this.store.resourceVersionOf(key) ?? '', uid: this.store.uidOf(key) ?? '' };
  }
}
