/** Gets what each Ingress has for its hosts; gives the hosts whose catch-all routes have to be decided again. */

import { mergeHostFacts, type HostFacts } from '../catch-all.ts';
import { compareText } from '../cluster.ts';

/** Facts by host and owner. */
export class HostTable {
  readonly #facts = new Map<string, Map<string, HostFacts>>();
  readonly #hostsOf = new Map<string, readonly string[]>();
  readonly #touched = new Set<string>();

  /** Hosts about which something was said since they were last done. */
  get touched(): Iterable<string> {
    return [...this.#touched];
  }

  /** Replaces all that `owner` has to say. */
  set(owner: string, facts: ReadonlyMap<string, HostFacts>): void {
    for (const host of this.#hostsOf.get(owner) ?? []) if (!facts.has(host)) this.#remove(owner, host);
    for (const [host, fact] of facts) {
      const ofHost = this.#facts.get(host) ?? new Map<string, HostFacts>();
      this.#facts.set(host, ofHost.set(owner, fact));
      this.#touched.add(host);
    }
    if (facts.size === 0) this.#hostsOf.delete(owner);
    else this.#hostsOf.set(owner, [...facts.keys()]);
  }

  /** What all owners say about `host`, in their order. */
  factsOf(host: string): HostFacts {
    const facts = [...(this.#facts.get(host) ?? [])].sort(([a], [b]) => compareText(a, b));
    return mergeHostFacts(facts.map(([, fact]) => fact));
  }

  done(host: string): void {
    this.#touched.delete(host);
  }

  #remove(owner: string, host: string): void {
    const ofHost = this.#facts.get(host);
    ofHost?.delete(owner);
    if (ofHost?.size === 0) this.#facts.delete(host);
    this.#touched.add(host);
  }
}
