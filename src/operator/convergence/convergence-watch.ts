/**
 * Gets, for one config, where its moved Skippers and its route server are; looks at them again and again, knows which
 * Skippers do not show the route server's table, and does about it what the plan allows.
 *
 * One look costs two HEAD requests per Skipper and zone, a few at a time, and at most `comparisonsPerLook` comparisons of
 * whole tables, of which none is read twice within an interval; where nothing changes it costs no table at all.
 */
import type { Eviction } from '../../kube/index.ts';
import type { Clock, Timer } from '../../runtime/index.ts';
import type { ConvergenceSeen } from '../../rollout/index.ts';
import type { Comparator } from '../shadow/comparator.ts';
import { PairReader } from '../shadow/pair-reader.ts';
import type { ReadTimes } from '../shadow/read-times.ts';
import type { Pair, Peer } from '../shadow/shadow-round.ts';
import { TableUnreadable, type TableGlance, type TableReader } from '../shadow/table-reader.ts';
import { emptyBook, noteComparison, noteLook, type Book } from './book.ts';
import { planHealing, type HealingPolicy } from './healing.ts';
import { laggards, toCompare, trusted, type Laggard, type Patience } from './lagging.ts';
import type { Replica, RouteServerClient, Served } from './route-server-client.ts';

export interface ConvergencePlan {
  /** Moved Skippers that are ready. */
  readonly moved: readonly Peer[];
  /** Others that the route server feeds; they are no part of the fleet, but show the same table. */
  readonly sentinels: readonly Peer[];
  readonly replicas: readonly Replica[];
  readonly lookEveryMs: number;
  /** Within which no table is read twice, by the shadow neither. */
  readonly intervalMs: number;
  /** `spec.shadow.freshnessBudget`. */
  readonly budgetMs: number;
  readonly policy: HealingPolicy;
  readonly isFleetSettled: boolean;
}

/** Evicts a pod, or says why it does not go now: its disruption budget does not allow it, say. */
export type Evict = (pod: string, why: string) => Promise<Eviction>;

export interface ConvergenceParts {
  readonly clock: Clock;
  readonly times: ReadTimes;
  readonly reader: TableReader;
  readonly comparator: Comparator;
  readonly routeServers: RouteServerClient;
  readonly evict: Evict;
  /** Told when it changed who is converged. */
  readonly onChange: () => void;
  /** Told of what was done for a pod. */
  readonly onHealing?: (action: 'Resend' | 'Evict', laggard: Laggard) => void;
}

/** A look is done by so many requests at a time. */
const atATime = 8;
const comparisonsPerLook = 2;

export class ConvergenceWatch {
  readonly #parts: ConvergenceParts;
  readonly #stopped = new AbortController();
  readonly #pairs: PairReader;
  readonly #resentAtMs = new Map<string, number>();
  /** By zone. */
  readonly #books = new Map<string, Book>();
  #plan: ConvergencePlan | undefined;
  #timer: Timer | undefined;
  #looks = 0;
  #lastEvictionMs: number;
  #laggards: readonly Laggard[] = [];
  /** The pod that was to be evicted at the last look and still is there. */
  #refused: { readonly pod: string; readonly why: string } | undefined;

  constructor(parts: ConvergenceParts) {
    this.#parts = parts;
    this.#pairs = new PairReader({ ...parts, signal: this.#stopped.signal });
    this.#lastEvictionMs = parts.clock.now();
  }

  /** Follows `plan` from now on. The first look begins at once. */
  follow(plan: ConvergencePlan): void {
    const before = this.#plan;
    this.#plan = plan;
    if (before === undefined) void this.#loop();
    // What was seen before a pass is what the pass decides on: one more, so that it knows the Skippers of today.
    else if (namesOf(before) !== namesOf(plan)) this.#parts.onChange();
  }

  stop(): void {
    this.#stopped.abort();
    this.#timer?.cancel();
  }

  /** Whoever came since the last look is ready, so it has started with the newest table. */
  get seen(): ConvergenceSeen {
    const moved = this.#plan?.moved ?? [];
    const here = this.#laggards.filter(({ pod }) => moved.some((peer) => peer.pod === pod));
    const lagging = here.map(({ pod, sinceMs, why }) => ({ pod, sinceMs, why: why + this.#refusalOf(pod) }));
    return { known: this.#looks > 0, converged: moved.length - lagging.length, lagging };
  }

  #refusalOf(pod: string): string {
    return this.#refused?.pod === pod ? `; it cannot be evicted now: ${this.#refused.why}` : '';
  }

  async #loop(): Promise<void> {
    const plan = this.#plan;
    if (plan === undefined || this.#hasStopped()) return;
    const before = this.#shown();
    const answers = await this.#look(plan);
    if (this.#hasStopped()) return;
    this.#looks += 1;
    const patience = { nowMs: this.#parts.clock.now(), budgetMs: plan.budgetMs };
    const moved = new Set(plan.moved.map(({ pod }) => pod));
    this.#laggards = [...this.#books.values()].flatMap((book) => laggards(book, moved, patience));
    await this.#heal(plan, answers);
    if (this.#hasStopped()) return;
    this.#timer = this.#parts.clock.schedule(plan.lookEveryMs, () => void this.#loop());
    if (this.#looks === 1 || before !== this.#shown()) this.#parts.onChange();
  }

  // Asked through a method, for TypeScript believes that what was false before an await is false after it.
  #hasStopped(): boolean {
    return this.#stopped.signal.aborted;
  }

  #shown(): string {
    return JSON.stringify([this.#laggards, this.#refused]);
  }

  /** Looks at every zone; gives whether the route server answers. */
  async #look(plan: ConvergencePlan): Promise<boolean> {
    const zones = Map.groupBy([...plan.moved, ...plan.sentinels], ({ zone }) => zone);
    for (const zone of [...this.#books.keys()]) if (!zones.has(zone)) this.#books.delete(zone);
    let answers = zones.size > 0;
    for (const [zone, peers] of zones) {
      const served = await this.#lookAtZone(zone, peers, plan);
      answers = answers && served.versions.length > 0;
    }
    return answers;
  }

  async #lookAtZone(zone: string, peers: readonly Peer[], plan: ConvergencePlan): Promise<Served> {
    const { routeServers, clock } = this.#parts;
    const before = await routeServers.served(plan.replicas, zone);
    const glances = await this.#glances(peers);
    const after = await routeServers.served(plan.replicas, zone);
    const nowMs = clock.now();
    const look = {
      nowMs,
      versionsBefore: before.versions,
      versionsAfter: after.versions,
      compiled: after.routes,
      glances,
    };
    const book = noteLook(this.#books.get(zone) ?? emptyBook, look);
    this.#books.set(zone, await this.#compare(book, peers, { nowMs, ...plan }));
    return after;
  }

  async #glances(peers: readonly Peer[]): Promise<ReadonlyMap<string, TableGlance | undefined>> {
    const glances = new Map<string, TableGlance | undefined>();
    for (let at = 0; at < peers.length; at += atATime) {
      const some = peers.slice(at, at + atATime);
      await Promise.all(some.map(async (peer) => glances.set(peer.pod, await this.#glance(peer))));
    }
    return glances;
  }

  async #glance(peer: Peer): Promise<TableGlance | undefined> {
    try {
      return await this.#parts.reader.glance(peer, this.#stopped.signal);
    } catch (error) {
      if (error instanceof TableUnreadable) return undefined;
      throw error;
    }
  }

  async #compare(book: Book, peers: readonly Peer[], patience: Patience & { intervalMs: number }): Promise<Book> {
    const { intervalMs } = patience;
    let [noted, made] = [book, 0];
    for (const pod of toCompare(book, patience)) {
      if (made === comparisonsPerLook) break;
      const pair = this.#pairOf(pod, noted, peers, intervalMs);
      if (pair === undefined) continue;
      made += 1;
      const round = await this.#pairs.read([pair], { tolerate: [], maxSamples: 1 }, intervalMs);
      const [evidence] = 'evidence' in round ? round.evidence : [];
      if (evidence === undefined) continue;
      noted = noteComparison(noted, { pod, partner: pair.fed.pod }, evidence, this.#parts.clock.now());
    }
    return noted;
  }

  /** With whom a Skipper is compared now; `undefined` when its table was read too short a time ago, or by nobody's. */
  #pairOf(pod: string, book: Book, peers: readonly Peer[], intervalMs: number): Pair | undefined {
    const isFree = (peer: Peer): boolean => this.#pairs.mayRead(peer, intervalMs);
    const direct = peers.find((peer) => peer.pod === pod);
    if (direct === undefined || !isFree(direct)) return undefined;
    const known = new Set(trusted(book));
    const others = peers.filter((peer) => peer.pod !== pod && known.has(peer.pod));
    // Each time with another one: a difference from two others is the Skipper's own.
    const from = this.#looks % Math.max(others.length, 1);
    const inTurn = [...others.slice(from), ...others.slice(0, from)];
    // With nobody free it is put off by the reader, which sees to it that its turn comes.
    const fed = inTurn.find(isFree) ?? inTurn[0];
    return fed === undefined ? undefined : { direct, fed };
  }

  async #heal(plan: ConvergencePlan, routeServerAnswers: boolean): Promise<void> {
    const nowMs = this.#parts.clock.now();
    const lagging = new Map(this.#laggards.map((laggard) => [laggard.pod, laggard]));
    for (const pod of [...this.#resentAtMs.keys()]) if (!lagging.has(pod)) this.#resentAtMs.delete(pod);
    const circumstances = {
      ...{ laggards: this.#laggards, moved: plan.moved.length, routeServerAnswers, nowMs, budgetMs: plan.budgetMs },
      ...{ isFleetSettled: plan.isFleetSettled, resentAtMs: this.#resentAtMs, lastEvictionMs: this.#lastEvictionMs },
    };
    const { resendTo, evict } = planHealing(circumstances, plan.policy);
    for (const { pod, host } of plan.moved.filter((peer) => resendTo.includes(peer.pod))) {
      await this.#parts.routeServers.resend(plan.replicas, host);
      this.#resentAtMs.set(pod, nowMs);
      this.#tell('Resend', lagging.get(pod));
    }
    const stuck = lagging.get(evict ?? '');
    if (this.#hasStopped()) return;
    if (stuck === undefined) this.#refused = undefined;
    else await this.#evict(stuck, nowMs);
  }

  async #evict(stuck: Laggard, nowMs: number): Promise<void> {
    const eviction = await this.#parts.evict(stuck.pod, stuck.why);
    // Tried again at the next look: an eviction that did not happen does not count.
    this.#refused = eviction.evicted ? undefined : { pod: stuck.pod, why: eviction.why };
    if (!eviction.evicted) return;
    this.#lastEvictionMs = nowMs;
    // It goes; while it does, it needs nothing more.
    this.#resentAtMs.set(stuck.pod, nowMs);
    this.#tell('Evict', stuck);
  }

  #tell(action: 'Resend' | 'Evict', laggard: Laggard | undefined): void {
    if (laggard !== undefined) this.#parts.onHealing?.(action, laggard);
  }
}

const namesOf = ({ moved }: ConvergencePlan): string => moved.map(({ pod }) => pod).join();
