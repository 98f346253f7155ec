/**
 * Gets each new table beside the one that is served; gives what may be served of it: where too many routes are gone at
 * once they stay, until a list made afterwards still lacks them, or a person says that they are to go.
 *
 * Everything else in the new table is let through: endpoints of live hosts must not wait for somebody's decision.
 */
import type { Clock, Timer } from '../runtime/index.ts';
import type { Logger, Metrics } from '../telemetry/index.ts';
import type { Chunk, Line } from './snapshot/chunk.ts';
import { LineTable } from './snapshot/line-table.ts';

export interface ShrinkGuardOptions {
  /** More than this share of the routes gone at once is held back; 0: nothing ever is. */
  readonly maxPercent: number;
  /** Gives a function that tells whether everything was listed anew since this call. */
  readonly listedFromNow: () => () => boolean;
  /** Has the table made and offered again. */
  readonly again: () => void;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
}

/** What is held back. */
export interface HeldBack {
  /** Routes that are gone from the cluster's table and served on. */
  readonly routes: number;
  /** Of so many that are served. */
  readonly of: number;
  /** Wall time in milliseconds. */
  readonly sinceMs: number;
}

interface Hold extends HeldBack {
  readonly wasListed: () => boolean;
}

const lookEveryMs = 1_000;

/** Holds back what looks like an accident. */
export class ShrinkGuard {
  readonly #options: ShrinkGuardOptions;
  readonly #decisions;
  #hold: Hold | undefined;
  #isConfirmed = false;
  #timer: Timer | undefined;

  constructor(options: ShrinkGuardOptions) {
    this.#options = options;
    options.metrics.gauge({
      name: 'held_back_routes',
      help: 'Routes that are gone from the cluster and served on, for too many went at once.',
      collect: (gauge) => {
        gauge.set(this.#hold?.routes ?? 0);
      },
    });
    this.#decisions = options.metrics.counter<'decision'>({
      name: 'shrink_guard_total',
      help: 'Times that routes were held back, and what ended that.',
      labels: ['decision'],
    });
  }

  /** What is held back now. */
  get held(): HeldBack | undefined {
    return this.#hold;
  }

  /** The table to serve after `current`, when `next` is what the cluster says. */
  admit(current: readonly Chunk[], next: readonly Chunk[]): readonly Chunk[] {
    const { maxPercent } = this.#options;
    if (maxPercent === 0) return next;
    const lost = lostLines(current, next);
    const routes = countOf(lost);
    const of = countOf(current);
    if (routes * 100 <= maxPercent * of) return this.#release('recovered', next);
    if (this.#isConfirmed) return this.#release('confirmed', next);
    if (this.#isProven(routes)) return this.#release('relisted', next);
    this.#holdBack(routes, of);
    const table = new LineTable(next);
    table.change(new Map(lost.map((line) => [line.id, line])));
    return table.chunks;
  }

  /** A person says that the routes are to go; tells what was held back, undefined when nothing was. */
  confirm(): HeldBack | undefined {
    if (this.#hold === undefined) return undefined;
    this.#isConfirmed = true;
    this.#options.again();
    return this.#hold;
  }

  stop(): void {
    this.#timer?.cancel();
  }

  /** A list proves what was gone when it began, and nothing about what went later. */
  #isProven(routes: number): boolean {
    return this.#hold !== undefined && routes <= this.#hold.routes && this.#hold.wasListed();
  }

  #holdBack(routes: number, of: number): void {
    const { clock, log, listedFromNow, maxPercent } = this.#options;
    const before = this.#hold;
    const isNoMore = before !== undefined && routes <= before.routes;
    this.#hold = {
      ...{ routes, of, sinceMs: before?.sinceMs ?? clock.now() },
      wasListed: isNoMore ? before.wasListed : listedFromNow(),
    };
    if (before !== undefined) return;
    this.#decisions.inc({ decision: 'held' });
    log.warn(
      { routes, of, maxPercent },
      'too many routes are gone at once; they are served on until a relist or a word',
    );
    this.#look();
  }

  #look(): void {
    this.#timer = this.#options.clock.schedule(lookEveryMs, () => {
      if (this.#hold?.wasListed() === true) this.#options.again();
      if (this.#hold !== undefined) this.#look();
    });
  }

  #release(decision: 'recovered' | 'confirmed' | 'relisted', next: readonly Chunk[]): readonly Chunk[] {
    const hold = this.#hold;
    if (hold === undefined) return next;
    this.#hold = undefined;
    this.#isConfirmed = false;
    this.#timer?.cancel();
    this.#decisions.inc({ decision });
    this.#options.log.warn({ routes: hold.routes, of: hold.of, decision }, 'no routes are held back any more');
    return next;
  }
}

/** Work in proportion to what differs: chunks that both tables have are not looked into. */
function lostLines(current: readonly Chunk[], next: readonly Chunk[]): readonly Line[] {
  const [before, after] = [new Set(current), new Set(next)];
  const ids = new Set(next.filter((chunk) => !before.has(chunk)).flatMap(({ lines }) => lines.map(({ id }) => id)));
  return current
    .filter((chunk) => !after.has(chunk))
    .flatMap(({ lines }) => lines)
    .filter(({ id }) => !ids.has(id));
}

function countOf(parts: readonly { readonly count: number }[]): number {
  return parts.reduce((sum, { count }) => sum + count, 0);
}
