/** Gets what each Ingress has for its hosts; gives the hosts whose catch-all routes have to be decided again. */

import { mergeHostFacts, type HostFacts } from '../catch-all.ts';
import { compareText } from '../cluster.ts';

interface OwnersFacts {
  readonly owner: string;
  readonly facts: HostFacts;
}

/** Facts by host and owner. */
export class HostTable {
  /** By owner where there are several; nearly every host has one, for whom a map would be a waste. */
  readonly #facts = new Map<string, OwnersFacts | Map<string, HostFacts>>();
  readonly #hostsOf = new Map<string, readonly string[]>();
  /** Hosts about which something was said; whoever decides about one takes it out. */
  readonly touched = new Set<string>();

  /** Replaces all that `owner` has to say. */
  set(owner: string, facts: ReadonlyMap<string, HostFacts>): void {
    for (const host of this.#hostsOf.get(owner) ?? []) if (!facts.has(host)) this.#remove(owner, host);
    for (const [host, fact] of facts) {
      this.#add(host, { owner, facts: fact });
      this.touched.add(host);
    }
    if (facts.size === 0) this.#hostsOf.delete(owner);
    else this.#hostsOf.set(owner, [...facts.keys()]);
  }

  /** What all owners say about `host`, in their order. */
  factsOf(host: string): HostFacts {
    const ofHost = this.#facts.get(host) ?? [];
    if ('facts' in ofHost) return ofHost.facts;
    const inOrder = [...ofHost].sort(([a], [b]) => compareText(a, b));
    return mergeHostFacts(inOrder.map(([, facts]) => facts));
  }

  #add(host: string, said: OwnersFacts): void {
    const ofHost = this.#facts.get(host);
    if (ofHost instanceof Map) ofHost.set(said.owner, said.facts);
    else if (ofHost === undefined || ofHost.owner === said.owner) this.#facts.set(host, said);
    else this.#facts.set(host, new Map([ofHost, said].map(({ owner, facts }) => [owner, facts])));
  }

  #remove(owner: string, host: string): void {
    const ofHost = this.#facts.get(host);
    if (ofHost instanceof Map) ofHost.delete(owner);
    const isLast = ofHost instanceof Map ? ofHost.size === 0 : ofHost?.owner === owner;
    if (isLast) this.#facts.delete(host);
    this.touched.add(host);
  }
}
