/**
 * What the comparison of two route tables gives. Everything here is plain data that survives a structured clone, for
 * the comparison of a large table runs in a worker thread.
 *
 * `direct` is the table of a Skipper with its own Kubernetes data client, `routeServer` that of the Skipper fed by the
 * route server. Like must be compared with like: applied with applied, or compiled with compiled.
 */

/** In which way a route differs; the names that a config's `shadow.tolerate[].class` uses. */
export type DifferenceClass =
  'EndpointLag' | 'Missing' | 'Extra' | 'Filters' | 'Predicates' | 'Backend' | 'RejectedBySkipper';

/** A difference that a person has declared harmless. */
export interface Tolerance {
  /** An RE2 regular expression that a part of the route id must match; any route when unset. */
  readonly route?: string;
  /** Any class when unset. */
  readonly class?: DifferenceClass;
}

/** How many differences one entry of `shadow.tolerate` has made harmless; the first entry that fits counts. */
export interface ToleratedBy extends Tolerance {
  readonly count: number;
}

export interface ComparisonOptions {
  readonly tolerate: readonly Tolerance[];
  /** How many differing routes to describe; the counts are always complete. */
  readonly maxSamples: number;
  /** See `toleratesFrom`. */
  readonly onTolerance?: (index: number) => void;
}

/** What else is known about two tables that are compared as text. */
export interface TextComparisonOptions extends ComparisonOptions {
  /** The `X-Count` that came with each table: a transfer that was cut short has fewer routes. */
  readonly expectedRoutes?: Partial<PerTable<number>>;
  /** The direct table, read once more after the route server's: shows what changed in between. */
  readonly directAgain?: string;
  /** Of the Skipper fed by the route server. */
  readonly rejected?: RejectedRoutes;
}

/** What a Skipper was given and did not put to use, for an unknown filter, say. */
export interface RejectedRoutes {
  readonly count: number;
  /** Its own list of all of them as JSON, by which they are named. */
  readonly listing?: string;
}

/** How many routes differ, by kind of difference. `rejected` and `tolerated` routes are not counted as differing. */
export interface DifferenceCounts {
  /** Only in the route server's table. */
  readonly added: number;
  /** Only in the direct table. */
  readonly removed: number;
  readonly changed: number;
  /** Served by the route server, but put to use by no Skipper. */
  readonly rejected: number;
  readonly tolerated: number;
}

/** One differing route, described without the values of credentials. */
export interface DifferenceSample {
  readonly routeId: string;
  readonly kind: DifferenceClass;
  readonly difference: string;
}

/** One value per table. */
export interface PerTable<T> {
  readonly direct: T;
  readonly routeServer: T;
}

export interface Comparison {
  readonly counts: DifferenceCounts;
  readonly samples: readonly DifferenceSample[];
  /** Differences that are tolerated, at most as many as there are samples. */
  readonly tolerated: readonly DifferenceSample[];
  /** Those of the samples that are no difference: routes that Skipper rejected and no table has; unset without any. */
  readonly rejected?: readonly DifferenceSample[];
  /** By which entries, those that made most harmless first; unset when nothing is tolerated. */
  readonly toleratedBy?: readonly ToleratedBy[];
  /** Of the texts, whatever the order of their routes. */
  readonly digests: PerTable<string>;
  readonly routes: PerTable<number>;
  /** What differs, as opaque keys that are equal only for the same difference; empty when in sync. At most 1,000. */
  readonly differences: readonly string[];
}

/** Why two tables say nothing about each other. */
export type InconclusiveReason =
  | 'NoData'
  | 'Unreachable'
  | 'Incomplete'
  | 'Unparsable'
  | 'ChangedWhileReading'
  | 'AwaitingReread'
  /** The Skippers that were compared run by different flags, for these are being changed. */
  | 'RollingOut'
  /** The comparison took so long that it was given up, usually because of a tolerated pattern. */
  | 'TookTooLong';

export interface Inconclusive {
  readonly outcome: 'inconclusive';
  readonly reason: InconclusiveReason;
  readonly message: string;
}

/** What one look at the two tables gave. */
export type Evidence = { readonly outcome: 'compared'; readonly comparison: Comparison } | Inconclusive;

export type Verdict = 'InSync' | 'OutOfSync' | 'Inconclusive';

/** The verdict so far; what `settle` needs to judge the next evidence is in it. */
export interface Settlement {
  readonly verdict: Verdict;
  /** Epoch milliseconds at which the verdict became what it is. */
  readonly sinceMs: number;
  /** Set while the verdict is Inconclusive. */
  readonly inconclusive?: { readonly reason: InconclusiveReason; readonly message: string };
  /** The newest comparison, also when later evidence was inconclusive. */
  readonly comparison?: Comparison;
  /** For each difference that has not counted yet: in how many readings in a row it was seen. */
  readonly pending: Readonly<Record<string, number>>;
  /** Evidence judged, inconclusive included. */
  readonly checks: number;
}
