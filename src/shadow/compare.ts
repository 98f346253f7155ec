/**
 * Gets two tables. Gives what differs between them: counts, a few samples, and keys by which the next comparison knows
 * the same differences again.
 */
import type { Route } from '../eskip/index.ts';
import { differenceBetween } from './difference.ts';
import type { RouteDifference } from './difference.ts';
import { digestOf, digestOfText, routeOnLine, tableOfRoutes } from './table.ts';
import type { Table } from './table.ts';
import { countByEntry, toleratesFrom } from './tolerate.ts';
import type { Comparison, ComparisonOptions, DifferenceCounts, DifferenceSample } from './types.ts';

/** The tables of one comparison; only `direct` and `routeServer` have to be there. */
export interface Tables {
  readonly direct: Table;
  readonly routeServer: Table;
  /** See `TextComparisonOptions`. */
  readonly directAgain?: Table;
  readonly rejected?: Rejected;
}

/** See `RejectedRoutes`. */
export interface Rejected {
  readonly count: number;
  /** Why, by route id, in the order of the ids; unset when only their number is known. */
  readonly reasons?: ReadonlyMap<string, string>;
}

/** A comparison, and whether all that differs was on the move while the tables were read. */
export interface TableComparison {
  readonly comparison: Comparison;
  readonly sourceChanged: boolean;
}

/** A line that differs from its counterpart and yet is not exactly one route: the layout is not one route per line. */
export class NotOneRoutePerLine extends Error {
  constructor() {
    super('a line of the table is not exactly one route');
    this.name = 'NotOneRoutePerLine';
  }
}

interface Found {
  readonly routeId: string;
  readonly group: 'added' | 'removed' | 'changed' | 'rejected';
  readonly difference: RouteDifference;
  /** What makes this the same difference when it is seen again. */
  readonly identity: string;
}

const MAX_KEYS = 1000;

/** Compares routes that are already parsed. */
export function compareTables(
  direct: readonly Route[],
  routeServer: readonly Route[],
  options: ComparisonOptions,
): Comparison {
  const tables = { direct: tableOfRoutes(direct), routeServer: tableOfRoutes(routeServer) };
  return compareLines(tables, options).comparison;
}

/**
 * Compares tables line by line and parses only what differs.
 * @throws NotOneRoutePerLine when that cannot work; parse the text as a whole then.
 */
export function compareLines(tables: Tables, options: ComparisonOptions): TableComparison {
  const { direct, routeServer } = tables;
  const found = [...differing(tables), ...rejectedByAll(tables)];
  const tolerates = toleratesFrom(options.tolerate, options.onTolerance);
  const entryOf = new Map(found.map((one) => [one, tolerates(one.routeId, one.difference.kind)]));
  const tolerated = new Set(found.filter((one) => entryOf.get(one) !== undefined));
  const entries = [...entryOf.values()].filter((index) => index !== undefined);
  const counted = found.filter((one) => !tolerated.has(one));
  const differences = counted.filter(({ group }) => group !== 'rejected');
  const sampled = counted.slice(0, options.maxSamples);
  const rejected = sampled.filter(({ group }) => group === 'rejected');
  const digests = { direct: digestOf(direct), routeServer: digestOf(routeServer) };
  return {
    comparison: {
      counts: { ...countsOf(counted, tolerated.size), ...unnamed(tables) },
      samples: sampled.map(sampleOf),
      ...(rejected.length > 0 ? { rejected: rejected.map(sampleOf) } : {}),
      tolerated: [...tolerated].slice(0, options.maxSamples).map(sampleOf),
      ...(entries.length > 0 ? { toleratedBy: countByEntry(options.tolerate, entries) } : {}),
      digests,
      routes: { direct: direct.size, routeServer: routeServer.size },
      differences: keysOf(differences),
    },
    sourceChanged: tables.directAgain !== undefined && digestOf(tables.directAgain) !== digests.direct,
  };
}

function differing(tables: Tables): Found[] {
  const { direct, routeServer, directAgain } = tables;
  const found: Found[] = [];
  for (const [routeId, line] of direct) {
    const other = routeServer.get(routeId);
    if (other === line || isSettledBy(directAgain, routeId, other)) continue;
    const one = other === undefined ? missing(routeId, tables) : changed(routeId, line, other);
    if (one !== undefined) found.push(one);
  }
  for (const [routeId, line] of routeServer) {
    if (direct.has(routeId) || directAgain?.get(routeId) === line) continue;
    found.push(foundAs('added', routeId, { kind: 'Extra', text: "only in the route server's table" }));
  }
  return found;
}

// The direct Skipper has caught up with what the route server had served already, or the route went away in both.
function isSettledBy(directAgain: Table | undefined, routeId: string, other: string | undefined): boolean {
  return directAgain !== undefined && directAgain.get(routeId) === other;
}

function missing(routeId: string, { rejected }: Tables): Found {
  const reason = rejected?.reasons?.get(routeId);
  const difference: RouteDifference =
    reason === undefined
      ? { kind: 'Missing', text: "not in the route server's table" }
      : { kind: 'RejectedBySkipper', text: `used by the direct Skipper, rejected by the fed one: ${reason}` };
  return foundAs('removed', routeId, difference);
}

function changed(routeId: string, line: string, other: string): Found | undefined {
  const [a, b] = [routeOnLine(line), routeOnLine(other)];
  if (a === undefined || b === undefined) throw new NotOneRoutePerLine();
  const difference = differenceBetween(a, b);
  if (difference === undefined) return undefined;
  const found = foundAs('changed', routeId, difference);
  // Endpoints that go on changing lag anew each time; any other difference stays itself while endpoints change.
  return difference.kind === 'EndpointLag' ? { ...found, identity: `${line}\n${other}` } : found;
}

// A route with an unknown filter or predicate: no Skipper takes it, whoever compiled it.
function rejectedByAll({ direct, routeServer, rejected }: Tables): Found[] {
  // A Skipper that cannot list what it rejected gives the table instead.
  const entries = [...(rejected?.reasons ?? [])].filter(([id]) => !direct.has(id) && !routeServer.has(id));
  return entries.map(([routeId, text]) => foundAs('rejected', routeId, { kind: 'RejectedBySkipper', text }));
}

function unnamed({ rejected }: Tables): Partial<DifferenceCounts> {
  return rejected === undefined || rejected.reasons !== undefined ? {} : { rejected: rejected.count };
}

function foundAs(group: Found['group'], routeId: string, difference: RouteDifference): Found {
  return { routeId, group, difference, identity: [group, routeId, difference.kind, difference.text].join('\n') };
}

function countsOf(counted: readonly Found[], tolerated: number): DifferenceCounts {
  const counts = { added: 0, removed: 0, changed: 0, rejected: 0, tolerated };
  for (const { group } of counted) counts[group]++;
  return counts;
}

function sampleOf({ routeId, difference }: Found): DifferenceSample {
  return { routeId, kind: difference.kind, difference: difference.text };
}

// The smallest keys of a set are the same whenever the set is: two long lists of differences can still be compared.
function keysOf(differences: readonly Found[]): readonly string[] {
  return differences
    .map(({ identity }) => digestOfText(identity))
    .sort()
    .slice(0, MAX_KEYS);
}
