/** Gives each address a row in the balancer's tables, and keeps the row until nothing refers to it any more. */
import type { FadeEvent } from './fade-in.ts';

interface Row {
  readonly slot: number;
  /** When its endpoint was first seen; -Infinity for those of the first update, which do not fade. */
  readonly detectedAt: number;
  /** Missing while the endpoint is in use. */
  leftAt?: number;
}

export class SlotTable {
  readonly #rows = new Map<string, Row>();
  readonly #free: number[] = [];
  #size = 0;

  /** One more than the highest slot that was ever given. */
  get size(): number {
    return this.#size;
  }

  /** The address's slot. One that came back in time still has its old one, and does not fade in again. */
  claim(address: string, now: number): { readonly slot: number; readonly isNew: boolean } {
    const known = this.#rows.get(address);
    if (known !== undefined) {
      delete known.leftAt;
      return { slot: known.slot, isNew: false };
    }
    const slot = this.#free.pop() ?? this.#size++;
    this.#rows.set(address, { slot, detectedAt: now });
    return { slot, isNew: true };
  }

  leave(address: string, now: number): void {
    const row = this.#rows.get(address);
    if (row !== undefined) row.leftAt = now;
  }

  /** Frees rows of endpoints that left `retentionMs` ago, by a clock that may jump, and have no request under way. */
  sweep(now: number, retentionMs: number, isIdle: (slot: number) => boolean): void {
    for (const [address, { slot, leftAt }] of this.#rows) {
      if (leftAt === undefined || Math.abs(now - leftAt) < retentionMs || !isIdle(slot)) continue;
      this.#rows.delete(address);
      this.#free.push(slot);
    }
  }

  /** When each slot's endpoint was first seen. */
  detectedAt(): Float64Array {
    const times = new Float64Array(this.#size).fill(-Infinity);
    for (const { slot, detectedAt } of this.#rows.values()) times[slot] = detectedAt;
    return times;
  }

  /** The scale-ups that are not over at `now`, oldest first. */
  fadesAt(now: number, durationMs: number): readonly FadeEvent[] {
    const groups = new Map<number, number[]>();
    for (const { slot, detectedAt, leftAt } of this.#rows.values()) {
      const age = now - detectedAt;
      if (leftAt !== undefined || age < 0 || age >= durationMs) continue;
      const group = groups.get(detectedAt) ?? [];
      group.push(slot);
      groups.set(detectedAt, group);
    }
    return [...groups]
      .sort(([a], [b]) => a - b)
      .map(([startedAt, slots]) => ({ startedAt, slots: Uint32Array.from(slots) }));
  }
}
