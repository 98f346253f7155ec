/** `consistentHash`: gets a key's hash, gives the owner on the ring, or who stands in for it. */
import { noEndpoints } from '../balancer-error.ts';
import type { BoundedLoad } from '../bounded-load.ts';
import { grown } from '../load.ts';
import { fadeInSalt, unitInterval } from '../mix.ts';
import { findPoint, nextPoint, slotAt } from '../ring.ts';
import type { Ring } from '../ring.ts';
import type { Selection } from '../selection.ts';
import type { Algorithm } from './algorithm.ts';

/** @param bounded has been prepared for the selection before each choice; undefined for no bound. */
export function createConsistentHash(bounded: BoundedLoad | undefined, fadesByKey: boolean): Algorithm {
  const walk = bounded === undefined ? undefined : new BoundedWalk(bounded);
  return {
    name: 'consistentHash',
    choose(selection, high, low) {
      const { ring } = selection.snapshot;
      const point = findPoint(ring, high, low);
      let first = point;
      if (fadesByKey && selection.now < selection.snapshot.fadesEndAt) {
        const owner = fadingOwner(selection, point);
        if (owner !== -1) {
          const isTaken = unitInterval(high, low, fadeInSalt) < selection.fadeWeightOf(owner);
          if (isTaken && (bounded === undefined || bounded.loadOf(owner) <= bounded.limitOf(owner, selection)))
            return owner;
          first = firstSettled(selection, point, owner);
        }
      }
      first = firstKept(selection, ring, first);
      return walk === undefined ? slotAt(ring, first) : walk.from(selection, ring, first);
    },
    adopt(_added, slotCount) {
      walk?.adopt(slotCount);
    },
  };
}

/** The first point from `point` on whose endpoint passed the filters. */
function firstKept(selection: Selection, ring: Ring, point: number): number {
  if (selection.kept === selection.snapshot.order.length) return point;
  let at = point;
  for (let seen = 0; seen < ring.size; seen++) {
    if (selection.isKept(slotAt(ring, at))) return at;
    at = nextPoint(ring, at);
  }
  throw noEndpoints();
}

/** The key's owner in the ring of all endpoints when it is fading in, otherwise -1. */
function fadingOwner(selection: Selection, point: number): number {
  const { ring } = selection.snapshot;
  let at = point;
  for (let seen = 0; seen < ring.size; seen++) {
    const slot = slotAt(ring, at);
    if (selection.isKeptButForFading(slot)) return selection.isKept(slot) ? -1 : slot;
    at = nextPoint(ring, at);
  }
  return -1;
}

/**
 * Until the owner takes a key, it stays where it was before the owner's scale-up: in the ring without endpoints that
 * were fading in then. One that has become warm meanwhile would fill its cache with a key that it must give away.
 */
function firstSettled(selection: Selection, point: number, owner: number): number {
  const { ring } = selection.snapshot;
  let at = point;
  for (let seen = 0; seen < ring.size; seen++) {
    if (selection.isSettledBefore(slotAt(ring, at), owner)) return at;
    at = nextPoint(ring, at);
  }
  return point;
}

/** Walks the ring to the first endpoint that is not too busy. */
class BoundedWalk {
  readonly #bounded: BoundedLoad;
  /** Number of the walk that has last seen a slot. */
  #seenIn = new Int32Array(64);
  #walk = 0;

  constructor(bounded: BoundedLoad) {
    this.#bounded = bounded;
  }

  adopt(slotCount: number): void {
    this.#seenIn = grown(this.#seenIn, slotCount, (length) => new Int32Array(length));
  }

  from(selection: Selection, ring: Ring, first: number): number {
    const bounded = this.#bounded;
    const owner = slotAt(ring, first);
    if (this.#accepts(selection, owner)) return owner;
    this.#walk = (this.#walk + 1) | 0;
    let left = Math.min(bounded.longestWalk, selection.kept);
    let least = owner;
    for (let at = first, points = 0; points < ring.size && left > 0; points++, at = nextPoint(ring, at)) {
      const slot = slotAt(ring, at);
      if (!this.#isNew(selection, slot)) continue;
      if (this.#accepts(selection, slot)) return slot;
      left--;
      if (bounded.loadOf(slot) < bounded.loadOf(least)) least = slot;
    }
    // By Skipper's rule somebody is always at or below the average; if rounding says otherwise, the owner takes it.
    return bounded.longestWalk === Infinity ? owner : least;
  }

  #isNew(selection: Selection, slot: number): boolean {
    if (this.#seenIn[slot] === this.#walk || !selection.isKept(slot)) return false;
    this.#seenIn[slot] = this.#walk;
    return true;
  }

  #accepts(selection: Selection, slot: number): boolean {
    return this.#bounded.loadOf(slot) <= this.#bounded.limitOf(slot, selection);
  }
}
