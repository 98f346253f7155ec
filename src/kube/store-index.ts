/**
 * Gets objects as they come and go; gives them by a value that a function finds in them.
 */

/** Objects by a value that a function finds in them. */
export interface Index<T> {
  /** Keys of the objects with `value`, sorted. */
  keys(value: string): readonly string[];
  /** The objects with `value`, sorted by key. */
  values(value: string): readonly T[];
}

/** An index that a store keeps up to date. */
export class StoreIndex<T> implements Index<T> {
  readonly #valuesOf: (object: T, key: string) => readonly string[];
  readonly #get: (key: string) => T | undefined;
  readonly #keysByValue = new Map<string, Set<string>>();
  readonly #valuesByKey = new Map<string, readonly string[]>();

  /** `get` reads the store's object of a key. */
  constructor(valuesOf: (object: T, key: string) => readonly string[], get: (key: string) => T | undefined) {
    this.#valuesOf = valuesOf;
    this.#get = get;
  }

  set(key: string, object: T): void {
    this.delete(key);
    const values = this.#valuesOf(object, key);
    this.#valuesByKey.set(key, values);
    for (const value of values) {
      const keys = this.#keysByValue.get(value);
      if (keys === undefined) this.#keysByValue.set(value, new Set([key]));
      else keys.add(key);
    }
  }

  delete(key: string): void {
    for (const value of this.#valuesByKey.get(key) ?? []) {
      const keys = this.#keysByValue.get(value);
      keys?.delete(key);
      if (keys?.size === 0) this.#keysByValue.delete(value);
    }
    this.#valuesByKey.delete(key);
  }

  keys(value: string): readonly string[] {
    return [...(this.#keysByValue.get(value) ?? [])].sort();
  }

  values(value: string): readonly T[] {
    return this.keys(value).flatMap((key) => {
      const object = this.#get(key);
      return object === undefined ? [] : [object];
    });
  }
}
