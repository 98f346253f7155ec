/**
 * Gets the times at which one client asks; gives whether it comes sooner than its own rhythm would have it.
 *
 * Skipper polls at the ticks of a clock, whatever a transfer took. After a transfer that failed it asks once more at
 * once, and only when that fails too it waits for its next tick.
 */

/** How soon after a body a client asks: as ever, between its ticks, or at once. */
export type Promptness = 'as ever' | 'early' | 'at once';

/** When a body was sent (monotonic). */
export interface Sent {
  readonly begunAtMs: number;
  readonly deliveredAtMs: number;
}

/** While no rhythm is known: shorter than the shortest poll that anybody uses, and longer than a retry takes. */
const retryMs = 250;

/** The rhythm of one client. Numbers only, for it is kept at each poll. */
export class PollRhythm {
  #askedAtMs = -1;
  #lastGapMs = 0;
  #gapBeforeMs = 0;

  /** Notes a request. */
  asked(nowMs: number): void {
    if (this.#askedAtMs >= 0) {
      this.#gapBeforeMs = this.#lastGapMs;
      this.#lastGapMs = nowMs - this.#askedAtMs;
    }
    this.#askedAtMs = nowMs;
  }

  /** What a request at `nowMs` looks like; to be asked before it is noted. */
  promptness(nowMs: number, { begunAtMs, deliveredAtMs }: Sent): Promptness {
    // The longer gap of two: between a tick and the retry after it there is nearly none.
    const pollMs = Math.max(this.#lastGapMs, this.#gapBeforeMs);
    if (pollMs === 0) return nowMs - deliveredAtMs < retryMs ? 'early' : 'as ever';
    // From the beginning of the transfer, since the ticks do not wait for a slow one.
    if (nowMs - begunAtMs >= (pollMs * 3) / 4) return 'as ever';
    return nowMs - deliveredAtMs < pollMs / 4 ? 'at once' : 'early';
  }
}
