/**
 * Gets where Skippers are; chooses whom to read in a round. Only Skippers of the same zone are compared: their tables are
 * narrowed to their zone's endpoints.
 */
import type { SupportAddress } from './table-reader.ts';

/** A Skipper that may be read. */
export interface Peer extends SupportAddress {
  /** The zone to which its table is narrowed; `''` for the whole table. */
  readonly zone: string;
}
export interface Pair {
  readonly direct: Peer;
  readonly fed: Peer;
}
export interface Peers {
  readonly direct: readonly Peer[];
  readonly fed: readonly Peer[];
}

/** Goes round the Skippers, so that in time each of them is read. */
export class Turns {
  #direct = 0;
  #fed = 0;

  /** The pairs of the next round; fewer than `samples` when there are no more. */
  next({ direct, fed }: Peers, samples: number): readonly Pair[] {
    const comparable = direct.filter(({ zone }) => fed.some((one) => one.zone === zone));
    const count = Math.min(samples, comparable.length);
    const from = this.#direct % Math.max(comparable.length, 1);
    this.#direct = from + count;
    const chosen = [...comparable, ...comparable].slice(from, from + count);
    const partners = new Map<string, Peer>();
    const turn = this.#fed++;
    return chosen.flatMap((one) => {
      const inZone = fed.filter(({ zone }) => zone === one.zone);
      const partner = partners.get(one.zone) ?? inZone[turn % inZone.length];
      if (partner === undefined) return [];
      partners.set(one.zone, partner);
      return [{ direct: one, fed: partner }];
    });
  }
}
