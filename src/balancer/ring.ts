/**
 * The hash ring: gets endpoints that come and go, gives a new ring; the old one stays as it is. Placement is that of
 * Skipper's consistentHash (loadbalancer/algorithm.go): 100 points per endpoint, XXH64 of `<address>-<j>`, j = 0…99.
 */
import { noEndpoints } from './balancer-error.ts';
import type { KeyHasher } from './key-hasher.ts';

export const pointsPerEndpoint = 100;

/** Points in parallel columns. */
interface Columns {
  readonly size: number;
  readonly high: Uint32Array;
  readonly low: Uint32Array;
  /** Slot of the endpoint that a point belongs to. */
  readonly slots: Uint32Array;
}

/** Points sorted by hash, and a table that leads from the top bits of a hash to its point. */
export interface Ring extends Columns {
  /**
   * Upper half of each point's hash and, after it, its slot: what a search reads lies together, for on a large ring each
   * other place to look at is another wait for memory.
   */
  readonly pairs: Uint32Array;
  /** `buckets[b]` is the first point whose hash, shifted right by `shift`, is b or more. */
  readonly buckets: Uint32Array;
  /** 32 minus the number of top bits that `buckets` is indexed by. */
  readonly shift: number;
}

/** What of an endpoint the ring needs. */
export interface RingMember {
  readonly address: string;
  readonly slot: number;
}

export const emptyRing: Ring = {
  size: 0,
  high: new Uint32Array(0),
  low: new Uint32Array(0),
  slots: new Uint32Array(0),
  pairs: new Uint32Array(0),
  buckets: new Uint32Array(3),
  shift: 31,
};

/**
 * The ring without the points of slots for which `leaves` holds, and with those of `added`. What lies between the
 * changed points is copied in one piece: hashing and sorting everything again would stop a loop for many milliseconds.
 */
export function updateRing(old: Ring, leaves: Uint8Array, added: readonly RingMember[], hasher: KeyHasher): Ring {
  return indexed(merged(without(old, leaves), sortedPoints(added, hasher)));
}

const columns = (size: number): Columns => ({
  size,
  high: new Uint32Array(size),
  low: new Uint32Array(size),
  slots: new Uint32Array(size),
});

/** Copies points `from`…`end - 1` to `at`. */
function copyRun(source: Columns, target: Columns, at: number, [from, end]: readonly [number, number]): void {
  target.high.set(source.high.subarray(from, end), at);
  target.low.set(source.low.subarray(from, end), at);
  target.slots.set(source.slots.subarray(from, end), at);
}

function without(ring: Columns, leaves: Uint8Array): Columns {
  const gone: number[] = [];
  if (leaves.includes(1)) ring.slots.forEach((slot, at) => leaves[slot] === 1 && gone.push(at));
  if (gone.length === 0) return ring;
  const rest = columns(ring.size - gone.length);
  let from = 0;
  let size = 0;
  for (const end of [...gone, ring.size]) {
    copyRun(ring, rest, size, [from, end]);
    size += end - from;
    from = end + 1;
  }
  return rest;
}

function merged(ring: Columns, fresh: Columns): Columns {
  if (ring.size === 0 || fresh.size === 0) return ring.size === 0 ? fresh : ring;
  const all = columns(ring.size + fresh.size);
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
function positionOf(ring: Columns, from: number, fresh: Columns, next: number): number {
  let [first, end] = [from, ring.size];
  while (first < end) {
    const middle = (first + end) >>> 1;
    if (isBelow(ring, middle, fresh.high[next] ?? 0, fresh.low[next] ?? 0)) first = middle + 1;
    else end = middle;
  }
  return first;
}

/** Sorted by one pass over the top bits, which leaves each point a step or two from its place, and by insertion. */
function sortedPoints(members: readonly RingMember[], hasher: KeyHasher): Columns {
  const points = columns(members.length * pointsPerEndpoint);
  let size = 0;
  for (const { address, slot } of members) {
    for (let j = 0; j < pointsPerEndpoint; j++) {
      hasher.hash(`${address}-${j}`);
      points.high[size] = hasher.high;
      points.low[size] = hasher.low;
      points.slots[size++] = slot;
    }
  }
  const sorted = spread(points);
  for (let i = 1; i < sorted.size; i++) sink(sorted, i);
  return sorted;
}

function spread(points: Columns): Columns {
  const shift = indexShift(points.size);
  const places = placesOf(points.high, shift);
  const placed = columns(points.size);
  for (let i = 0; i < points.size; i++) {
    const high = points.high[i] ?? 0;
    const at = places[high >>> shift] ?? 0;
    places[high >>> shift] = at + 1;
    put(placed, at, { high, low: points.low[i] ?? 0, slot: points.slots[i] ?? 0 });
  }
  return placed;
}

/** Where the points of each value of the top bits begin. */
function placesOf(high: Uint32Array, shift: number): Uint32Array {
  const counts = new Uint32Array(2 ** (32 - shift));
  for (const half of high) counts[half >>> shift] = (counts[half >>> shift] ?? 0) + 1;
  let before = 0;
  return counts.map((count) => {
    before += count;
    return before - count;
  });
}

/** Insertion of point `i` among those before it. */
function sink(points: Columns, i: number): void {
  const point = { high: points.high[i] ?? 0, low: points.low[i] ?? 0, slot: points.slots[i] ?? 0 };
  let at = i;
  for (; at > 0 && !isBelow(points, at - 1, point.high, point.low); at--)
    put(points, at, {
      high: points.high[at - 1] ?? 0,
      low: points.low[at - 1] ?? 0,
      slot: points.slots[at - 1] ?? 0,
    });
  put(points, at, point);
}

function put(target: Columns, at: number, point: { high: number; low: number; slot: number }): void {
  target.high[at] = point.high;
  target.low[at] = point.low;
  target.slots[at] = point.slot;
}

/** Leaves the top bits of a hash, so many that there is about one point for each of their values. */
const indexShift = (size: number): number => 32 - Math.max(1, Math.min(24, Math.ceil(Math.log2(Math.max(2, size)))));

/**
 * A point or less per bucket, so that a search hardly ever takes a step that the processor has not foreseen; half a
 * point while the table is small enough to stay in its cache.
 */
const bucketShift = (size: number): number => indexShift(size <= 2 ** 14 ? 2 * size : size);

function indexed(points: Columns): Ring {
  const { size, high, low, slots } = points;
  const shift = bucketShift(size);
  const pairs = new Uint32Array(2 * size);
  const buckets = new Uint32Array(2 ** (32 - shift) + 1);
  let bucket = 0;
  for (let point = 0; point < size; point++) {
    const half = high[point] ?? 0;
    pairs[2 * point] = half;
    pairs[2 * point + 1] = slots[point] ?? 0;
    const last = half >>> shift;
    while (bucket <= last) buckets[bucket++] = point;
  }
  buckets.fill(size, bucket);
  return { size, high, low, slots, pairs, buckets, shift };
}

/**
 * The first point with a hash ≥ the given one (halves signed or not); the very first after the last.
 * @throws BalancerError RSRV_BALANCER_NO_ENDPOINTS when the ring is empty.
 */
export function findPoint(ring: Ring, high: number, low: number): number {
  const { size, pairs } = ring;
  if (size === 0) throw noEndpoints();
  const wanted = high >>> 0;
  let point = ring.buckets[wanted >>> ring.shift] ?? 0;
  while (point < size && (pairs[2 * point] ?? 0) < wanted) point++;
  // Points with the same upper half are rare, but then the lower half decides.
  while (point < size && isBelow(ring, point, wanted, low >>> 0)) point++;
  return point === size ? 0 : point;
}

/** Slot of the endpoint that a point belongs to. */
export function slotAt(ring: Ring, point: number): number {
  return ring.pairs[2 * point + 1] ?? 0;
}

function isBelow(ring: Columns, point: number, high: number, low: number): boolean {
  const pointHigh = ring.high[point] ?? 0;
  return pointHigh < high || (pointHigh === high && (ring.low[point] ?? 0) < low);
}

export function nextPoint(ring: Ring, point: number): number {
  return point + 1 === ring.size ? 0 : point + 1;
}

/** Part of all hashes that each slot owns, indexed by slot. */
export function ringShares(ring: Ring, slotCount: number): Float64Array {
  const shares = new Float64Array(slotCount);
  const turn = 2 ** 32;
  const position = (point: number): number => ((ring.high[point] ?? 0) + (ring.low[point] ?? 0) / turn) / turn;
  for (let point = 0; point < ring.size; point++) {
    const before = point === 0 ? position(ring.size - 1) - 1 : position(point - 1);
    const slot = ring.slots[point] ?? 0;
    shares[slot] = (shares[slot] ?? 0) + position(point) - before;
  }
  return shares;
}
