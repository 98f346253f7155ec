/**
 * Gets pairs of Skippers; reads no more of their tables than it must, and gives the evidence.
 *
 * - Each Skipper is asked by HEAD first. One that does not answer, or has no routes, costs nobody a table.
 * - A pair that was compared, and neither of whose tables was made anew since (`isSameTable`), is not read again: what
 *   was found is still so. Every `maxReuses`-th time it is read all the same.
 * - No table is read twice within the interval, by whomever. A round that would need to is put off as a whole.
 * - A fed table is read once in a round, whatever the number of direct ones it is compared with.
 */
import {
  inconclusive,
  withoutRoutes,
  type ComparisonOptions,
  type Evidence,
  type RejectedRoutes,
} from '../../shadow/index.ts';
import type { Comparator } from './comparator.ts';
import type { ReadTimes } from './read-times.ts';
import type { Pair, Peer } from './shadow-round.ts';
import {
  isSameTable,
  mostListed,
  TableUnreadable,
  type AppliedTable,
  type TableGlance,
  type TableReader,
} from './table-reader.ts';

export interface PairReaderParts {
  /** Shared with all that reads tables of the same Skippers. */
  readonly times: ReadTimes;
  readonly reader: TableReader;
  readonly comparator: Comparator;
  readonly signal: AbortSignal;
  /** Names the routes that the fed Skipper rejected instead of only counting them. */
  readonly namesRejected?: boolean;
}

/** One piece of evidence per pair; or after how many ms the round may be made. */
export type Round = { readonly evidence: readonly Evidence[] } | { readonly postponedMs: number };

interface Compared {
  readonly evidence: Evidence;
  readonly direct: TableGlance;
  readonly fed: TableGlance;
  reuses: number;
}
/** A pair whose tables have to be read, and what they say of them. */
interface ToRead {
  readonly pair: Pair;
  readonly direct: TableGlance;
  readonly fed: TableGlance;
}
/** The table of a fed Skipper, and what it did not take over into it. */
interface FedTable {
  readonly table: AppliedTable;
  readonly rejected: RejectedRoutes;
}
/** By host. */
type Glances = ReadonlyMap<string, TableGlance | TableUnreadable>;
type FedTables = Map<string, Promise<FedTable>>;

/** A look in so many is a full one even when nothing seems to have changed. */
const maxReuses = 20;

/** Reads pairs and remembers what it found. */
export class PairReader {
  readonly #parts: PairReaderParts;
  readonly #compared = new Map<string, Compared>();

  constructor(parts: PairReaderParts) {
    this.#parts = parts;
  }

  /** Whether the table of this Skipper may be read now. */
  mayRead(peer: Peer, intervalMs: number): boolean {
    return this.#parts.times.waitMs({ addresses: [peer], intervalMs, by: this }) === 0;
  }

  /**
   * One round. Rejects only for faults of our own.
   * @param intervalMs within which no table is read twice
   */
  async read(pairs: readonly Pair[], options: ComparisonOptions, intervalMs: number): Promise<Round> {
    const glances = await this.#glances(pairs);
    const steps = pairs.map((pair) => this.#step(pair, options, glances));
    const addresses = steps.flatMap((step) => ('pair' in step ? [step.pair.direct, step.pair.fed] : []));
    const demand = { addresses, intervalMs, by: this };
    const postponedMs = this.#parts.times.waitMs(demand);
    if (postponedMs > 0) {
      this.#parts.times.want(demand);
      return { postponedMs };
    }
    const fedTables: FedTables = new Map();
    const evidence: Evidence[] = [];
    // One after the other: two tables of 28 MB at a time are enough.
    for (const step of steps) evidence.push('pair' in step ? await this.#compare(step, options, fedTables) : step);
    this.#forgetAllBut(pairs, options);
    return { evidence };
  }

  async #glances(pairs: readonly Pair[]): Promise<Glances> {
    const { reader, signal } = this.#parts;
    const peers = new Map(pairs.flatMap(({ direct, fed }) => [direct, fed]).map((peer) => [peer.host, peer]));
    const asked = [...peers].map(async ([host, peer]) => {
      return [host, await readable(reader.glance(peer, signal))] as const;
    });
    return new Map(await Promise.all(asked));
  }

  /** The evidence about a pair, where no table has to be read for it. */
  #step(pair: Pair, options: ComparisonOptions, glances: Glances): Evidence | ToRead {
    const [direct, fed] = [glances.get(pair.direct.host), glances.get(pair.fed.host)];
    if (direct === undefined || direct instanceof TableUnreadable) return unreachable(direct);
    if (fed === undefined || fed instanceof TableUnreadable) return unreachable(fed);
    const before = this.#compared.get(keyOf(pair, options));
    const isKnown = before !== undefined && isSameTable(before.direct, direct) && isSameTable(before.fed, fed);
    if (isKnown && before.reuses < maxReuses) {
      before.reuses += 1;
      return before.evidence;
    }
    return withoutRoutes({ direct: direct.count, routeServer: fed.count }) ?? { pair, direct, fed };
  }

  async #compare(toRead: ToRead, options: ComparisonOptions, fedTables: FedTables): Promise<Evidence> {
    const both = await readable(
      Promise.all([this.#read(toRead.pair.direct, toRead.direct), this.#fed(toRead, fedTables)]),
    );
    if (both instanceof TableUnreadable) return unreachable(both);
    const [direct, { table: fed, rejected }] = both;
    const known = { ...options, expectedRoutes: { direct: direct.count, routeServer: fed.count }, rejected };
    // A copy, for what is compared is handed over and the fed table may be needed once more.
    const evidence = await this.#parts.comparator.compare(direct.eskip, fed.eskip.slice(), known);
    const key = keyOf(toRead.pair, options);
    this.#compared.delete(key);
    if (evidence.outcome === 'compared') {
      this.#compared.set(key, { evidence, direct: glanceOf(direct), fed: glanceOf(fed), reuses: 0 });
    }
    return evidence;
  }

  #read(peer: Peer, glance: TableGlance): Promise<AppliedTable> {
    this.#parts.times.note(peer, this);
    return this.#parts.reader.read(peer, glance, this.#parts.signal);
  }

  #fed({ pair, fed }: ToRead, fedTables: FedTables): Promise<FedTable> {
    const known = fedTables.get(pair.fed.host) ?? this.#readFed(pair.fed, fed);
    fedTables.set(pair.fed.host, known);
    return known;
  }

  async #readFed(peer: Peer, glance: TableGlance): Promise<FedTable> {
    const { reader, signal, namesRejected = false } = this.#parts;
    const table = await this.#read(peer, glance);
    const counted = { count: glance.rejected };
    if (!namesRejected || glance.rejected === 0 || glance.rejected > mostListed) return { table, rejected: counted };
    const listed = await readable(reader.listRejected(peer, signal));
    // The comparison does not need the names.
    return { table, rejected: listed instanceof TableUnreadable ? counted : listed };
  }

  // Pairs come back after a whole turn; beyond that many, those that were read longest ago are forgotten. Differences
  // take much more room than agreement: they are kept only until the next round, which confirms them.
  #forgetAllBut(pairs: readonly Pair[], options: ComparisonOptions): void {
    const current = new Set(pairs.map((pair) => keyOf(pair, options)));
    const capacity = 1_000 + pairs.length;
    for (const [key, { evidence }] of this.#compared) {
      const agrees = evidence.outcome === 'compared' && evidence.comparison.differences.length === 0;
      if (!current.has(key) && (!agrees || this.#compared.size > capacity)) this.#compared.delete(key);
    }
  }
}

/** What a person tolerates belongs to it: agreement under other tolerances is another one. */
function keyOf({ direct, fed }: Pair, { tolerate }: ComparisonOptions): string {
  return JSON.stringify([direct.pod, direct.host, fed.pod, fed.host, tolerate]);
}

/** Without the bytes, which would be kept. */
function glanceOf({ count, rejected, madeAtSeconds, toldAtSeconds }: AppliedTable): TableGlance {
  return { count, rejected, madeAtSeconds, toldAtSeconds };
}

async function readable<T>(reading: Promise<T>): Promise<T | TableUnreadable> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof TableUnreadable) return error;
    throw error;
  }
}

const unreachable = (error: TableUnreadable | undefined): Evidence =>
  inconclusive('Unreachable', error?.message ?? 'a Skipper was not asked');
