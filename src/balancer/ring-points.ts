/** Gets endpoints, gives their points on the ring, sorted. */
import { isLittleEndian } from './hash-module.ts';
import type { KeyHasher } from './key-hasher.ts';
import { highAt, isBelow, slotAt } from './ring.ts';
import type { Points } from './ring.ts';

/** As many as `KeyHasher.hashNumbered` gives. */
export const pointsPerEndpoint = 100;

/** What of an endpoint the ring needs. */
export interface RingMember {
  readonly address: string;
  readonly slot: number;
}

export const emptyPoints = (size: number): Points => ({
  size,
  pairs: new Uint32Array(2 * size + 2),
  low: new Uint32Array(size),
});

/**
 * Points of endpoints that are all new. Most of it is done by compiled code from the first call on: a ring is built when
 * a program starts, before V8 has had time to compile ours.
 */
export function sortedPoints(members: readonly RingMember[], hasher: KeyHasher): Points {
  const hashes = hashesOf(members, hasher);
  const points = emptyPoints(members.length * pointsPerEndpoint);
  const marks = sortedMarks(hashes);
  for (let at = 0; at < points.size; at++) {
    const point = marks[2 * at + which] ?? 0;
    points.pairs[2 * at] = hashes[2 * point + 1] ?? 0;
    points.pairs[2 * at + 1] = members[Math.floor(point / pointsPerEndpoint)]?.slot ?? 0;
    points.low[at] = hashes[2 * point] ?? 0;
    sink(points, at);
  }
  return points;
}

/** Lower and upper half of each point's hash, in the order of the endpoints. */
function hashesOf(members: readonly RingMember[], hasher: KeyHasher): Uint32Array {
  const hashes = new Uint32Array(members.length * pointsPerEndpoint * 2);
  const ofOne = hasher.batch.subarray(0, 2 * pointsPerEndpoint);
  for (const [i, { address }] of members.entries()) {
    hasher.hashNumbered(`${address}-`);
    hashes.set(ofOne, i * ofOne.length);
  }
  return hashes;
}

/** Where in a mark is which point it stands for, and the upper half of that point's hash. */
const [which, upper] = isLittleEndian ? [0, 1] : [1, 0];

/**
 * A mark of two words for each point, by the upper halves of their hashes: V8 sorts 64-bit numbers by itself, without a
 * call per comparison.
 */
function sortedMarks(hashes: Uint32Array): Uint32Array {
  const marks = new Uint32Array(hashes.length);
  for (let i = 0; i < hashes.length; i += 2) {
    marks[i + which] = i / 2;
    marks[i + upper] = hashes[i + 1] ?? 0;
  }
  new BigUint64Array(marks.buffer).sort();
  return marks;
}

/** Insertion of point `i` among those before it: where upper halves are equal, the lower ones decide. */
function sink(points: Points, i: number): void {
  const [high, low, slot] = [highAt(points, i), points.low[i] ?? 0, slotAt(points, i)];
  let at = i;
  for (; at > 0 && !isBelow(points, at - 1, high, low); at--) {
    points.pairs[2 * at] = highAt(points, at - 1);
    points.pairs[2 * at + 1] = slotAt(points, at - 1);
    points.low[at] = points.low[at - 1] ?? 0;
  }
  if (at === i) return;
  points.pairs[2 * at] = high;
  points.pairs[2 * at + 1] = slot;
  points.low[at] = low;
}
