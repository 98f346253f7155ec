/** Latencies in buckets that grow by 5 %: gets durations, gives a percentile, leaves no garbage. */

const growth = Math.log(1.05);
const smallestMs = 0.1;
const bucketCount = 256;

export class LatencyHistogram {
  readonly #counts = new Float64Array(bucketCount);
  #total = 0;

  get total(): number {
    return this.#total;
  }

  record(durationMs: number): void {
    const bucket = Math.ceil(Math.log(Math.max(durationMs, smallestMs) / smallestMs) / growth);
    const at = Math.min(bucket, bucketCount - 1);
    this.#counts[at] = (this.#counts[at] ?? 0) + 1;
    this.#total++;
  }

  /** Upper end in ms of the bucket that holds the percentile, 5 % exact between 0.1 ms and 25 s; NaN without answers. */
  percentile(share: number): number {
    if (this.#total === 0) return Number.NaN;
    const wanted = this.#total * share;
    let seen = 0;
    let bucket = 0;
    for (; bucket < bucketCount - 1; bucket++) {
      seen += this.#counts[bucket] ?? 0;
      if (seen >= wanted) break;
    }
    return smallestMs * Math.exp(bucket * growth);
  }

  /** Halves the say of everything so far. */
  fade(): void {
    for (let i = 0; i < bucketCount; i++) this.#counts[i] = (this.#counts[i] ?? 0) / 2;
    this.#total /= 2;
  }
}
