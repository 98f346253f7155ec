/**
 * Zone awareness with a latency factor: gets durations of requests inside and outside of the own zone, gives the share
 * of keys that stay in the zone.
 */
import { wrongOption } from './balancer-error.ts';
import { LatencyHistogram } from './latency-histogram.ts';
import { positive } from './option-rules.ts';
import type { ZoneOptions } from './types.ts';

/** What always goes the other way, so that there is something to compare with. */
const probeShare = 0.01;
const rampExponent = 2.5;
/** Fewer answers than this have no 99th percentile. */
const leastAnswers = 100;
const evaluationMs = 1000;
/** So many comparisons in succession must agree: the 99th percentile of a hundred answers is hardly more than chance. */
const leastAgreeing = 3;

export class ZoneShare {
  readonly #latencyFactor: number;
  readonly #rampMs: number;
  readonly #local = new LatencyHistogram();
  readonly #other = new LatencyHistogram();
  #isProbing = false;
  /** Comparisons in succession that were for the other state. */
  #agreeing = 0;
  #rampsSince: number;
  #evaluatedAt: number;

  /** @throws BalancerError RSRV_BALANCER_OPTION */
  constructor({ latencyFactor = 1.35, rampMs = 30_000 }: ZoneOptions, now: number) {
    if (!(latencyFactor >= 1)) throw wrongOption('zone.latencyFactor', 'must be at least 1', latencyFactor);
    positive('zone.rampMs', rampMs);
    this.#latencyFactor = latencyFactor;
    this.#rampMs = rampMs;
    this.#rampsSince = now;
    this.#evaluatedAt = now;
  }

  /** 0.01 while the zone is too slow or the ramp begins, 0.99 when it is over. */
  shareAt(now: number): number {
    if (this.#isProbing) return probeShare;
    const age = now - this.#rampsSince;
    // After a jump back of the clock, the ramp is over rather than begun again.
    const ramped = age < 0 || age >= this.#rampMs ? 1 : (age / this.#rampMs) ** rampExponent;
    return Math.min(1 - probeShare, Math.max(probeShare, ramped));
  }

  record(isLocal: boolean, durationMs: number, now: number): void {
    (isLocal ? this.#local : this.#other).record(durationMs);
    const elapsed = now - this.#evaluatedAt;
    if (elapsed >= 0 && elapsed < evaluationMs) return;
    this.#evaluatedAt = now;
    this.#evaluate(now);
  }

  /**
   * The own zone is left when its P99 is above that of the other zones × factor, and entered again only when it is
   * below the middle between the two: at the border itself caches would be moved to and fro. By chance, too, so one
   * comparison is not enough.
   */
  #evaluate(now: number): void {
    if (this.#local.total < leastAnswers || this.#other.total < leastAnswers) return;
    const ratio = this.#local.percentile(0.99) / this.#other.percentile(0.99);
    const isOtherwise = this.#isProbing ? ratio <= (1 + this.#latencyFactor) / 2 : ratio > this.#latencyFactor;
    this.#agreeing = isOtherwise ? this.#agreeing + 1 : 0;
    if (this.#agreeing === leastAgreeing) {
      this.#agreeing = 0;
      this.#isProbing = !this.#isProbing;
      this.#rampsSince = now;
    }
    this.#local.fade();
    this.#other.fade();
  }
}
