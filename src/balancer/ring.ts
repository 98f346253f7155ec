/**
 * The hash ring: gets endpoints that come and go, gives a new ring; the old one stays as it is. Placement is that of
 * Skipper's consistentHash (loadbalancer/algorithm.go): 100 points per endpoint, XXH64 of `<address>-<j>`, j = 0…99.
 */
import { noEndpoints } from './balancer-error.ts';
import type { KeyHasher } from './key-hasher.ts';

export const pointsPerEndpoint = 100;

interface Points {
  readonly size: number;
  /**
   * Upper half of each point's hash and, after it, the slot of its endpoint: what a search reads lies together, for on a
   * large ring each other place to look at is another wait for memory.
   */
  readonly pairs: Uint32Array;
  /** Lower half of each point's hash. */
  readonly low: Uint32Array;
}

/** Points sorted by hash, and a table that leads from the top bits of a hash to its point. */
export interface Ring extends Points {
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
  pairs: new Uint32Array(0),
  low: new Uint32Array(0),
  buckets: new Uint32Array(3),
  shift: 31,
};

/**
 * The ring without the points of slots for which `leaves` holds, and with those of `added`. What lies between the
 * changed points is copied in one piece: hashing and sorting everything again would stop a loop for many milliseconds.
 */
export function updateRing(old: Ring, leaves: Uint8Array, added: readonly RingMember[], hasher: KeyHasher): Ring {
  const rest = without(old, leaves);
  const fresh = sortedPoints(added, hasher);
  const points = merged(rest, fresh);
  const shift = bucketShift(points.size);
  const hasOnlyGrown = rest === old && shift === old.shift;
  return { ...points, shift, buckets: hasOnlyGrown ? movedBuckets(old, fresh) : newBuckets(points, shift) };
}

const emptyPoints = (size: number): Points => ({
  size,
  pairs: new Uint32Array(2 * size),
  low: new Uint32Array(size),
});

/** Upper half of a point's hash. */
const highAt = ({ pairs }: Points, point: number): number => pairs[2 * point] ?? 0;

/** Slot of the endpoint that a point belongs to. */
export function slotAt({ pairs }: Points, point: number): number {
  return pairs[2 * point + 1] ?? 0;
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

/** Sorted by one pass over the top bits, which leaves each point a step or two from its place, and by insertion. */
function sortedPoints(members: readonly RingMember[], hasher: KeyHasher): Points {
  const points = emptyPoints(members.length * pointsPerEndpoint);
  let size = 0;
  for (const { address, slot } of members) {
    for (let j = 0; j < pointsPerEndpoint; j++) {
      hasher.hash(`${address}-${j}`);
      points.pairs[2 * size] = hasher.high;
      points.pairs[2 * size + 1] = slot;
      points.low[size++] = hasher.low;
    }
  }
  const sorted = spread(points);
  for (let i = 1; i < sorted.size; i++) sink(sorted, i);
  return sorted;
}

function spread(points: Points): Points {
  const shift = indexShift(points.size);
  const places = placesOf(points, shift);
  const placed = emptyPoints(points.size);
  for (let i = 0; i < points.size; i++) {
    const bucket = highAt(points, i) >>> shift;
    const at = places[bucket] ?? 0;
    places[bucket] = at + 1;
    move(points, i, placed, at);
  }
  return placed;
}

/** Where the points of each value of the top bits begin. */
function placesOf(points: Points, shift: number): Uint32Array {
  const places = new Uint32Array(2 ** (32 - shift));
  for (let i = 0; i < points.size; i++) {
    const bucket = highAt(points, i) >>> shift;
    places[bucket] = (places[bucket] ?? 0) + 1;
  }
  let before = 0;
  for (let bucket = 0; bucket < places.length; bucket++) {
    const count = places[bucket] ?? 0;
    places[bucket] = before;
    before += count;
  }
  return places;
}

/** Insertion of point `i` among those before it. */
function sink(points: Points, i: number): void {
  const [high, low, slot] = [highAt(points, i), points.low[i] ?? 0, slotAt(points, i)];
  let at = i;
  for (; at > 0 && !isBelow(points, at - 1, high, low); at--) move(points, at - 1, points, at);
  if (at === i) return;
  points.pairs[2 * at] = high;
  points.pairs[2 * at + 1] = slot;
  points.low[at] = low;
}

function move(from: Points, point: number, to: Points, at: number): void {
  to.pairs[2 * at] = highAt(from, point);
  to.pairs[2 * at + 1] = slotAt(from, point);
  to.low[at] = from.low[point] ?? 0;
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

function isBelow(ring: Points, point: number, high: number, low: number): boolean {
  const pointHigh = highAt(ring, point);
  return pointHigh < high || (pointHigh === high && (ring.low[point] ?? 0) < low);
}

export function nextPoint(ring: Ring, point: number): number {
  return point + 1 === ring.size ? 0 : point + 1;
}

/** Part of all hashes that each slot owns, indexed by slot. */
export function ringShares(ring: Ring, slotCount: number): Float64Array {
  const shares = new Float64Array(slotCount);
  const turn = 2 ** 32;
  const position = (point: number): number => (highAt(ring, point) + (ring.low[point] ?? 0) / turn) / turn;
  for (let point = 0; point < ring.size; point++) {
    const before = point === 0 ? position(ring.size - 1) - 1 : position(point - 1);
    const slot = slotAt(ring, point);
    shares[slot] = (shares[slot] ?? 0) + position(point) - before;
  }
  return shares;
}
