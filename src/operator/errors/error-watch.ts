/** Gets, for one config, where its moved and its direct Skippers are; counts how both answer while a step soaks. */
import type { Clock, Timer } from '../../runtime/index.ts';
import type { ErrorsSeen, RequestCounts } from '../../rollout/index.ts';
import type { SupportAddress } from '../shadow/table-reader.ts';
import type { RequestCounter } from './request-counter.ts';
import { count, total, type Tally } from './tally.ts';

export interface ErrorPlan {
  readonly moved: readonly SupportAddress[];
  readonly direct: readonly SupportAddress[];
  /** Tells steps apart: counting begins anew with each. */
  readonly step: string;
  readonly lookEveryMs: number;
}
export interface ErrorWatchParts {
  readonly clock: Clock;
  readonly counter: Pick<RequestCounter, 'count'>;
  /** Told after each look: requests are counted all the time. */
  readonly onChange: () => void;
}

/** Most Skippers of either kind that are asked; requests are spread over all of them alike. */
const asked = 10;
const empty = { moved: new Map() as Tally, direct: new Map() as Tally };

export class ErrorWatch {
  readonly #parts: ErrorWatchParts;
  #plan: ErrorPlan | undefined;
  #timer: Timer | undefined;
  #tally = empty;
  #looks = 0;
  #isReadable = true;
  #isStopped = false;

  constructor(parts: ErrorWatchParts) {
    this.#parts = parts;
  }

  /**
   * What was counted in this step. `undefined` when the Skippers' metrics cannot be read at all: whether a step waits for
   * that is the person's choice, and no question of numbers.
   */
  get seen(): ErrorsSeen | undefined {
    if (!this.#isReadable) return undefined;
    return { known: this.#looks > 0, moved: total(this.#tally.moved), direct: total(this.#tally.direct) };
  }

  /** Whether the last look found no counts on one of the sides. */
  get isUnreadable(): boolean {
    return !this.#isReadable;
  }

  follow(plan: ErrorPlan): void {
    const before = this.#plan;
    this.#plan = plan;
    if (before === undefined) void this.#loop();
    else if (before.step !== plan.step) this.#tally = empty;
  }

  stop(): void {
    this.#isStopped = true;
    this.#timer?.cancel();
  }

  async #loop(): Promise<void> {
    const plan = this.#plan;
    if (plan === undefined || this.#isStopped) return;
    const [moved, direct] = await Promise.all([this.#ask(plan.moved), this.#ask(plan.direct)]);
    if (this.#hasStopped()) return;
    // Counts of another step than the present one are none.
    if (this.#plan?.step === plan.step) {
      this.#tally = { moved: count(this.#tally.moved, moved), direct: count(this.#tally.direct, direct) };
    }
    const before = JSON.stringify(this.seen);
    this.#isReadable = moved.size > 0 && direct.size > 0;
    this.#looks += 1;
    this.#timer = this.#parts.clock.schedule(plan.lookEveryMs, () => void this.#loop());
    if (before !== JSON.stringify(this.seen)) this.#parts.onChange();
  }

  // Asked through a method, for TypeScript believes that what was false before an await is false after it.
  #hasStopped(): boolean {
    return this.#isStopped;
  }

  async #ask(skippers: readonly SupportAddress[]): Promise<ReadonlyMap<string, RequestCounts>> {
    const chosen = skippers.toSorted((one, other) => one.pod.localeCompare(other.pod)).slice(0, asked);
    const answers = await Promise.all(
      chosen.map(async (skipper) => [skipper.pod, await this.#parts.counter.count(skipper)] as const),
    );
    return new Map(answers.flatMap(([pod, counts]) => (counts === undefined ? [] : [[pod, counts] as const])));
  }
}
