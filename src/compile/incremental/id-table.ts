/** Gets what stands at many ids at once, and at others later; gives it by id. */

/**
 * What comes first is looked up by halves: for the ids of a whole cluster a map would cost more to make than all
 * look-ups that follow.
 */
export class IdTable<T> {
  readonly #ids: readonly string[];
  readonly #values: (T | undefined)[];
  /** At ids that came later. */
  readonly #others = new Map<string, T>();

  /** `ids` in order, each once; `values` beside them. */
  constructor(ids: readonly string[], values: readonly T[]) {
    this.#ids = ids;
    this.#values = [...values];
  }

  get(id: string): T | undefined {
    const at = this.#find(id);
    return at === undefined ? this.#others.get(id) : this.#values[at];
  }

  /** Puts `value` at `id`; undefined leaves nothing there. */
  set(id: string, value: T | undefined): void {
    const at = this.#find(id);
    if (at !== undefined) this.#values[at] = value;
    else if (value === undefined) this.#others.delete(id);
    else this.#others.set(id, value);
  }

  #find(id: string): number | undefined {
    let from = 0;
    let to = this.#ids.length;
    while (from < to) {
      const middle = (from + to) >>> 1;
      if ((this.#ids[middle] ?? '') < id) from = middle + 1;
      else to = middle;
    }
    return this.#ids[from] === id ? from : undefined;
  }
}
