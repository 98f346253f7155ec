/**
 * The hash ring: gets endpoints that come and go, gives a new ring; the old one stays as it is. Placement is that of
 * Skipper's consistentHash (loadbalancer/algorithm.go): 100 points per endpoint, XXH64 of `<address>-<j>`, j = 0…99.
 */
import { noEndpoints } from './balancer-error.ts';
import type { Xxh64 } from './xxh64.ts';

export const pointsPerEndpoint = 100;

/** Points sorted by hash, in parallel columns, and a table that leads from the top bits of a hash to its point. */
export interface Ring {
  readonly size: number;
  readonly high: Uint32Array;
  readonly low: Uint32Array;
  /** Slot of the endpoint that a point belongs to. */
  readonly slots: Uint32Array;
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
  buckets: new Uint32Array(3),
  shift: 31,
};

/**
 * The ring without the points of slots for which `leaves` holds, and with those of `added`. One pass over the old
 * ring: hashing and sorting everything again would stop a loop for 100 ms at 1,000 endpoints.
 */
export function updateRing(old: Ring, leaves: Uint8Array, added: readonly RingMember[], hasher: Xxh64): Ring {
  const fresh = sortedPoints(added, hasher);
  const high = new Uint32Array(old.size + fresh.length);
  const low = new Uint32Array(high.length);
  const slots = new Uint32Array(high.length);
  let size = 0;
  let next = 0;
  for (let i = 0; i < old.size; i++) {
    const slot = old.slots[i] ?? 0;
    if (leaves[slot] === 1) continue;
    const pointHigh = old.high[i] ?? 0;
    const pointLow = old.low[i] ?? 0;
    for (let point = fresh[next]; point !== undefined && isBefore(point, pointHigh, pointLow); point = fresh[next]) {
      put({ high, low, slots }, size++, point);
      next++;
    }
    high[size] = pointHigh;
    low[size] = pointLow;
    slots[size++] = slot;
  }
  for (const point of fresh.slice(next)) put({ high, low, slots }, size++, point);
  return indexed(size, high.subarray(0, size), low.subarray(0, size), slots.subarray(0, size));
}

interface Point {
  readonly high: number;
  readonly low: number;
  readonly slot: number;
}

type Columns = Pick<Ring, 'high' | 'low' | 'slots'>;

function put(columns: Columns, at: number, point: Point): void {
  columns.high[at] = point.high;
  columns.low[at] = point.low;
  columns.slots[at] = point.slot;
}

const isBefore = (point: Point, high: number, low: number): boolean =>
  point.high < high || (point.high === high && point.low < low);

function sortedPoints(members: readonly RingMember[], hasher: Xxh64): readonly Point[] {
  const points: Point[] = [];
  for (const { address, slot } of members) {
    for (let j = 0; j < pointsPerEndpoint; j++) {
      hasher.hash(`${address}-${j}`);
      points.push({ high: hasher.high >>> 0, low: hasher.low >>> 0, slot });
    }
  }
  return points.sort((a, b) => a.high - b.high || a.low - b.low);
}

/** About one point per bucket, so that a search ends after one or two steps. */
function indexed(size: number, high: Uint32Array, low: Uint32Array, slots: Uint32Array): Ring {
  const bits = Math.max(1, Math.min(24, Math.ceil(Math.log2(Math.max(2, size)))));
  const shift = 32 - bits;
  const buckets = new Uint32Array(2 ** bits + 1);
  let point = 0;
  for (let bucket = 0; bucket < buckets.length; bucket++) {
    while (point < size && (high[point] ?? 0) >>> shift < bucket) point++;
    buckets[bucket] = point;
  }
  return { size, high, low, slots, buckets, shift };
}

/**
 * The first point with a hash ≥ the given one (halves signed or not); the very first after the last.
 * @throws BalancerError RSRV_BALANCER_NO_ENDPOINTS when the ring is empty.
 */
export function findPoint(ring: Ring, high: number, low: number): number {
  const { size } = ring;
  if (size === 0) throw noEndpoints();
  let point = ring.buckets[high >>> ring.shift] ?? 0;
  while (point < size && isBelow(ring, point, high >>> 0, low >>> 0)) point++;
  return point === size ? 0 : point;
}

function isBelow(ring: Ring, point: number, high: number, low: number): boolean {
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
