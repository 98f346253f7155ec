/** Gets a ring and endpoints that come and go, gives a new ring; the old one stays as it is. */
import type { KeyHasher } from './key-hasher.ts';
import { emptyPoints, sortedPoints } from './ring-points.ts';
import type { RingMember } from './ring-points.ts';
import { highAt, isBelow, slotAt } from './ring.ts';
import type { Points, Ring } from './ring.ts';

/**
 * The ring without the points of slots for which `leaves` holds, and with those of `added`. What lies between the
 * changed points is copied in one piece: hashing and sorting everything again would stop a loop for many milliseconds.
 */
export function updateRing(old: Ring, leaves: Uint8Array, added: readonly RingMember[], hasher: KeyHasher): Ring {
  const rest = without(old, leaves);
  const fresh = sortedPoints(added, hasher);
  const points = closed(merged(rest, fresh));
  const shift = bucketShift(points.size);
  const hasOnlyGrown = rest === old && shift === old.shift;
  return { ...points, shift, buckets: hasOnlyGrown ? movedBuckets(old, fresh) : newBuckets(points, shift) };
}

/**
 * With one more pair after the last: no hash is above it, and it belongs to the first point's endpoint. What comes after
 * the last point so needs no question of its own.
 */
function closed(points: Points): Points {
  points.pairs[2 * points.size] = 0xffffffff;
  points.pairs[2 * points.size + 1] = slotAt(points, 0);
  return points;
}

/** Copies points `from`…`end - 1` to `at`. */
function copyRun(source: Points, target: Points, at: number, [from, end]: readonly [number, number]): void {
  target.pairs.set(source.pairs.subarray(2 * from, 2 * end), 2 * at);
  target.low.set(source.low.subarray(from, end), at);
}

function without(ring: Points, leaves: Uint8Array): Points {
  if (!leaves.includes(1)) return ring;
  const gone: number[] = [];
  for (let point = 0; point < ring.size; point++) if (leaves[slotAt(ring, point)] === 1) gone.push(point);
  const rest = emptyPoints(ring.size - gone.length);
  let from = 0;
  let size = 0;
  for (const end of [...gone, ring.size]) {
    copyRun(ring, rest, size, [from, end]);
    size += end - from;
    from = end + 1;
  }
  return rest;
}

function merged(ring: Points, fresh: Points): Points {
  if (ring.size === 0 || fresh.size === 0) return ring.size === 0 ? fresh : ring;
  const all = emptyPoints(ring.size + fresh.size);
  let from = 0;
  for (let next = 0; next < fresh.size; next++) {
    const end = positionOf(ring, from, fresh, next);
    copyRun(ring, all, from + next, [from, end]);
    copyRun(fresh, all, end + next, [next, next + 1]);
    from = end;
  }
  copyRun(ring, all, from + fresh.size, [from, ring.size]);
  return all;
}

/** The first point of `ring` from `from` on that is not below point `next` of `fresh`, by binary search. */
function positionOf(ring: Points, from: number, fresh: Points, next: number): number {
  let [first, end] = [from, ring.size];
  while (first < end) {
    const middle = (first + end) >>> 1;
    if (isBelow(ring, middle, highAt(fresh, next), fresh.low[next] ?? 0)) first = middle + 1;
    else end = middle;
  }
  return first;
}

/** Leaves the top bits of a hash, so many that there is about one point for each of their values. */
const indexShift = (size: number): number => 32 - Math.max(1, Math.min(24, Math.ceil(Math.log2(Math.max(2, size)))));

/**
 * A point or less per bucket, so that a search hardly ever takes a step that the processor has not foreseen; half a
 * point while the table is small enough to stay in its cache.
 */
const bucketShift = (size: number): number => indexShift(size <= 2 ** 14 ? 2 * size : size);

function newBuckets({ size, pairs }: Points, shift: number): Uint32Array {
  const buckets = new Uint32Array(2 ** (32 - shift) + 1);
  let bucket = 0;
  for (let point = 0; point < size; point++) {
    const last = (pairs[2 * point] ?? 0) >>> shift;
    while (bucket <= last) buckets[bucket++] = point;
  }
  buckets.fill(size, bucket);
  return buckets;
}

/** Each bucket begins as many points later as there are fresh ones in those before it. */
function movedBuckets({ buckets, shift }: Ring, fresh: Points): Uint32Array {
  const moved = buckets.slice();
  for (let point = 0; point < fresh.size; point++) {
    const first = (highAt(fresh, point) >>> shift) + 1;
    const end = point + 1 < fresh.size ? (highAt(fresh, point + 1) >>> shift) + 1 : moved.length;
    for (let bucket = first; bucket < end; bucket++) moved[bucket] = (moved[bucket] ?? 0) + point + 1;
  }
  return moved;
}
