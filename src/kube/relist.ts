/**
 * Gets a store that a watch keeps; proves by a list beside the watch that nothing was missed, and repairs what was.
 *
 * A list and a running watch are never at the same version, and versions have no order that may be relied upon. So a
 * difference counts as missed only when the watch has still not said anything about that object a while later.
 */
import type { Clock } from '../runtime/index.ts';
import type { ListPage } from './client-types.ts';
import { keyOf } from './kube-object.ts';
import type { KubeObject } from './kube-object.ts';
import { formatKey } from './resource-kind.ts';
import type { Difference } from './store.ts';
import type { WatchedObjects } from './watched-objects.ts';

/** How long the watch may lag behind the list. */
export const settleMs = 5_000;

export interface RelistOptions<T> {
  readonly objects: WatchedObjects<T>;
  readonly pages: AsyncIterable<ListPage>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Keys that the watch has spoken of since before the list began; grows while this runs. */
  readonly touched: ReadonlySet<string>;
}

export interface RelistOutcome {
  readonly missed: Difference;
  /** The list's version, from which a watch can go on. */
  readonly resourceVersion: string;
}

/** Lists, waits, compares, repairs. */
export async function relist<T>(options: RelistOptions<T>): Promise<RelistOutcome> {
  const { objects, clock, signal, touched } = options;
  const number = objects.store.beginList();
  const { suspects, resourceVersion } = await compare(options);
  if (suspects.size > 0) await clock.sleep(settleMs, signal);
  const missed = { added: 0, changed: 0, deleted: 0 };
  let isProven = true;
  for (const [key, raw] of suspects) {
    if (touched.has(key)) isProven = false;
    else missed[repair(objects, key, raw)] += 1;
  }
  if (isProven) objects.store.endList(number);
  return { missed, resourceVersion };
}

/** Objects whose version in the list is not the known one; undefined for those that the list does not have. */
async function compare<T>(
  options: RelistOptions<T>,
): Promise<{ suspects: Map<string, KubeObject | undefined>; resourceVersion: string }> {
  const { objects, pages } = options;
  const suspects = new Map<string, KubeObject | undefined>();
  const present = new Set<string>();
  let resourceVersion = '';
  for await (const page of pages) {
    if (page.restarted)
      [suspects, present].forEach((found) => {
        found.clear();
      });
    ({ resourceVersion } = page);
    for (const raw of page.items) {
      const key = formatKey(keyOf(raw));
      present.add(key);
      if (objects.knownVersion(key) !== raw.metadata.resourceVersion) suspects.set(key, raw);
    }
  }
  for (const key of [...objects.store.keys(), ...objects.undecodable.keys()]) {
    if (!present.has(key)) suspects.set(key, undefined);
  }
  return { suspects, resourceVersion };
}

function repair<T>(objects: WatchedObjects<T>, key: string, raw: KubeObject | undefined): keyof Difference {
  if (raw === undefined) {
    objects.removeKey(key);
    return 'deleted';
  }
  const change = objects.knownVersion(key) === undefined ? 'added' : 'changed';
  objects.upsert(raw);
  return change;
}
