/**
 * Gets the texts of two tables, as Skipper's support listener and the route server print them. Gives evidence: what
 * differs, or why the two say nothing about each other. Made for a worker: only strings go in, plain data comes out.
 */
import { NotOneRoutePerLine, compareLines } from './compare.ts';
import type { Rejected, Tables } from './compare.ts';
import { rejectedIn } from './rejected.ts';
import { tableOfLines, tableOfText } from './table.ts';
import type { Table } from './table.ts';
import type {
  Evidence,
  Inconclusive,
  InconclusiveReason,
  PerTable,
  RejectedRoutes,
  TextComparisonOptions,
} from './types.ts';

type Read = (text: string) => Table | undefined;

/** Evidence for when no two tables could be read at all, for `settle`. */
export function inconclusive(reason: InconclusiveReason, message: string): Inconclusive {
  return { outcome: 'inconclusive', reason, message };
}

/** Compares two tables. Never throws on their content: see `InconclusiveReason`. */
export function compareTexts(direct: string, routeServer: string, options: TextComparisonOptions): Evidence {
  const texts = { direct, routeServer };
  try {
    // Texts in another layout than Skipper prints are still eskip.
    return compareWith((text) => tableOfLines(text) ?? tableOfText(text), texts, options);
  } catch (error) {
    if (!(error instanceof NotOneRoutePerLine)) throw error;
    return compareWith(tableOfText, texts, options);
  }
}

function compareWith(read: Read, texts: PerTable<string>, options: TextComparisonOptions): Evidence {
  const tables = readTables(read, texts, options);
  if ('outcome' in tables) return tables;
  const doubt = doubtAbout(tables, options.expectedRoutes ?? {});
  if (doubt !== undefined) return doubt;
  const { comparison, sourceChanged } = compareLines(tables, options);
  // Tables that agree although the source moved do agree; a difference may just be the move.
  if (sourceChanged && comparison.differences.length > 0) {
    return inconclusive('ChangedWhileReading', "the direct table changed while the route server's was read");
  }
  return { outcome: 'compared', comparison };
}

function readTables(read: Read, texts: PerTable<string>, options: TextComparisonOptions): Tables | Inconclusive {
  const direct = read(texts.direct);
  if (direct === undefined) return unparsable('direct');
  // The same text need not be read twice; usually nothing has changed.
  const routeServer = texts.routeServer === texts.direct ? direct : read(texts.routeServer);
  if (routeServer === undefined) return unparsable("route server's");
  const directAgain = options.directAgain === texts.direct ? direct : readOptional(read, options.directAgain);
  return {
    direct,
    routeServer,
    ...(directAgain === undefined ? {} : { directAgain }),
    ...(options.rejected === undefined ? {} : { rejected: rejectedOf(options.rejected) }),
  };
}

const readOptional = (read: Read, text: string | undefined): Table | undefined =>
  text === undefined ? undefined : read(text);

// A list that is not whole would name others each time.
function rejectedOf({ count, listing = '' }: RejectedRoutes): Rejected {
  const reasons = rejectedIn(listing);
  return reasons?.size === count ? { count, reasons } : { count };
}

function unparsable(table: string): Inconclusive {
  return inconclusive('Unparsable', `the ${table} table is not valid eskip, as after a transfer that was cut short`);
}

function doubtAbout({ direct, routeServer }: Tables, expected: Partial<PerTable<number>>): Inconclusive | undefined {
  return (
    withoutRoutes({ direct: direct.size, routeServer: routeServer.size }) ??
    incomplete('direct', direct.size, expected.direct) ??
    incomplete("route server's", routeServer.size, expected.routeServer)
  );
}

/** Tables with so many routes say nothing about each other when one of them has none. */
export function withoutRoutes({ direct, routeServer }: PerTable<number>): Inconclusive | undefined {
  if (direct === 0) return inconclusive('NoData', 'the direct table has no routes');
  return routeServer === 0 ? inconclusive('NoData', "the route server's table has no routes") : undefined;
}

function incomplete(table: string, read: number, expected = read): Inconclusive | undefined {
  return read === expected
    ? undefined
    : inconclusive(
        'Incomplete',
        `the ${table} table is incomplete: its number of routes is said to be ${expected} and ${read} came`,
      );
}
