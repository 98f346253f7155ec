/** Gets a pick that has just been made, gives the reasons for it in the order in which they counted. */
import type { BoundedLoad } from './bounded-load.ts';
import { findPoint, nextPoint, slotAt } from './ring.ts';
import type { Selection } from './selection.ts';
import type { Endpoint, Explanation, WalkStep } from './types.ts';

export interface Pick {
  readonly picked: Endpoint;
  /** Missing for algorithms that know no keys. */
  readonly hash: { readonly high: number; readonly low: number } | undefined;
  readonly bounded: BoundedLoad | undefined;
}

/** @param selection still as the pick left it. */
export function explainPick(pick: Pick, selection: Selection): Explanation {
  const { picked, hash, bounded } = pick;
  const { kept } = selection;
  const loadLimit = bounded === undefined ? {} : { loadLimit: bounded.limitOf(picked.slot, selection) };
  const taken: WalkStep = { endpoint: picked, load: bounded?.loadOf(picked.slot) ?? 0 };
  if (hash === undefined) return { picked, kept, walk: [taken] };
  const passed = endpointsFrom(hash, selection, bounded?.longestWalk ?? Infinity);
  const walk: WalkStep[] = [];
  for (const endpoint of passed) {
    const step = passedOver(endpoint, pick, selection);
    if (step === undefined) break;
    walk.push(step);
  }
  const owner = passed[0];
  const half = (word: number): string => (word >>> 0).toString(16).padStart(8, '0');
  return {
    picked,
    ...(owner === undefined ? {} : { owner }),
    keyHash: half(hash.high) + half(hash.low),
    kept,
    ...loadLimit,
    walk: [...walk, taken],
  };
}

/** Distinct endpoints in ring order from the key on, up to `most` that passed the filters. */
function endpointsFrom(
  hash: { readonly high: number; readonly low: number },
  selection: Selection,
  most: number,
): readonly Endpoint[] {
  const { ring, bySlot, endpoints } = selection.snapshot;
  const found = new Set<Endpoint>();
  let at = findPoint(ring, hash.high, hash.low);
  for (let kept = 0; kept < most && found.size < endpoints.length; at = nextPoint(ring, at)) {
    const slot = slotAt(ring, at);
    const endpoint = bySlot[slot];
    if (endpoint === undefined || found.has(endpoint)) continue;
    found.add(endpoint);
    if (selection.isKept(slot)) kept++;
  }
  return [...found];
}

/** Undefined for the endpoint that took the key. */
function passedOver(endpoint: Endpoint, { picked, bounded }: Pick, selection: Selection): WalkStep | undefined {
  const { slot } = endpoint;
  const load = bounded?.loadOf(slot) ?? 0;
  const isOverloaded = bounded !== undefined && load > bounded.limitOf(slot, selection);
  if (endpoint === picked && !isOverloaded) return undefined;
  // One that is warm and not busy was still fading in when the key's owner came: by n-ring the key waits elsewhere.
  const skipped = selection.whySkipped(slot) ?? (isOverloaded ? 'overloaded' : 'fading');
  return { endpoint, load, skipped };
}
