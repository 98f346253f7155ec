/**
 * Gets lists and changes in the order of the API server; gives the newest known state of each object, to read only.
 */

/** An object in the store, with what the API server calls its version. */
export interface Stored<T> {
  readonly object: T;
  readonly resourceVersion: string;
}

/** What a list showed that the changes before it had not. */
export interface Missed {
  readonly added: number;
  readonly changed: number;
  readonly deleted: number;
}

/** Objects by a value that a function finds in them. */
export interface Index<T> {
  /** Keys of the objects with `value`, sorted. */
  keys(value: string): readonly string[];
  /** The objects with `value`, sorted by key. */
  values(value: string): readonly T[];
}

/** What readers see. Keys are `namespace/name` (see formatKey). */
export interface ReadonlyStore<T> {
  readonly size: number;
  get(key: string): T | undefined;
  keys(): IterableIterator<string>;
  values(): IterableIterator<T>;
  entries(): IterableIterator<[string, T]>;
  resourceVersionOf(key: string): string | undefined;
  /** Whether this very version of the object was seen, now or lately. Versions are compared for equality only. */
  hasSeen(key: string, resourceVersion: string): boolean;
  /** How many lists have begun, and the number of the newest one that has been put in place. */
  readonly lists: { readonly begun: number; readonly done: number };
  /** Tells `listener` the key of each object that may have changed. Returns how to stop. */
  subscribe(listener: (key: string) => void): () => void;
  /** Keeps an index from now on. `valuesOf` gives the values under which an object is found. */
  addIndex(valuesOf: (object: T, key: string) => readonly string[]): Index<T>;
}
