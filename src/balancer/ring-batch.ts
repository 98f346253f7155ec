/** Gets a ring and the hashes of a batch of keys, gives the owner of each. */
import { noEndpoints } from './balancer-error.ts';
import { mostKeys } from './hash-module.ts';
import { findPoint, slotAt } from './ring.ts';
import type { Ring } from './ring.ts';

/** What a place on the ring stands for, by slot, and where the owners go: `list[from]` is that of the first key. */
export interface BatchPlaces<Place> {
  readonly bySlot: readonly (Place | undefined)[];
  readonly list: Place[];
  readonly from: number;
}

/** Point, then slot of each key, and which keys need more looks. For one call at a time. */
const found = new Uint32Array(mostKeys);
const unclear = new Uint16Array(mostKeys);

/**
 * Puts the owners of the first `count` hashes, at most `mostKeys`, into a list. In `hashes` is the lower half of each at
 * 2 i and the upper one after it.
 * @throws BalancerError RSRV_BALANCER_NO_ENDPOINTS when the ring is empty.
 */
export function placeOwners<Place>(ring: Ring, hashes: Int32Array, count: number, places: BatchPlaces<Place>): void {
  if (ring.size === 0) throw noEndpoints();
  const unclearCount = findSlots(ring, hashes, count);
  const { bySlot, list, from } = places;
  for (let i = 0; i < count; i++) {
    const owner = bySlot[found[i] ?? 0];
    if (owner !== undefined) list[from + i] = owner;
  }
  for (let k = 0; k < unclearCount; k++) {
    const i = unclear[k] ?? 0;
    const owner = bySlot[slotAt(ring, findPoint(ring, hashes[2 * i + 1] ?? 0, hashes[2 * i] ?? 0))];
    if (owner !== undefined) list[from + i] = owner;
  }
}

/**
 * What `findPoint` does, but a key never waits for the one before it: two loops of few steps, in which the processor has
 * nothing to guess. At most one point of a bucket is below a hash, or nearly so, and whether it is is added, not asked.
 * Gives how many are unclear: they take more looks, or lower halves decide. A single pick is faster by guessing.
 */
function findSlots(ring: Ring, hashes: Int32Array, count: number): number {
  const { pairs } = ring;
  let unclearCount = 0;
  firstPoints(ring, hashes, count);
  for (let i = 0; i < count; i++) {
    const wanted = (hashes[2 * i + 1] ?? 0) >>> 0;
    let point = found[i] ?? 0;
    point = (point + Number((pairs[2 * point] ?? 0) < wanted)) | 0;
    unclear[unclearCount] = i;
    unclearCount = (unclearCount + Number((pairs[2 * point] ?? 0) <= wanted)) | 0;
    found[i] = pairs[2 * point + 1] ?? 0;
  }
  return unclearCount;
}

function firstPoints({ buckets, shift }: Ring, hashes: Int32Array, count: number): void {
  for (let i = 0; i < count; i++) found[i] = buckets[(hashes[2 * i + 1] ?? 0) >>> shift] ?? 0;
}
