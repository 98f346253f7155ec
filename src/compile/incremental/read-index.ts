/** Gets what each Ingress and RouteGroup has read; gives, for an object, who must be compiled again when it changes. */

const nobody: readonly string[] = [];

/** Who reads what. */
export class ReadIndex {
  readonly #reads = new Map<string, readonly string[]>();
  /** Nearly every object has one reader, for whom a set would be a waste. */
  readonly #readers = new Map<string, string | Set<string>>();

  /** Ids of those who read `key`, whether they found something or not. */
  readersOf(key: string): Iterable<string> {
    // A whole cluster comes before anybody has read anything: that is 40,000 keys that need no look-up.
    if (this.#readers.size === 0) return nobody;
    const readers = this.#readers.get(key) ?? nobody;
    return typeof readers === 'string' ? [readers] : readers;
  }

  /** Says what `owner` reads from now on, each key once or several times; nothing once it is gone. */
  set(owner: string, keys: readonly string[]): void {
    const before = this.#reads.get(owner) ?? nobody;
    if (before.length === keys.length && before.every((key, at) => key === keys[at])) return;
    for (const key of before) this.#remove(owner, key);
    for (const key of keys) this.#add(owner, key);
    if (keys.length === 0) this.#reads.delete(owner);
    else this.#reads.set(owner, [...keys]);
  }

  #add(owner: string, key: string): void {
    const readers = this.#readers.get(key);
    if (readers === undefined) this.#readers.set(key, owner);
    else if (typeof readers !== 'string') readers.add(owner);
    else if (readers !== owner) this.#readers.set(key, new Set([readers, owner]));
  }

  #remove(owner: string, key: string): void {
    const readers = this.#readers.get(key);
    if (readers === owner) this.#readers.delete(key);
    else if (typeof readers === 'object') readers.delete(owner);
    if (typeof readers === 'object' && readers.size === 0) this.#readers.delete(key);
  }
}
