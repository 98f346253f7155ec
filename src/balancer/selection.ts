/**
 * The endpoints that one pick may choose from: gets a snapshot and the filters of this moment, gives a flag per slot.
 * One object is used for all picks, so that a pick leaves no garbage.
 */
import { fadeWeight } from './fade-in.ts';
import type { FadeInRule } from './fade-in.ts';
import type { PassiveHealth } from './health.ts';
import { grown } from './load.ts';
import type { Load } from './load.ts';
import { emptySnapshot } from './snapshot.ts';
import type { Snapshot } from './snapshot.ts';
import type { Endpoint, SkipReason } from './types.ts';

/** Bits of a slot's flags. */
const tried = 1;
const fading = 2;
const unhealthy = 4;

export interface SelectionParts {
  readonly fadeIn: FadeInRule;
  /** True when fading endpoints are left to the ring walk, which asks each key (n-ring). */
  readonly fadesByKey: boolean;
  readonly health: PassiveHealth | undefined;
  readonly load: Load;
  readonly random: () => number;
}

export class Selection {
  readonly #parts: SelectionParts;
  #snapshot = emptySnapshot;
  #flags: Uint8Array = new Uint8Array(64);
  #touched: Uint32Array = new Uint32Array(64);
  #touchedCount = 0;
  #kept = 0;
  #localOnly = false;
  #slots: Uint32Array = new Uint32Array(64);
  #now = 0;

  constructor(parts: SelectionParts) {
    this.#parts = parts;
  }

  get snapshot(): Snapshot {
    return this.#snapshot;
  }

  /** When the pick is made, by the balancer's clock. */
  get now(): number {
    return this.#now;
  }

  /** How many endpoints may be chosen; at least 1 when there are endpoints at all. */
  get kept(): number {
    return this.#kept;
  }

  /** True when only the caller's own zone is asked. */
  get isLocalOnly(): boolean {
    return this.#localOnly;
  }

  /** Filters in Skipper's order: fade-in, then health (proxy.go, selectEndpoint). Each that would leave none is off. */
  prepare(snapshot: Snapshot, already: readonly Endpoint[], now: number): void {
    this.#clear();
    this.#snapshot = snapshot;
    this.#now = now;
    this.#kept = snapshot.order.length;
    this.#localOnly = false;
    if (already.length > 0) this.#dropTried(already);
    if (now < snapshot.fadesEndAt) this.#dropFading();
    if ((this.#parts.health?.unhealthyCount ?? 0) > 0) this.#dropUnhealthy();
  }

  /** Leaves only the own zone, if anything is left then. */
  keepLocal(): void {
    const { order, isLocal, localCount } = this.#snapshot;
    let kept = localCount;
    for (let i = 0; i < this.#touchedCount && kept > 0; i++) {
      const slot = this.#touched[i] ?? 0;
      if (this.#flags[slot] !== 0) kept -= isLocal[slot] ?? 0;
    }
    if (kept === 0 || kept === order.length) return;
    this.#localOnly = true;
    this.#kept = kept;
  }

  isKept(slot: number): boolean {
    return this.#flags[slot] === 0 && (!this.#localOnly || this.#snapshot.isLocal[slot] === 1);
  }

  /** True when fade-in alone may have dropped it: what the owner of a key by n-ring must pass. */
  isKeptButForFading(slot: number): boolean {
    const flags = this.#flags[slot] ?? 0;
    return (flags & ~fading) === 0 && (!this.#localOnly || this.#snapshot.isLocal[slot] === 1);
  }

  whySkipped(slot: number): SkipReason | undefined {
    const flags = this.#flags[slot] ?? 0;
    if ((flags & tried) !== 0) return 'tried';
    if ((flags & fading) !== 0) return 'fading';
    if ((flags & unhealthy) !== 0) return 'unhealthy';
    return this.isKept(slot) ? undefined : 'otherZone';
  }

  /** Fade-in weight of a slot at the time of the pick. */
  fadeWeightOf(slot: number): number {
    const isOver = this.#now >= this.#snapshot.fadesEndAt;
    return isOver ? 1 : fadeWeight(this.#parts.fadeIn, this.#now - this.detectedAt(slot));
  }

  /** When the endpoint was first seen; -Infinity when it never faded in. */
  detectedAt(slot: number): number {
    return this.#snapshot.detectedAt[slot] ?? -Infinity;
  }

  /** True when it was kept, and its own fade-in was over when the endpoint in `other` was first seen. */
  isSettledBefore(slot: number, other: number): boolean {
    return this.isKept(slot) && this.detectedAt(slot) + this.#parts.fadeIn.durationMs <= this.detectedAt(other);
  }

  /** Σ load of the endpoints that were kept; of all that passed the filters, in any zone. */
  keptLoad(): number {
    let sum = this.#parts.load.total;
    for (let i = 0; i < this.#touchedCount; i++) {
      const slot = this.#touched[i] ?? 0;
      if (this.#flags[slot] !== 0) sum -= this.#parts.load.loadOf(slot);
    }
    return sum;
  }

  /** The slots that were kept, in the order of the snapshot; the first `kept` entries count. */
  keptSlots(): Uint32Array {
    const { order } = this.#snapshot;
    if (this.#kept === order.length) return order;
    let count = 0;
    for (const slot of order) if (this.isKept(slot)) this.#slots[count++] = slot;
    return this.#slots;
  }

  adopt({ slotCount }: Snapshot): void {
    this.#clear();
    const make = (length: number): Uint32Array => new Uint32Array(length);
    this.#flags = grown(this.#flags, slotCount, (length) => new Uint8Array(length));
    this.#touched = grown(this.#touched, slotCount, make);
    this.#slots = grown(this.#slots, slotCount, make);
  }

  #dropTried(already: readonly Endpoint[]): void {
    for (const { slot, address } of already)
      if (this.#snapshot.bySlot[slot]?.address === address) this.#drop(slot, tried);
    this.#restoreIfNoneLeft(tried);
  }

  #dropFading(): void {
    const { fadeIn, fadesByKey, random } = this.#parts;
    // One draw for all endpoints of a request, as in Skipper; the n-ring asks the key instead.
    const draw = fadesByKey ? 0 : random();
    for (const { startedAt, slots } of this.#snapshot.fades) {
      const weight = fadeWeight(fadeIn, this.#now - startedAt);
      if (fadesByKey ? weight === 1 : draw < weight) continue;
      for (const slot of slots) this.#drop(slot, fading);
    }
    this.#restoreIfNoneLeft(fading);
  }

  #dropUnhealthy(): void {
    const { health, random } = this.#parts;
    if (health === undefined) return;
    const most = this.#kept * health.maxUnhealthyEndpointsRatio;
    const before = this.#kept;
    const draw = random();
    for (let i = 0; i < health.unhealthyCount; i++) {
      const slot = health.unhealthySlot(i);
      if (draw < health.dropProbabilityOf(slot)) this.#drop(slot, unhealthy);
    }
    if (before - this.#kept > most) this.#restore(unhealthy);
    this.#restoreIfNoneLeft(unhealthy);
  }

  #drop(slot: number, reason: number): void {
    const flags = this.#flags[slot] ?? 0;
    if (flags !== 0) return;
    this.#flags[slot] = reason;
    this.#touched[this.#touchedCount++] = slot;
    this.#kept--;
  }

  #restoreIfNoneLeft(reason: number): void {
    if (this.#kept === 0) this.#restore(reason);
  }

  #restore(reason: number): void {
    let stays = 0;
    for (let i = 0; i < this.#touchedCount; i++) {
      const slot = this.#touched[i] ?? 0;
      if (this.#flags[slot] === reason) this.#flags[slot] = 0;
      else this.#touched[stays++] = slot;
    }
    this.#kept += this.#touchedCount - stays;
    this.#touchedCount = stays;
  }

  #clear(): void {
    for (let i = 0; i < this.#touchedCount; i++) this.#flags[this.#touched[i] ?? 0] = 0;
    this.#touchedCount = 0;
  }
}
