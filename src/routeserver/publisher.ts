/**
 * Gets word that something changed; gives new snapshots, at once when it was quiet, else once per interval.
 *
 * Each publication costs every Skipper a parse of the whole table, so a stream of changes is thinned out here and
 * a table with equal bytes is not published again.
 */
import type { Clock, Timer } from '../runtime/index.ts';
import type { Chunk } from './snapshot/chunk.ts';
import { Snapshot } from './snapshot/snapshot.ts';

export type PublicationOutcome = 'published' | 'unchanged' | 'empty' | 'notReady' | 'failed';

export interface PublisherOptions {
  readonly clock: Clock;
  /** Least time between the begins of two publications. */
  readonly intervalMs: number;
  /** Gives the table of the newest state; undefined while there is no complete one. */
  readonly compile: () => Promise<readonly Chunk[] | undefined>;
  /** What is published instead of `next`: routes may be held back. Default everything as it comes. */
  readonly admit?: (current: Snapshot, next: readonly Chunk[]) => readonly Chunk[];
  /** Told of each try. `changedAtMs` (monotonic) is when the first change in it was reported. */
  readonly report?: (outcome: PublicationOutcome, changedAtMs: number, error?: unknown) => void;
}

/** Turns changes into snapshots. */
export class Publisher {
  readonly #options: PublisherOptions;
  #current: Snapshot | undefined;
  #changedAtMs: number | undefined;
  #beganAtMs = Number.NEGATIVE_INFINITY;
  #timer: Timer | undefined;
  #isRunning = false;
  #isStopped = false;

  constructor(options: PublisherOptions) {
    this.#options = options;
  }

  /** The newest snapshot; undefined before the first one. */
  get current(): Snapshot | undefined {
    return this.#current;
  }

  /** Something changed: publishes now or as soon as the interval allows. */
  changed(): void {
    this.#changedAtMs ??= this.#options.clock.monotonic();
    this.#plan();
  }

  /** Takes a table that was made elsewhere, unless there is one already; tells whether it did. */
  adopt(table: Snapshot): boolean {
    if (this.#current !== undefined) return false;
    this.#current = table;
    return true;
  }

  /** Publishes nothing from now on; what is current stays. */
  stop(): void {
    this.#isStopped = true;
    this.#timer?.cancel();
  }

  #plan(): void {
    if (this.#isStopped || this.#isRunning || this.#timer !== undefined || this.#changedAtMs === undefined) return;
    const { clock, intervalMs } = this.#options;
    const waitMs = Math.max(0, this.#beganAtMs + intervalMs - clock.monotonic());
    this.#timer = clock.schedule(waitMs, () => {
      this.#timer = undefined;
      void this.#publish();
    });
  }

  async #publish(): Promise<void> {
    const { clock, report } = this.#options;
    const changedAtMs = this.#changedAtMs ?? clock.monotonic();
    this.#isRunning = true;
    this.#changedAtMs = undefined;
    try {
      report?.(await this.#tryPublish(), changedAtMs);
    } catch (error) {
      report?.('failed', changedAtMs, error);
    } finally {
      this.#isRunning = false;
      this.#plan();
    }
  }

  async #tryPublish(): Promise<PublicationOutcome> {
    const { compile, admit } = this.#options;
    const compiled = await compile();
    if (compiled === undefined) return 'notReady';
    // Skipper fails closed without routes; an empty cluster is far less likely than a broken view of it.
    if (compiled.length === 0) return 'empty';
    const current = this.#current;
    const chunks = current === undefined ? compiled : (admit?.(current, compiled) ?? compiled);
    const beganAtMs = this.#options.clock.monotonic();
    // Compressed before it is shown, so that 180 Skippers do not wait for it one after the other.
    const next = await Snapshot.of(chunks, this.#options.clock);
    if (next.etag === this.#current?.etag) return 'unchanged';
    this.#beganAtMs = beganAtMs;
    this.#current = next;
    return 'published';
  }
}
