/**
 * Gets, for one config, where its direct and its fed Skippers are; keeps a settled verdict about their tables.
 *
 * Applied is compared with applied: a table read from a Skipper with its own data client, with one read from a Skipper
 * that the route server feeds. A difference counts when a second reading, soon after, shows it again.
 */
import type { Clock, Timer } from '../../runtime/index.ts';
import { awaitsReread, settle, type ComparisonOptions, type Evidence, type Settlement } from '../../shadow/index.ts';
import type { Comparator } from './comparator.ts';
import { TableUnreadable, type SupportAddress, type TableReader } from './table-reader.ts';

/** What is compared, and how often. */
export interface ShadowPlan {
  /** Skippers with their own data client that are ready. */
  readonly direct: readonly SupportAddress[];
  /** Skippers fed by the route server that are ready. */
  readonly fed: readonly SupportAddress[];
  readonly intervalMs: number;
  /** How many direct Skippers are read in one round; each round goes on with the next ones. */
  readonly samples: number;
  readonly options: ComparisonOptions;
}

export interface ShadowWatchParts {
  readonly clock: Clock;
  readonly reader: TableReader;
  readonly comparator: Comparator;
  /** Told when the verdict or its evidence changed. */
  readonly onChange: () => void;
}

/** A second reading waits until a change on its way has reached both: Skippers poll every 3 s. */
const rereadAfterMs = 7_000;

export class ShadowWatch {
  readonly #parts: ShadowWatchParts;
  readonly #stopped = new AbortController();
  #plan: ShadowPlan | undefined;
  /** Set between two looks. */
  #timer: Timer | undefined;
  #waitMs = 0;
  /** Where the next round goes on. */
  #next = { direct: 0, fed: 0 };
  #settlement: Settlement | undefined;
  #isFresh = false;

  /** @param before the verdict that status remembers: its time goes on counting when the first reading confirms it */
  constructor(parts: ShadowWatchParts, before: Settlement | undefined) {
    this.#parts = parts;
    this.#settlement = before;
  }

  /** The verdict, once this process has looked itself; what another process saw is no evidence for a decision. */
  get settlement(): Settlement | undefined {
    return this.#isFresh ? this.#settlement : undefined;
  }

  /** Follows `plan` from now on. The first reading begins at once. */
  follow(plan: ShadowPlan): void {
    const begins = this.#plan === undefined;
    this.#plan = plan;
    if (begins || this.#waitsTooLongFor(plan)) this.#lookNow();
  }

  /** A person who asks for a shorter interval does not want to wait for the end of the longer one. */
  #waitsTooLongFor({ intervalMs }: ShadowPlan): boolean {
    return this.#timer !== undefined && intervalMs < this.#waitMs;
  }

  #lookNow(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    void this.#loop();
  }

  stop(): void {
    this.#stopped.abort();
    this.#timer?.cancel();
  }

  async #loop(): Promise<void> {
    const plan = this.#plan;
    if (plan === undefined || this.#stopped.signal.aborted) return;
    const before = this.#settlement;
    const evidence = worstOf(await this.#readRound(plan));
    if (this.#hasStopped()) return;
    this.#settlement = settle(this.#settlement, evidence, this.#parts.clock.now());
    this.#isFresh = true;
    this.#waitMs = this.#wantsAnotherLook() ? Math.min(rereadAfterMs, plan.intervalMs) : plan.intervalMs;
    this.#timer = this.#parts.clock.schedule(this.#waitMs, () => {
      this.#lookNow();
    });
    if (differs(before, this.#settlement)) this.#parts.onChange();
  }

  /** While there is no evidence, or a difference waits to be confirmed, the next look comes soon. */
  #wantsAnotherLook(): boolean {
    if (this.#settlement === undefined) return true;
    return this.#settlement.verdict === 'Inconclusive' || awaitsReread(this.#settlement);
  }

  // Asked through a method, for TypeScript believes that what was false before an await is false after it.
  #hasStopped(): boolean {
    return this.#stopped.signal.aborted;
  }

  async #readRound(plan: ShadowPlan): Promise<readonly [Evidence, ...Evidence[]]> {
    const [fed] = this.#nextOf(plan, 'fed', 1);
    const [first, ...others] = this.#nextOf(plan, 'direct', plan.samples);
    if (first === undefined) return [nobody('no ready Skipper reads from Kubernetes itself')];
    if (fed === undefined) return [nobody('no ready Skipper reads from the route server')];
    const evidence: [Evidence, ...Evidence[]] = [await this.#readPair(first, fed, plan.options)];
    // One after the other: two tables of 28 MB at a time are enough.
    for (const direct of others) evidence.push(await this.#readPair(direct, fed, plan.options));
    return evidence;
  }

  /** Goes round the Skippers, so that in time each of them is read. */
  #nextOf(plan: ShadowPlan, source: 'direct' | 'fed', samples: number): readonly SupportAddress[] {
    const all = plan[source];
    const count = Math.min(samples, all.length);
    const from = this.#next[source] % Math.max(all.length, 1);
    this.#next[source] = from + count;
    return [...all, ...all].slice(from, from + count);
  }

  async #readPair(direct: SupportAddress, fed: SupportAddress, options: ComparisonOptions): Promise<Evidence> {
    const { reader, comparator } = this.#parts;
    try {
      const [one, other] = await Promise.all([
        reader.read(direct, this.#stopped.signal),
        reader.read(fed, this.#stopped.signal),
      ]);
      const expectedRoutes = { direct: one.count, routeServer: other.count };
      const evidence = await comparator.compare(one.eskip, other.eskip, { ...options, expectedRoutes });
      return withRejected(evidence, other.rejected);
    } catch (error) {
      if (!(error instanceof TableUnreadable)) throw error;
      return { outcome: 'inconclusive', reason: 'Unreachable', message: error.message };
    }
  }
}

/**
 * The one piece of evidence that a round comes to. Readings of one round are no re-readings of each other: they happen
 * at the same moment and may all have missed the same change.
 */
function worstOf(round: readonly [Evidence, ...Evidence[]]): Evidence {
  return round.reduce((worst, evidence) => (gravity(evidence) > gravity(worst) ? evidence : worst));
}

/** Differences weigh by their number; no evidence weighs more than agreement and less than any difference. */
function gravity(evidence: Evidence): number {
  return evidence.outcome === 'inconclusive' ? 0.5 : evidence.comparison.differences.length;
}

/** Only a Skipper knows what it rejects, and it says how many without sending the table once more. */
function withRejected(evidence: Evidence, rejected: number): Evidence {
  if (evidence.outcome === 'inconclusive') return evidence;
  const { comparison } = evidence;
  return { outcome: 'compared', comparison: { ...comparison, counts: { ...comparison.counts, rejected } } };
}

function nobody(message: string): Evidence {
  return { outcome: 'inconclusive', reason: 'NoData', message };
}

/** Counting checks is no change: it would write the status in every interval. */
function differs(before: Settlement | undefined, after: Settlement | undefined): boolean {
  const shown = (settlement: Settlement | undefined): string =>
    JSON.stringify(settlement === undefined ? null : { ...settlement, checks: 0, pending: undefined });
  return shown(before) !== shown(after);
}
