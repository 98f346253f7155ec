/**
 * Gets a store that a watch keeps; proves by a list beside the watch that nothing was missed, or counts what was.
 *
 * A list and a running watch are never at the same version, and versions have no order that may be relied upon. So a
 * difference counts as missed only when the watch has still not said anything about that object a while later.
 */
import type { Clock } from '../runtime/index.ts';
import type { ListPart } from './client-types.ts';
import { keyOf } from './kube-object.ts';
import { formatKey } from './resource-kind.ts';
import type { Difference } from './store.ts';
import type { WatchedObjects } from './watched-objects.ts';

/** How long the watch may lag behind the list. */
const settleMs = 5_000;

export interface RelistOptions<T> {
  readonly objects: WatchedObjects<T>;
  readonly parts: AsyncIterable<ListPart>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Keys that the watch has spoken of since before the list began; grows while this runs. */
  readonly touched: ReadonlySet<string>;
}

/** Lists, waits, compares. */
export async function relist<T>(options: RelistOptions<T>): Promise<Difference> {
  const { objects, clock, signal, touched } = options;
  const number = objects.store.beginList();
  const suspects = await compare(options);
  if (suspects.size > 0) await clock.sleep(settleMs, signal);
  const missed = { added: 0, changed: 0, deleted: 0 };
  for (const [key, change] of suspects) if (!touched.has(key)) missed[change] += 1;
  // With a suspect the watch has spoken since, but perhaps not yet its last word: only a clean list is proof.
  if (suspects.size === 0) objects.store.endList(number);
  return missed;
}

type Change = keyof Difference;

/** Keys whose version in the list is not the known one, and what that would mean. */
async function compare<T>({ objects, parts }: RelistOptions<T>): Promise<Map<string, Change>> {
  const suspects = new Map<string, Change>();
  const present = new Set<string>();
  for await (const part of parts) {
    if (part.restarted) {
      suspects.clear();
      present.clear();
    }
    for (const raw of part.items) {
      const key = formatKey(keyOf(raw));
      present.add(key);
      const known = objects.knownVersion(key);
      if (known !== raw.metadata.resourceVersion) suspects.set(key, known === undefined ? 'added' : 'changed');
    }
  }
  for (const key of [...objects.store.keys(), ...objects.undecodable.keys()]) {
    if (!present.has(key)) suspects.set(key, 'deleted');
  }
  return suspects;
}
