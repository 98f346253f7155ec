/** Gets a pick that has just been made, gives what became of it: for metrics, so without garbage. */
import { grown } from './load.ts';
import { findPoint, nextPoint, slotAt } from './ring.ts';
import type { Selection } from './selection.ts';
import type { Endpoint, PickOutcome, PickReport } from './types.ts';

/** A report that is filled in again and again. */
export class LastPick implements PickReport {
  endpoint: Endpoint | undefined;
  outcome: PickOutcome = 'chosen';
  passed = 0;
  /** Number of the report that has last seen a slot. */
  #seenIn = new Int32Array(64);
  #report = 0;

  /** Where nobody was passed over. */
  fillChosen(endpoint: Endpoint, outcome: 'chosen' | 'owner'): this {
    this.endpoint = endpoint;
    this.outcome = outcome;
    this.passed = 0;
    return this;
  }

  /** @param selection still as the pick left it; `high` and `low` are halves of the key's XXH64. */
  fill(endpoint: Endpoint, selection: Selection, high: number, low: number): this {
    this.fillChosen(endpoint, 'owner');
    const { ring, slotCount } = selection.snapshot;
    const point = findPoint(ring, high, low);
    const owner = slotAt(ring, point);
    this.outcome = owner === endpoint.slot ? 'owner' : (selection.whySkipped(owner) ?? 'overloaded');
    this.#seenIn = grown(this.#seenIn, slotCount, (length) => new Int32Array(length));
    this.#report = (this.#report + 1) | 0;
    let at = point;
    for (let seen = 0; seen < ring.size && slotAt(ring, at) !== endpoint.slot; seen++, at = nextPoint(ring, at))
      this.#pass(slotAt(ring, at));
    return this;
  }

  #pass(slot: number): void {
    if (this.#seenIn[slot] === this.#report) return;
    this.#seenIn[slot] = this.#report;
    this.passed++;
  }
}
