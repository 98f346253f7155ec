/**
 * `weightedRoundRobin` and `leastRequests`: get kept endpoints with their weights, give one by smooth weighted round
 * robin (loadbalancer/algorithm.go; the method is nginx's).
 */
import { grown } from '../load.ts';
import { draw, keyless } from './algorithm.ts';
import type { Algorithm, AlgorithmParts } from './algorithm.ts';

/** Each round adds an endpoint's weight to its credit; the highest credit wins and pays for the round. */
class Credits {
  readonly #parts: AlgorithmParts;
  #credits = new Float64Array(64);

  constructor(parts: AlgorithmParts) {
    this.#parts = parts;
  }

  adopt(added: readonly { readonly slot: number }[], slotCount: number): void {
    this.#credits = grown(this.#credits, slotCount, (length) => new Float64Array(length));
    for (const { slot } of added) this.#credits[slot] = 0;
  }

  /**
   * One round among `slots[from]`…`slots[to - 1]`, of those with the load factor `only` (NaN: of all). It begins at a
   * random place, so that ties do not always go to the first.
   */
  round(slots: Uint32Array, from: number, to: number, only: number): number {
    const { random, weightOf } = this.#parts;
    const offset = draw(random, to - from);
    let total = 0;
    let best = -1;
    for (let k = 0; k < to - from; k++) {
      const slot = slots[from + ((offset + k) % (to - from))] ?? 0;
      if (!Number.isNaN(only) && loadFactor(this.#parts, slot) !== only) continue;
      const weight = weightOf(slot);
      total += weight;
      this.#credits[slot] = this.#creditOf(slot) + weight;
      if (best === -1 || this.#creditOf(slot) > this.#creditOf(best)) best = slot;
    }
    this.#credits[best] = this.#creditOf(best) - total;
    return best;
  }

  #creditOf(slot: number): number {
    return this.#credits[slot] ?? 0;
  }
}

const loadFactor = ({ inflightOf, weightOf }: AlgorithmParts, slot: number): number =>
  inflightOf(slot) / weightOf(slot);

export function createWeightedRoundRobin(parts: AlgorithmParts): Algorithm {
  const credits = new Credits(parts);
  return keyless(
    'weightedRoundRobin',
    (slots, count) => (count === 1 ? (slots[0] ?? 0) : credits.round(slots, 0, count, Number.NaN)),
    (added, slotCount) => {
      credits.adopt(added, slotCount);
    },
  );
}

/** The fewest requests under way per weight; a tie is a round of weighted round robin among the tied. */
export function createLeastRequests(parts: AlgorithmParts): Algorithm {
  const credits = new Credits(parts);
  const among = (slots: Uint32Array, count: number): number => {
    let best = 0;
    let lowest = loadFactor(parts, slots[0] ?? 0);
    let isTie = false;
    for (let i = 1; i < count; i++) {
      const factor = loadFactor(parts, slots[i] ?? 0);
      if (factor === lowest) isTie = true;
      // Not `factor >= lowest`: an idle endpoint of weight 0 has a factor that is no number, and is passed over.
      if (!(factor < lowest)) continue;
      best = i;
      lowest = factor;
      isTie = false;
    }
    return isTie ? credits.round(slots, best, count, lowest) : (slots[best] ?? 0);
  };
  return keyless('leastRequests', among, (added, slotCount) => {
    credits.adopt(added, slotCount);
  });
}
