/** Gets keys of configs; keeps one watch for each of them, and ends them all for good. */

export interface Watch {
  stop(): void;
}

export class WatchBook<W extends Watch> {
  readonly #watches = new Map<string, W>();
  #isStopped = false;

  find(key: string): W | undefined {
    return this.#watches.get(key);
  }

  /** The watch of that config, begun when there is none; `undefined` after `stop`. */
  open(key: string, begin: () => W): W | undefined {
    // A pass that was under way when the program began to stop must not begin anew.
    if (this.#isStopped) return undefined;
    const watch = this.#watches.get(key) ?? begin();
    this.#watches.set(key, watch);
    return watch;
  }

  forget(key: string): void {
    this.#watches.get(key)?.stop();
    this.#watches.delete(key);
  }

  /** Ends all watches, for good. */
  stop(): void {
    this.#isStopped = true;
    for (const key of [...this.#watches.keys()]) this.forget(key);
  }
}
