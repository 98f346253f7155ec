/**
 * The hash ring: gets hashes, gives points and their endpoints. Placement is that of Skipper's consistentHash
 * (loadbalancer/algorithm.go): 100 points per endpoint, XXH64 of `<address>-<j>`, j = 0…99.
 */
import { noEndpoints } from './balancer-error.ts';

/** Points sorted by hash. */
export interface Points {
  readonly size: number;
  /**
   * Upper half of each point's hash and, after it, the slot of its endpoint: what a search reads lies together, for on a
   * large ring each other place to look at is another wait for memory. After the last point comes
   * what `closed` puts there.
   */
  readonly pairs: Uint32Array;
  /** Lower half of each point's hash. */
  readonly low: Uint32Array;
}

/** And a table that leads from the top bits of a hash to its point. */
export interface Ring extends Points {
  /** `buckets[b]` is the first point whose hash, shifted right by `shift`, is b or more. */
  readonly buckets: Uint32Array;
  /** 32 minus the number of top bits that `buckets` is indexed by. */
  readonly shift: number;
}

export const emptyRing: Ring = {
  size: 0,
  pairs: new Uint32Array(0),
  low: new Uint32Array(0),
  buckets: new Uint32Array(3),
  shift: 31,
};

/** Upper half of a point's hash. */
export const highAt = ({ pairs }: Points, point: number): number => pairs[2 * point] ?? 0;

/** Slot of the endpoint that a point belongs to. */
export function slotAt({ pairs }: Points, point: number): number {
  return pairs[2 * point + 1] ?? 0;
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

export function isBelow(ring: Points, point: number, high: number, low: number): boolean {
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
