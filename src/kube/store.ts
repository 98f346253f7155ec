/**
 * Gets lists and changes in the order of the API server; gives the newest known state of each object, to read only.
 */
import { SeenVersions } from './seen-versions.ts';
import { StoreIndex } from './store-index.ts';
import type { Index } from './store-index.ts';

/** An object in the store, with what the API server calls it. */
export interface Stored<T> {
  readonly object: T;
  readonly resourceVersion: string;
  /** Tells a thing from its successor of the same name. */
  readonly uid: string;
}

/** How a list differed from what was in the store. */
export interface Difference {
  readonly added: number;
  readonly changed: number;
  readonly deleted: number;
}

/** What readers see. Keys are `namespace/name` (see formatKey). */
export interface ReadonlyStore<T> {
  readonly size: number;
  get(key: string): T | undefined;
  has(key: string): boolean;
  keys(): IterableIterator<string>;
  values(): IterableIterator<T>;
  entries(): IterableIterator<readonly [string, T]>;
  /** As a Map's: for whoever goes through all of a large cluster. */
  forEach(visit: (object: T, key: string) => void): void;
  resourceVersionOf(key: string): string | undefined;
  uidOf(key: string): string | undefined;
  /** Whether this very version of the object was seen, now or lately. Versions are compared for equality only. */
  hasSeen(key: string, resourceVersion: string): boolean;
  /** How many lists have begun, and the number of the newest one that the store is known to agree with. */
  readonly lists: { readonly begun: number; readonly done: number };
  /** Tells `listener` the key of each object that may have changed. Returns how to stop. */
  subscribe(listener: (key: string) => void): () => void;
  /** Keeps an index from now on. `valuesOf` gives the values under which an object is found. */
  addIndex(valuesOf: (object: T, key: string) => readonly string[]): Index<T>;
}

/** The store, with its writing side: for list-watches, and for tests that need a store with something in it. */
export class Store<T> implements ReadonlyStore<T> {
  #objects = new Map<string, Stored<T>>();
  readonly #replaced = new SeenVersions();
  readonly #indexes: StoreIndex<T>[] = [];
  readonly #listeners = new Set<(key: string) => void>();
  readonly #onListenerError: (error: unknown) => void;
  #begun = 0;
  #done = 0;

  /** `onListenerError` is told what a listener throws: that is its own affair and stops neither store nor watch. */
  constructor(onListenerError: (error: unknown) => void) {
    this.#onListenerError = onListenerError;
  }

  get size(): number {
    return this.#objects.size;
  }

  get(key: string): T | undefined {
    return this.#objects.get(key)?.object;
  }

  has(key: string): boolean {
    return this.#objects.has(key);
  }

  keys(): IterableIterator<string> {
    return this.#objects.keys();
  }

  *values(): IterableIterator<T> {
    for (const { object } of this.#objects.values()) yield object;
  }

  *entries(): IterableIterator<readonly [string, T]> {
    for (const [key, { object }] of this.#objects) yield [key, object];
  }

  forEach(visit: (object: T, key: string) => void): void {
    this.#objects.forEach(({ object }, key) => {
      visit(object, key);
    });
  }

  resourceVersionOf(key: string): string | undefined {
    return this.#objects.get(key)?.resourceVersion;
  }

  uidOf(key: string): string | undefined {
    return this.#objects.get(key)?.uid;
  }

  hasSeen(key: string, resourceVersion: string): boolean {
    return this.resourceVersionOf(key) === resourceVersion || this.#replaced.has(key, resourceVersion);
  }

  get lists(): { readonly begun: number; readonly done: number } {
    return { begun: this.#begun, done: this.#done };
  }

  subscribe(listener: (key: string) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  addIndex(valuesOf: (object: T, key: string) => readonly string[]): Index<T> {
    const index = new StoreIndex(valuesOf, (key) => this.get(key));
    for (const [key, object] of this.entries()) index.set(key, object);
    this.#indexes.push(index);
    return index;
  }

  /** To be called before the first request of a list goes out; returns the list's number. */
  beginList(): number {
    this.#begun += 1;
    return this.#begun;
  }

  /** Says that list `number` was found to agree with the store. */
  endList(number: number): void {
    this.#done = Math.max(this.#done, number);
  }

  /**
   * Makes the store equal to list `number`, at once: no reader sees half of it. Listeners hear of differences only. The
   * list is the store's own from then on.
   */
  replace(list: Map<string, Stored<T>>, number: number): Difference {
    if (this.#objects.size === 0) return this.#fill(list, number);
    const changedKeys: string[] = [];
    const difference = { added: 0, changed: 0, deleted: 0 };
    for (const [key, stored] of list) {
      const before = this.resourceVersionOf(key);
      if (before === stored.resourceVersion) continue;
      difference[before === undefined ? 'added' : 'changed'] += 1;
      this.#put(key, stored);
      changedKeys.push(key);
    }
    for (const key of [...this.keys()]) {
      if (list.has(key)) continue;
      difference.deleted += 1;
      this.#remove(key);
      changedKeys.push(key);
    }
    this.endList(number);
    for (const key of changedKeys) this.#tell(key);
    return difference;
  }

  set(key: string, stored: Stored<T>): void {
    this.#put(key, stored);
    this.#tell(key);
  }

  delete(key: string): void {
    if (!this.#remove(key)) return;
    this.#tell(key);
  }

  /** The first list of a large cluster: there is nothing to compare it with. */
  #fill(list: Map<string, Stored<T>>, number: number): Difference {
    this.#objects = list;
    for (const index of this.#indexes) for (const [key, { object }] of list) index.set(key, object);
    this.endList(number);
    for (const key of list.keys()) this.#tell(key);
    return { added: list.size, changed: 0, deleted: 0 };
  }

  #put(key: string, stored: Stored<T>): void {
    this.#remember(key);
    this.#objects.set(key, stored);
    for (const index of this.#indexes) index.set(key, stored.object);
  }

  #remove(key: string): boolean {
    this.#remember(key);
    for (const index of this.#indexes) index.delete(key);
    return this.#objects.delete(key);
  }

  #remember(key: string): void {
    const before = this.resourceVersionOf(key);
    if (before !== undefined) this.#replaced.add(key, before);
  }

  #tell(key: string): void {
    for (const listener of this.#listeners) {
      try {
        listener(key);
      } catch (error) {
        this.#onListenerError(error);
      }
    }
  }
}
