/**
 * Gets what moved Skippers of one zone say about their tables, look by look; gives which of them do not show the route
 * server's table. Pure.
 *
 * A Skipper makes its table anew for every change and says when it did. So without reading a table it can be told that
 *
 * - one is *behind*: the route server serves another version than at the last look, and it has not made its table anew;
 * - one is *odd*: it knows of another number of routes than the others, as after a transfer that was cut short.
 *
 * Both are suspicions, for versions reach Skippers one after the other. One that lasts for the freshness budget is
 * settled by comparing whole tables (`noteComparison`), in which a difference counts when it is seen twice.
 */
import { settle, type Evidence, type Settlement } from '../../shadow/index.ts';
import type { TableGlance } from '../shadow/table-reader.ts';

/** What is known about one Skipper. Times are epoch ms. */
export interface SkipperRecord {
  /** Tells its tables apart; `undefined` before its first answer. */
  readonly token: string | undefined;
  readonly routes: number;
  readonly silentSinceMs?: number | undefined;
  readonly behindSinceMs?: number | undefined;
  readonly oddSinceMs?: number | undefined;
  /** The token of the table that was last seen to be the right one. */
  readonly provenToken?: string | undefined;
  /** Of comparisons with other moved Skippers. */
  readonly settlement?: Settlement | undefined;
}
/** By pod. */
export type Records = ReadonlyMap<string, SkipperRecord>;

export interface Book {
  /** ETags that the replicas of the route server served at the last look; more than one while they publish. */
  readonly versions: readonly string[];
  readonly records: Records;
}
export const emptyBook: Book = { versions: [], records: new Map() };

/** One look at all moved Skippers of a zone. */
export interface Look {
  readonly nowMs: number;
  /** ETags before and after the Skippers were asked; empty when the route server did not answer. */
  readonly versionsBefore: readonly string[];
  readonly versionsAfter: readonly string[];
  /** Routes that the route server serves. */
  readonly compiled: number | undefined;
  /** `undefined` for one that did not answer. */
  readonly glances: ReadonlyMap<string, TableGlance | undefined>;
}

/** The book after a look; Skippers that were not asked are forgotten. */
export function noteLook(book: Book, look: Look): Book {
  const seen = [...look.versionsBefore, ...look.versionsAfter];
  const isNewVersion = book.versions.length > 0 && seen.some((version) => !book.versions.includes(version));
  const rightTotal = rightTotalOf(look);
  const records = new Map<string, SkipperRecord>();
  for (const [pod, glance] of look.glances) {
    const before = book.records.get(pod) ?? { token: undefined, routes: 0 };
    const isOdd = rightTotal === undefined || glance === undefined ? undefined : totalOf(glance) !== rightTotal;
    const after =
      glance === undefined
        ? { ...before, silentSinceMs: before.silentSinceMs ?? look.nowMs }
        : answered(before, glance, { nowMs: look.nowMs, isNewVersion, isOdd });
    records.set(pod, after);
  }
  return { versions: look.versionsAfter.length > 0 ? look.versionsAfter : book.versions, records };
}

interface Circumstances {
  readonly nowMs: number;
  readonly isNewVersion: boolean;
  /** `undefined` when it cannot be told. */
  readonly isOdd: boolean | undefined;
}

function answered(
  before: SkipperRecord,
  glance: TableGlance,
  { nowMs, isNewVersion, isOdd }: Circumstances,
): SkipperRecord {
  const token = tokenOf(glance);
  const isSameTable = before.token === token;
  const staysBehind = isSameTable ? (before.behindSinceMs ?? (isNewVersion ? nowMs : undefined)) : undefined;
  const staysOdd = isOdd === false ? undefined : (before.oddSinceMs ?? (isOdd === true ? nowMs : undefined));
  const { provenToken, settlement } = before;
  const routes = totalOf(glance);
  return { token, routes, provenToken, settlement, behindSinceMs: staysBehind, oddSinceMs: staysOdd };
}

/** Whose whole tables were compared: that of `pod`, as the direct one, with that of another moved Skipper. */
export interface ComparedPods {
  readonly pod: string;
  readonly partner: string;
}

/** The book after whole tables were compared. Agreement speaks for both, a difference against `pod` alone. */
export function noteComparison(book: Book, { pod, partner }: ComparedPods, evidence: Evidence, nowMs: number): Book {
  const before = book.records.get(pod);
  if (before === undefined) return book;
  const settlement = settle(before.settlement, evidence, nowMs);
  if (settlement.verdict !== 'InSync' || settlement.comparison?.differences.length !== 0) {
    return { ...book, records: new Map([...book.records, [pod, { ...before, settlement }]]) };
  }
  const proven = { provenToken: before.token, behindSinceMs: undefined, oddSinceMs: undefined };
  const records = new Map([...book.records, [pod, { ...before, settlement, ...proven }]]);
  const other = book.records.get(partner);
  if (other !== undefined) records.set(partner, { ...other, provenToken: other.token });
  return { ...book, records };
}

/** Since when there is reason to think that a Skipper does not show the right table; `undefined` when there is none. */
export function suspectSince({ behindSinceMs, oddSinceMs, settlement }: SkipperRecord): number | undefined {
  const differs = settlement !== undefined && (settlement.comparison?.differences.length ?? 0) > 0;
  const since = [behindSinceMs, oddSinceMs, differs ? settlement.sinceMs : undefined].filter((ms) => ms !== undefined);
  return since.length === 0 ? undefined : Math.min(...since);
}

/** Applied and rejected routes together: all that a Skipper was given, and which are rejected is the same for all. */
const totalOf = ({ count, rejected }: TableGlance): number => count + rejected;

function tokenOf({ count, rejected, madeAtSeconds }: TableGlance): string {
  return `${madeAtSeconds ?? ''}/${count}/${rejected}`;
}

/** How many routes most of them know of; without a majority the number that is nearest to what the route server has. */
function rightTotalOf({ glances, compiled }: Look): number | undefined {
  const totals = [...glances.values()].flatMap((glance) => (glance === undefined ? [] : [totalOf(glance)]));
  const votes = new Map<number, number>();
  for (const total of totals) votes.set(total, (votes.get(total) ?? 0) + 1);
  const majority = [...votes].find(([, count]) => count * 2 > totals.length && totals.length > 1);
  if (majority !== undefined) return majority[0];
  if (compiled === undefined || totals.length < 2) return undefined;
  const distance = (total: number): number => Math.abs(total - compiled);
  return totals.reduce((nearest, total) => (distance(total) < distance(nearest) ? total : nearest));
}
