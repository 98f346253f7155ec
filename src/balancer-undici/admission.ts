/** Gets requests that want to begin, lets so many at once begin, the others in the order in which they came. */

export interface AdmissionLimits {
  readonly maxInflight: number;
  readonly maxQueued: number;
}

/** A cap on requests under way, with a first-in first-out line before it. */
export class Admission {
  readonly #limits: AdmissionLimits;
  /** A Set keeps the order, and who gives up leaves without a search. */
  readonly #line = new Set<() => void>();
  #inflight = 0;
  #isLettingIn = false;

  constructor(limits: AdmissionLimits) {
    this.#limits = limits;
  }

  get inflight(): number {
    return this.#inflight;
  }

  get queued(): number {
    return this.#line.size;
  }

  /** True for who may begin at once; it needs one `leave` then. */
  enterNow(): boolean {
    if (this.#inflight >= this.#limits.maxInflight) return false;
    this.#inflight++;
    return true;
  }

  /** True when `begin` was called or will be; false when the line is full. Every `begin` needs one `leave`. */
  enter(begin: () => void): boolean {
    if (this.enterNow()) {
      begin();
      return true;
    }
    if (this.#line.size >= this.#limits.maxQueued) return false;
    this.#line.add(begin);
    return true;
  }

  /** Gives up a place in the line. False when `begin` was called already. */
  giveUp(begin: () => void): boolean {
    return this.#line.delete(begin);
  }

  /** A request has ended: the next one begins in its place. */
  leave(): void {
    this.#inflight--;
    this.#letIn();
  }

  /** A loop and no recursion: requests that fail as they begin leave from within `begin`, one inside the other. */
  #letIn(): void {
    if (this.#isLettingIn) return;
    this.#isLettingIn = true;
    for (const begin of this.#line) {
      if (this.#inflight >= this.#limits.maxInflight) break;
      this.#line.delete(begin);
      this.#inflight++;
      begin();
    }
    this.#isLettingIn = false;
  }
}
