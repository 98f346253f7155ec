/**
 * Load by occupancy: gets begins and ends of requests, gives how busy each endpoint was in the last 150 ms. Requests
 * under way alone miss an endpoint that is hit again and again between two looks.
 */
import { Latency } from './latency.ts';
import { grown, InflightLoad } from './load.ts';
import type { Load } from './load.ts';
import type { Snapshot } from './snapshot.ts';

const bucketMs = 30;
const bucketCount = 5;
const windowMs = bucketMs * bucketCount;

/** Effective load = max(inflight, occupancy) × min(latency ÷ fleet latency, 5). */
export class OccupancyLoad implements Load {
  readonly #inflight = new InflightLoad();
  readonly #latency = new Latency();
  #order: Uint32Array = new Uint32Array(0);
  #inUse = new Uint8Array(64);
  /** Five buckets per slot: time in which requests were under way, summed over the requests, in ms. */
  #busy = new Float64Array(64 * bucketCount);
  /** Until when a slot's buckets are complete. */
  #countedTo = new Float64Array(64);
  #loads = new Float64Array(64);
  #total = 0;
  #refreshedIn = Number.NaN;

  get total(): number {
    return this.#total;
  }

  inflightOf(slot: number): number {
    return this.#inflight.inflightOf(slot);
  }

  /** As of the endpoint's last begin or end, or of the last refresh. */
  loadOf(slot: number): number {
    return this.#loads[slot] ?? 0;
  }

  /** Σ of the parts of all requests' durations that lie in the window ÷ window. */
  occupancyOf(slot: number, now: number): number {
    this.#count(slot, now);
    let sum = 0;
    for (let i = 0; i < bucketCount; i++) sum += this.#busy[slot * bucketCount + i] ?? 0;
    return sum / windowMs;
  }

  begin(slot: number, now: number): void {
    this.#count(slot, now);
    if (this.inflightOf(slot) === 0) this.#latency.wait(slot, now);
    this.#inflight.begin(slot);
    this.#reckon(slot, now);
  }

  finish(slot: number, durationMs: number, now: number): void {
    this.#count(slot, now);
    this.#inflight.finish(slot);
    this.#latency.answer(slot, durationMs, now);
    this.#reckon(slot, now);
  }

  /** Once per bucket all loads are reckoned again: they sink with time, not only when something happens. */
  refresh(now: number): void {
    const bucket = Math.floor(now / bucketMs);
    if (bucket === this.#refreshedIn) return;
    this.#refreshedIn = bucket;
    this.#total = 0;
    for (const slot of this.#order) {
      this.#loads[slot] = this.#effective(slot, now);
      this.#total += this.loadOf(slot);
    }
  }

  adopt(snapshot: Snapshot, added: readonly { readonly slot: number }[]): void {
    const { order, slotCount } = snapshot;
    this.#inflight.adopt(snapshot);
    this.#latency.adopt(added, slotCount);
    const make = (length: number): Float64Array<ArrayBuffer> => new Float64Array(length);
    this.#busy = grown(this.#busy, slotCount * bucketCount, make);
    this.#countedTo = grown(this.#countedTo, slotCount, make);
    this.#loads = grown(this.#loads, slotCount, make);
    this.#inUse = grown(this.#inUse, slotCount, (length) => new Uint8Array(length)).fill(0);
    for (const { slot } of added) {
      this.#busy.fill(0, slot * bucketCount, (slot + 1) * bucketCount);
      this.#loads[slot] = 0;
    }
    for (const slot of order) this.#inUse[slot] = 1;
    this.#order = order;
    this.#refreshedIn = Number.NaN;
  }

  #reckon(slot: number, now: number): void {
    const before = this.loadOf(slot);
    const load = this.#effective(slot, now);
    this.#loads[slot] = load;
    if (this.#inUse[slot] === 1) this.#total += load - before;
  }

  #effective(slot: number, now: number): number {
    const inflight = this.inflightOf(slot);
    return Math.max(inflight, this.occupancyOf(slot, now)) * this.#latency.ratioOf(slot, inflight > 0, now);
  }

  /** Brings a slot's buckets up to `now`; what happened longer ago than the window is dropped on the way. */
  #count(slot: number, now: number): void {
    const last = this.#countedTo[slot] ?? 0;
    this.#countedTo[slot] = now;
    if (now <= last) return;
    const inflight = this.inflightOf(slot);
    const lastBucket = Math.floor(now / bucketMs);
    let bucket = Math.floor(last / bucketMs);
    if (bucket === lastBucket) {
      this.#addTo(slot, bucket, (now - last) * inflight);
      return;
    }
    this.#addTo(slot, bucket, ((bucket + 1) * bucketMs - last) * inflight);
    for (bucket = Math.max(bucket + 1, lastBucket - bucketCount + 1); bucket <= lastBucket; bucket++) {
      const spent = Math.min(now - bucket * bucketMs, bucketMs);
      this.#busy[slot * bucketCount + (bucket % bucketCount)] = spent * inflight;
    }
  }

  #addTo(slot: number, bucket: number, busyMs: number): void {
    const at = slot * bucketCount + (bucket % bucketCount);
    this.#busy[at] = (this.#busy[at] ?? 0) + busyMs;
  }
}
