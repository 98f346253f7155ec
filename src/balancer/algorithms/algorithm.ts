/** What every algorithm gets, and what it gives: the slot of one endpoint. */
import type { Selection } from '../selection.ts';
import type { AlgorithmName } from '../types.ts';

export interface AlgorithmParts {
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** Requests under way, by slot. */
  readonly inflightOf: (slot: number) => number;
  /** 1 without failures, less with them, by slot. */
  readonly weightOf: (slot: number) => number;
}

/** May keep state between picks, and must not keep the selection. */
export interface Algorithm {
  readonly name: AlgorithmName;
  /**
   * One of the kept endpoints. `high` and `low` are halves of the key's XXH64, of use to the consistent hash only.
   * @throws BalancerError RSRV_BALANCER_NO_ENDPOINTS when the snapshot is empty.
   */
  choose(selection: Selection, high: number, low: number): number;
  /** What `choose` comes to for the first `count` slots, by those that look at no key; missing where a key decides. */
  readonly among?: (slots: Uint32Array, count: number) => number;
  /** These slots are new endpoints from now on; `slotCount` is one more than the highest slot. */
  adopt(added: readonly { readonly slot: number }[], slotCount: number): void;
}

/** One that looks at no key: `among` chooses, whoever has been left out before. */
export function keyless(
  name: AlgorithmName,
  among: (slots: Uint32Array, count: number) => number,
  adopt: Algorithm['adopt'] = () => undefined,
): Algorithm {
  return { name, among, adopt, choose: (selection) => among(selection.keptSlots(), selection.kept) };
}

/** A whole number in [0, below). */
export function draw(random: () => number, below: number): number {
  return Math.floor(random() * below);
}
