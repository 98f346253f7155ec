/** Gets what is known about moved Skippers; gives whom to look at more closely, and who is not converged. Pure. */
import { agreeing, counted } from '../../api/index.ts';
import type { LaggingSkipper } from '../../rollout/index.ts';
import { suspectSince, type Book, type SkipperRecord } from './book.ts';

/** A moved Skipper that is behind for longer than the freshness budget. */
export interface Laggard extends LaggingSkipper {
  /** It does not even answer: nothing is known about its table, so nothing is done about it. */
  readonly isSilent: boolean;
}

export interface Patience {
  readonly nowMs: number;
  readonly budgetMs: number;
}

/** So many suspects are a fault of the route server or the network; whole tables would only tell the same many times. */
const mostComparedSuspects = 5;

/**
 * Pods whose whole tables are to be compared next, the most urgent first: suspects for longer than the budget or once
 * seen to differ, then those whose present table was never seen to be the right one.
 */
export function toCompare({ records }: Book, { nowMs, budgetMs }: Patience): readonly string[] {
  const answering = [...records].filter(([, { silentSinceMs }]) => silentSinceMs === undefined);
  const suspects = answering
    .map(([pod, record]) => ({ pod, sinceMs: suspectSince(record), record }))
    .filter(({ sinceMs, record }) => sinceMs !== undefined && (sinceMs + budgetMs <= nowMs || hasDiffered(record)))
    .toSorted((one, other) => (one.sinceMs ?? 0) - (other.sinceMs ?? 0));
  if (suspects.length > mostComparedSuspects) return [];
  const unproven = answering.filter(
    ([, record]) => suspectSince(record) === undefined && record.token !== record.provenToken,
  );
  return [...suspects.map(({ pod }) => pod), ...unproven.map(([pod]) => pod)];
}

/** Pods that a suspect may be compared with: they answer and nothing speaks against them. */
export function trusted({ records }: Book): readonly string[] {
  return [...records]
    .filter(([, record]) => record.silentSinceMs === undefined && suspectSince(record) === undefined)
    .map(([pod]) => pod);
}

/** Who is not converged, the longest first. `pods` are the moved Skippers; the book may know sentinels as well. */
export function laggards(book: Book, pods: ReadonlySet<string>, patience: Patience): readonly Laggard[] {
  const isComparable = trusted(book).length > 0 && toCompare(book, patience).length > 0;
  return [...book.records]
    .filter(([pod]) => pods.has(pod))
    .flatMap(([pod, record]) => laggardOf(pod, record, { ...patience, isComparable }))
    .toSorted((one, other) => one.sinceMs - other.sinceMs);
}

interface Evidence extends Patience {
  /** False when there is nobody to compare with, or there are too many to compare: what was seen has to do. */
  readonly isComparable: boolean;
}

function laggardOf(pod: string, record: SkipperRecord, { nowMs, budgetMs, isComparable }: Evidence): Laggard[] {
  const isOver = (sinceMs: number | undefined): sinceMs is number =>
    sinceMs !== undefined && sinceMs + budgetMs <= nowMs;
  const { silentSinceMs, settlement } = record;
  if (isOver(silentSinceMs)) {
    return [{ pod, sinceMs: silentSinceMs, isSilent: true, why: 'does not answer on its support port' }];
  }
  const sinceMs = suspectSince(record);
  if (!isOver(sinceMs)) return [];
  if (settlement?.verdict === 'OutOfSync') return [{ pod, sinceMs, isSilent: false, why: differenceOf(record) }];
  return isComparable ? [] : [{ pod, sinceMs, isSilent: false, why: suspicionOf(record) }];
}

function hasDiffered({ settlement }: SkipperRecord): boolean {
  return (settlement?.comparison?.differences.length ?? 0) > 0;
}

function differenceOf({ settlement }: SkipperRecord): string {
  const comparison = settlement?.comparison;
  if (comparison === undefined) return 'shows another table than the other moved Skippers';
  const { added, removed, changed } = comparison.counts;
  const [first] = comparison.samples;
  const sample = first === undefined ? '' : `; first: ${first.routeId}`;
  const gone = `${removed} that ${agreeing(removed, 'is', 'are')} gone`;
  const other = `${changed} that ${agreeing(changed, 'has', 'have')} changed`;
  return `lacks ${counted(added, 'route')}, has ${gone} and ${other}${sample}`;
}

function suspicionOf({ oddSinceMs, routes }: SkipperRecord): string {
  return oddSinceMs === undefined
    ? "has not taken over the route server's newest table"
    : `knows of ${counted(routes, 'route')}, unlike the others`;
}
