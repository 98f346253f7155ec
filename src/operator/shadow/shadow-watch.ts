/**
 * Gets, for one config, where its direct and its fed Skippers are; keeps a settled verdict about their tables.
 *
 * Applied is compared with applied: a table read from a Skipper with its own data client, with one read from a Skipper
 * that the route server feeds. A difference counts when a second look shows it again: soon, where both Skippers say that
 * their tables are the same still; otherwise when the interval allows that they are read once more.
 */
import type { Clock, Timer } from '../../runtime/index.ts';
import {
  awaitsReread,
  inconclusive,
  settle,
  type ComparisonOptions,
  type Evidence,
  type Settlement,
} from '../../shadow/index.ts';
import type { Comparator } from './comparator.ts';
import { PairReader } from './pair-reader.ts';
import type { ReadTimes } from './read-times.ts';
import { Turns, type Pair, type Peer } from './shadow-round.ts';
import type { TableReader } from './table-reader.ts';

/** What is compared, and how often. */
export interface ShadowPlan {
  /** Skippers with their own data client that are ready. */
  readonly direct: readonly Peer[];
  /** Skippers fed by the route server that are ready. */
  readonly fed: readonly Peer[];
  readonly intervalMs: number;
  /** How many direct Skippers are read in one round; each round goes on with the next ones. */
  readonly samples: number;
  readonly options: ComparisonOptions;
  /** `FleetSeen.movedTemplate` when all that is compared runs by it; `undefined` while some of that is rolled out. */
  readonly template?: string | undefined;
  /** `FleetSeen.movedTemplate`, also while some of what is compared is not there yet. */
  readonly nextTemplate?: string | undefined;
}

export interface ShadowWatchParts {
  readonly clock: Clock;
  readonly times: ReadTimes;
  readonly reader: TableReader;
  readonly comparator: Comparator;
  /** Told when the verdict or its evidence changed. */
  readonly onChange: () => void;
}

/** A second look waits until a change on its way has reached both: Skippers poll every 3 s. It reads no table. */
const secondLookAfterMs = 7_000;

export class ShadowWatch {
  readonly #parts: ShadowWatchParts;
  readonly #stopped = new AbortController();
  #plan: ShadowPlan | undefined;
  /** Set between two looks. */
  #timer: Timer | undefined;
  #waitMs = 0;
  readonly #turns = new Turns();
  readonly #pairs: PairReader;
  /** The pairs of the last round, when they are to be read once more: a difference is confirmed where it was seen. */
  #again: readonly Pair[] = [];
  #settlement: Settlement | undefined;
  #isFresh = false;
  #provenTemplate: string | undefined;

  /** @param before the verdict that status remembers: its time goes on counting when the first reading confirms it */
  constructor(parts: ShadowWatchParts, before: Settlement | undefined) {
    this.#parts = parts;
    this.#pairs = new PairReader({ ...parts, signal: this.#stopped.signal, namesRejected: true });
    this.#settlement = before;
  }

  /** The verdict, once this process has looked itself; what another process saw is no evidence for a decision. */
  get settlement(): Settlement | undefined {
    return this.#isFresh ? this.#settlement : undefined;
  }

  /** The template under which tables have last agreed; what agreed before a change of it is no evidence after it. */
  get provenTemplate(): string | undefined {
    return this.#provenTemplate;
  }

  /** Follows `plan` from now on. The first reading begins at once, and so does one of a new template. */
  follow(plan: ShadowPlan): void {
    const before = this.#plan;
    this.#plan = plan;
    const isNew = before !== undefined && plan.template !== undefined && plan.template !== before.template;
    const isUnproven = isNew && plan.template !== this.#provenTemplate && this.#timer !== undefined;
    if (before === undefined || isUnproven || this.#waitsTooLongFor(plan)) this.#lookNow();
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
    if (plan === undefined || this.#hasStopped()) return;
    const again = this.#again.flatMap((pair) => atAnother(pair, plan));
    const isReread = again.length > 0;
    const pairs = isReread ? again : this.#turns.next(plan, plan.samples);
    const round = await this.#pairs.read(pairs, plan.options, plan.intervalMs);
    if (this.#hasStopped()) return;
    if ('postponedMs' in round) this.#lookAfter(round.postponedMs);
    else this.#judge(worstOf(round.evidence, plan), plan, isReread ? [] : pairs);
  }

  /** @param confirmable pairs at which a difference is to be confirmed that was seen for the first time */
  #judge(evidence: Evidence, plan: ShadowPlan, confirmable: readonly Pair[]): void {
    const before = this.#settlement;
    const provenBefore = this.#provenTemplate;
    const settlement = this.#note(evidence, plan);
    this.#again = awaitsReread(settlement) ? confirmable : [];
    this.#lookAfter(this.#isSoon() ? Math.min(secondLookAfterMs, plan.intervalMs) : plan.intervalMs);
    if (provenBefore !== this.#provenTemplate || differs(before, settlement)) this.#parts.onChange();
  }

  #lookAfter(ms: number): void {
    this.#waitMs = ms;
    this.#timer = this.#parts.clock.schedule(ms, () => {
      this.#lookNow();
    });
  }

  #note(found: Evidence, { template }: ShadowPlan): Settlement {
    const evidence = this.#isChanging() ? withoutDifference(found) : found;
    const settlement = settle(this.#settlement, evidence, this.#parts.clock.now());
    this.#settlement = settlement;
    this.#isFresh = true;
    const agrees = evidence.outcome === 'compared' && evidence.comparison.differences.length === 0;
    if (agrees && template !== undefined) this.#provenTemplate = template;
    return settlement;
  }

  /** Flags under which tables have agreed here are being replaced by others; meanwhile tables may well differ. */
  #isChanging(): boolean {
    const { template, nextTemplate } = this.#plan ?? {};
    const proven = this.#provenTemplate;
    return template === undefined && proven !== undefined && nextTemplate !== undefined && nextTemplate !== proven;
  }

  /** A difference waits to be confirmed, or there was nobody to read, which costs nothing to ask again. */
  #isSoon(): boolean {
    const reason = this.#settlement?.inconclusive?.reason;
    return this.#again.length > 0 || reason === 'NoData' || reason === 'Unreachable';
  }

  // Asked through a method, for TypeScript believes that what was false before an await is false after it.
  #hasStopped(): boolean {
    return this.#stopped.signal.aborted;
  }
}

/**
 * The one piece of evidence that a round comes to. Readings of one round are no re-readings of each other: they happen
 * at the same moment and may all have missed the same change.
 */
function worstOf(round: readonly Evidence[], plan: ShadowPlan): Evidence {
  const [first = nobody(plan), ...others] = round;
  return others.reduce((worst, evidence) => (gravity(evidence) > gravity(worst) ? evidence : worst), first);
}

function withoutDifference(evidence: Evidence): Evidence {
  if (evidence.outcome === 'inconclusive' || evidence.comparison.differences.length === 0) return evidence;
  const message = "Skipper's flags or template have changed; what differs until all run by the new ones does not count";
  return inconclusive('RollingOut', message);
}

function nobody({ direct, fed }: ShadowPlan): Evidence {
  if (direct.length === 0) return inconclusive('NoData', 'no ready Skipper reads from Kubernetes itself');
  if (fed.length === 0) return inconclusive('NoData', 'no ready Skipper reads from the route server');
  return inconclusive('NoData', 'no two ready Skippers, one of them fed by the route server, are in the same zone');
}

/**
 * The pair by which a difference is confirmed: the same direct Skipper, and another fed one where there is one. What the
 * route server serves wrong differs there as well; a moved Skipper that is stuck differs alone, and is not its fault.
 */
function atAnother({ direct, fed }: Pair, plan: ShadowPlan): readonly Pair[] {
  if (!plan.direct.some(isSamePod(direct))) return [];
  const inZone = plan.fed.filter(({ zone }) => zone === fed.zone);
  const partner = inZone.find((one) => !isSamePod(fed)(one)) ?? inZone[0];
  return partner === undefined ? [] : [{ direct, fed: partner }];
}

const isSamePod =
  ({ pod, host }: Peer) =>
  (other: Peer): boolean =>
    other.pod === pod && other.host === host;

/** Differences weigh by their number; no evidence weighs more than agreement and less than any difference. */
function gravity(evidence: Evidence): number {
  return evidence.outcome === 'inconclusive' ? 0.5 : evidence.comparison.differences.length;
}

/**
 * Whether there is something to tell. Counting checks is no change, nor are the digests of tables that still agree: both
 * would write the status in every interval.
 */
function differs(before: Settlement | undefined, after: Settlement | undefined): boolean {
  const shown = (settlement: Settlement | undefined): string => {
    if (settlement === undefined) return '';
    const { verdict, sinceMs, inconclusive: doubt, comparison } = settlement;
    return JSON.stringify([verdict, sinceMs, doubt, comparison?.counts, comparison?.samples]);
  };
  return shown(before) !== shown(after);
}
