/**
 * Gets where Skippers are; makes one round of comparisons: chooses whom to read, reads no more than it must, and gives
 * the evidence.
 *
 * - Only Skippers of the same zone are compared: their tables are narrowed to their zone's endpoints.
 * - A fed table is read once in a round, whatever the number of direct ones it is compared with.
 * - A pair whose tables agreed, and neither of which was made anew since, is not read again (`isSameTable`), except for
 *   every `maxReuses`-th time.
 */
import { inconclusive, type ComparisonOptions, type Evidence, type RejectedRoutes } from '../../shadow/index.ts';
import type { Comparator } from './comparator.ts';
import {
  isSameTable,
  mostListed,
  TableUnreadable,
  type AppliedTable,
  type SupportAddress,
  type TableGlance,
  type TableReader,
} from './table-reader.ts';

/** A Skipper that may be read. */
export interface Peer extends SupportAddress {
  /** The zone to which its table is narrowed; `''` for the whole table. */
  readonly zone: string;
}
export interface Pair {
  readonly direct: Peer;
  readonly fed: Peer;
}
export interface Peers {
  readonly direct: readonly Peer[];
  readonly fed: readonly Peer[];
}

interface Agreement {
  readonly evidence: Evidence;
  readonly direct: TableGlance;
  readonly fed: TableGlance;
  reuses: number;
}
interface RoundParts {
  readonly reader: TableReader;
  readonly comparator: Comparator;
  readonly signal: AbortSignal;
  /** Names the routes that the fed Skipper rejected instead of only counting them. */
  readonly namesRejected?: boolean;
}
/** The table of a fed Skipper, and what it did not take over into it. */
interface FedTable {
  readonly table: AppliedTable;
  readonly rejected: RejectedRoutes;
}
type ReadFed = (fed: Peer) => Promise<FedTable>;

/** A look in so many is a full one even when nothing seems to have changed. */
const maxReuses = 20;

/** Goes round the Skippers, so that in time each of them is read. */
export class Turns {
  #direct = 0;
  #fed = 0;

  /** The pairs of the next round; fewer than `samples` when there are no more. */
  next({ direct, fed }: Peers, samples: number): readonly Pair[] {
    const comparable = direct.filter(({ zone }) => fed.some((one) => one.zone === zone));
    const count = Math.min(samples, comparable.length);
    const from = this.#direct % Math.max(comparable.length, 1);
    this.#direct = from + count;
    const chosen = [...comparable, ...comparable].slice(from, from + count);
    const partners = new Map<string, Peer>();
    const turn = this.#fed++;
    return chosen.flatMap((one) => {
      const inZone = fed.filter(({ zone }) => zone === one.zone);
      const partner = partners.get(one.zone) ?? inZone[turn % inZone.length];
      if (partner === undefined) return [];
      partners.set(one.zone, partner);
      return [{ direct: one, fed: partner }];
    });
  }
}

/** Reads pairs and remembers what agreed. */
export class PairReader {
  readonly #parts: RoundParts;
  readonly #agreed = new Map<string, Agreement>();

  constructor(parts: RoundParts) {
    this.#parts = parts;
  }

  /** One round. Rejects only for faults of our own. */
  async read(pairs: readonly Pair[], options: ComparisonOptions): Promise<readonly Evidence[]> {
    const fedTables = new Map<string, Promise<FedTable>>();
    const readFed = (fed: Peer): Promise<FedTable> => {
      const known = fedTables.get(fed.host) ?? this.#readFed(fed);
      fedTables.set(fed.host, known);
      return known;
    };
    const evidence: Evidence[] = [];
    // One after the other: two tables of 28 MB at a time are enough.
    for (const pair of pairs) evidence.push(await this.#readPair(pair, options, readFed));
    this.#forgetAllBut(pairs);
    return evidence;
  }

  async #readPair(pair: Pair, options: ComparisonOptions, readFed: ReadFed) {
    try {
      return (await this.#stillAgreed(pair, options)) ?? (await this.#compare(pair, options, readFed));
    } catch (error) {
      if (!(error instanceof TableUnreadable)) throw error;
      return inconclusive('Unreachable', error.message);
    }
  }

  async #readFed(fed: Peer): Promise<FedTable> {
    const { reader, signal, namesRejected = false } = this.#parts;
    const table = await reader.read(fed, signal);
    const counted = { table, rejected: { count: table.rejected } };
    if (!namesRejected || table.rejected === 0 || table.rejected > mostListed) return counted;
    try {
      return { table, rejected: await reader.listRejected(fed, signal) };
    } catch (error) {
      // The comparison does not need the names.
      if (error instanceof TableUnreadable) return counted;
      throw error;
    }
  }

  async #stillAgreed(pair: Pair, options: ComparisonOptions): Promise<Evidence | undefined> {
    const before = this.#agreed.get(keyOf(pair, options));
    if (before === undefined || before.reuses >= maxReuses) return undefined;
    const { reader, signal } = this.#parts;
    const [direct, fed] = await Promise.all([reader.glance(pair.direct, signal), reader.glance(pair.fed, signal)]);
    if (!isSameTable(before.direct, direct) || !isSameTable(before.fed, fed)) return undefined;
    before.reuses += 1;
    return before.evidence;
  }

  async #compare(pair: Pair, options: ComparisonOptions, readFed: ReadFed) {
    const { reader, comparator, signal } = this.#parts;
    const [direct, { table: fed, rejected }] = await Promise.all([reader.read(pair.direct, signal), readFed(pair.fed)]);
    const known = { ...options, expectedRoutes: { direct: direct.count, routeServer: fed.count }, rejected };
    // A copy, for what is compared is handed over and the fed table may be needed once more.
    const evidence = await comparator.compare(direct.eskip, fed.eskip.slice(), known);
    const agrees = evidence.outcome === 'compared' && evidence.comparison.differences.length === 0;
    if (agrees) {
      const glances = { direct: glanceOf(direct), fed: glanceOf(fed) };
      this.#agreed.set(keyOf(pair, options), { evidence, ...glances, reuses: 0 });
    } else this.#agreed.delete(keyOf(pair, options));
    return evidence;
  }

  // Pairs come back after a whole turn; beyond that many, those that were read longest ago are forgotten.
  #forgetAllBut(pairs: readonly Pair[]): void {
    const capacity = 1_000 + pairs.length;
    for (const key of [...this.#agreed.keys()].slice(0, Math.max(0, this.#agreed.size - capacity))) {
      this.#agreed.delete(key);
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
