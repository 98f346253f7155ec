/** Requests under way per endpoint: gets begins and ends, gives loads and their running sum. */
import type { Snapshot } from './snapshot.ts';

/** What the bounded rule and the algorithms ask about load. Tables are by slot. */
export interface Load {
  /** Σ of `loadOf` over the endpoints in use. */
  readonly total: number;
  inflightOf(slot: number): number;
  loadOf(slot: number): number;
  begin(slot: number, now: number): void;
  finish(slot: number, durationMs: number, now: number): void;
  /** To be called before loads are compared; cheap when it was called a moment ago. */
  refresh(now: number): void;
  /** From now on, these endpoints are in use; those in `added` were not before. */
  adopt(snapshot: Snapshot, added: readonly { readonly slot: number }[]): void;
}

/** A longer copy of a table by slot, the same one when it is long enough. */
export function grown<Table extends Int32Array | Uint32Array | Uint8Array | Float64Array>(
  table: Table,
  length: number,
  make: (length: number) => Table,
): Table {
  if (table.length >= length) return table;
  const longer = make(Math.max(length, table.length * 2));
  longer.set(table);
  return longer;
}

/** Skipper's measure: requests under way. */
export class InflightLoad implements Load {
  #inflight = new Int32Array(64);
  #inUse = new Uint8Array(64);
  #total = 0;

  get total(): number {
    return this.#total;
  }

  inflightOf(slot: number): number {
    return this.#inflight[slot] ?? 0;
  }

  loadOf(slot: number): number {
    return this.#inflight[slot] ?? 0;
  }

  begin(slot: number): void {
    this.#inflight[slot] = this.loadOf(slot) + 1;
    this.#total += this.#inUse[slot] ?? 0;
  }

  /** More ends than begins are not counted: a load below 0 would draw all keys to one endpoint. */
  finish(slot: number): void {
    if (this.loadOf(slot) === 0) return;
    this.#inflight[slot] = this.loadOf(slot) - 1;
    this.#total -= this.#inUse[slot] ?? 0;
  }

  refresh(): void {
    // Always up to date.
  }

  adopt({ order, slotCount }: Snapshot): void {
    this.#inflight = grown(this.#inflight, slotCount, (length) => new Int32Array(length));
    this.#inUse = grown(this.#inUse, slotCount, (length) => new Uint8Array(length)).fill(0);
    this.#total = 0;
    for (const slot of order) {
      this.#inUse[slot] = 1;
      this.#total += this.loadOf(slot);
    }
  }
}
