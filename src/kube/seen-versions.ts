/**
 * Gets versions of objects that newer ones have replaced; tells whether a version is one of them.
 *
 * Versions are compared for equality only, so "older" can only mean "seen before". Bounded: what was replaced longest
 * ago is forgotten first, in two generations, which costs no bookkeeping per look-up.
 */
export class SeenVersions {
  readonly #perGeneration: number;
  #young = new Set<string>();
  #old = new Set<string>();

  /** Remembers at least the last `atLeast` versions. */
  constructor(atLeast = 10_000) {
    this.#perGeneration = atLeast;
  }

  add(key: string, resourceVersion: string): void {
    this.#young.add(entry(key, resourceVersion));
    if (this.#young.size < this.#perGeneration) return;
    this.#old = this.#young;
    this.#young = new Set();
  }

  has(key: string, resourceVersion: string): boolean {
    const wanted = entry(key, resourceVersion);
    return this.#young.has(wanted) || this.#old.has(wanted);
  }
}

/** A space is in no key and in no version. */
function entry(key: string, resourceVersion: string): string {
  return `${key} ${resourceVersion}`;
}
