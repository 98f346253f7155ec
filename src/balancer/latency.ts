/** Latency per endpoint: gets durations of requests, gives how slow an endpoint is beside the fleet. */
import { grown } from './load.ts';

/** Answers older than this have lost most of their say. */
const memoryMs = 1000;
/** However slow an endpoint is, it counts no more than this many times the fleet's latency. */
const slowestRatio = 5;

/** Exponentially weighted averages; each answer weighs more the longer ago the last one was. */
export class Latency {
  #average = new Float64Array(64).fill(Number.NaN);
  #answeredAt = new Float64Array(64);
  /** Since when an endpoint owes an answer. */
  #waitsSince = new Float64Array(64);
  #fleetAverage = Number.NaN;
  #fleetAnsweredAt = 0;

  /** An idle endpoint gets a request. */
  wait(slot: number, now: number): void {
    this.#waitsSince[slot] = now;
  }

  answer(slot: number, durationMs: number, now: number): void {
    const duration = Math.max(0, durationMs);
    this.#average[slot] = moved(this.#averageOf(slot), duration, now - (this.#answeredAt[slot] ?? 0));
    this.#fleetAverage = moved(this.#fleetAverage, duration, now - this.#fleetAnsweredAt);
    this.#answeredAt[slot] = now;
    this.#waitsSince[slot] = now;
    this.#fleetAnsweredAt = now;
  }

  /** Latency of the endpoint ÷ latency of the fleet, at most 5; 1 while either is unknown. */
  ratioOf(slot: number, isBusy: boolean, now: number): number {
    if (!(this.#fleetAverage > 0)) return 1;
    const known = this.#averageOf(slot);
    const usual = Number.isNaN(known) ? this.#fleetAverage : known;
    // No average shows an endpoint that accepts and never answers: the time since its last answer does.
    const latency = isBusy ? Math.max(usual, now - (this.#waitsSince[slot] ?? now)) : usual;
    return Math.min(latency / this.#fleetAverage, slowestRatio);
  }

  adopt(added: readonly { readonly slot: number }[], slotCount: number): void {
    const make = (length: number): Float64Array<ArrayBuffer> => new Float64Array(length);
    this.#average = grown(this.#average, slotCount, make);
    this.#answeredAt = grown(this.#answeredAt, slotCount, make);
    this.#waitsSince = grown(this.#waitsSince, slotCount, make);
    for (const { slot } of added) this.#average[slot] = Number.NaN;
  }

  #averageOf(slot: number): number {
    return this.#average[slot] ?? Number.NaN;
  }
}

function moved(average: number, sample: number, elapsedMs: number): number {
  if (Number.isNaN(average)) return sample;
  // Two answers at once, or a clock that jumped back, still move the average by a hundredth.
  const weight = Math.max(0.01, 1 - Math.exp(-elapsedMs / memoryMs));
  return average + (sample - average) * weight;
}
