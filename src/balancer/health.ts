/**
 * Passive health: gets outcomes of requests, gives weights and drop probabilities. Skipper's rules
 * (routing/endpointregistry.go): both are made once per period from the share of failed round trips.
 */
import { wrongOption } from './balancer-error.ts';
import { grown } from './load.ts';
import { positive, share, wholeFrom } from './option-rules.ts';
import type { Snapshot } from './snapshot.ts';
import type { HealthOptions } from './types.ts';

export class PassiveHealth {
  readonly #options: HealthOptions;
  #requests = new Int32Array(64);
  #failures = new Int32Array(64);
  #drops = new Float64Array(64);
  #weights = new Float64Array(64).fill(1);
  #order: Uint32Array = new Uint32Array(0);
  #unhealthy: Uint32Array = new Uint32Array(64);
  #unhealthyCount = 0;
  #periodStart = -Infinity;

  /** @throws BalancerError RSRV_BALANCER_OPTION */
  constructor(options: HealthOptions) {
    positive('health.periodMs', options.periodMs);
    wholeFrom(0, 'health.minRequests', options.minRequests);
    for (const name of ['minDropProbability', 'maxDropProbability', 'maxUnhealthyEndpointsRatio'] as const)
      share(`health.${name}`, options[name]);
    const { minDropProbability: least, maxDropProbability: most } = options;
    // As Skipper (proxy.go, InitPassiveHealthChecker): between the two there would be nothing to drop.
    if (least >= most)
      throw wrongOption('health.minDropProbability', `must be less than maxDropProbability, which is ${most}`, least);
    this.#options = options;
  }

  get maxUnhealthyEndpointsRatio(): number {
    return this.#options.maxUnhealthyEndpointsRatio;
  }

  /** How many endpoints are dropped now and then. */
  get unhealthyCount(): number {
    return this.#unhealthyCount;
  }

  unhealthySlot(index: number): number {
    return this.#unhealthy[index] ?? 0;
  }

  dropProbabilityOf(slot: number): number {
    return this.#drops[slot] ?? 0;
  }

  /** 1 without failures, never below 1 - maxDropProbability. */
  weightOf(slot: number): number {
    return this.#weights[slot] ?? 1;
  }

  record(slot: number, failed: boolean): void {
    this.#requests[slot] = (this.#requests[slot] ?? 0) + 1;
    if (failed) this.#failures[slot] = (this.#failures[slot] ?? 0) + 1;
  }

  /** Ends the period when it is over. */
  refresh(now: number): void {
    const { periodMs } = this.#options;
    const elapsed = now - this.#periodStart;
    if (elapsed >= 0 && elapsed < periodMs) return;
    const isFirst = this.#periodStart === -Infinity;
    // The clock jumped back, or the balancer is new: the period begins again, with what is counted so far.
    if (isFirst || elapsed < 0) {
      this.#periodStart = now;
      return;
    }
    // Periods go on in Skipper's beat, however late somebody looks.
    this.#periodStart = now - (elapsed % periodMs);
    // Skipper's ticker would meanwhile have seen a period without a request, and forgiven everything.
    if (elapsed >= 2 * periodMs) this.#requests.fill(0);
    this.#judge();
  }

  adopt({ order, slotCount }: Snapshot, added: readonly { readonly slot: number }[]): void {
    const known = this.#weights.length;
    this.#requests = grown(this.#requests, slotCount, (length) => new Int32Array(length));
    this.#failures = grown(this.#failures, slotCount, (length) => new Int32Array(length));
    this.#drops = grown(this.#drops, slotCount, (length) => new Float64Array(length));
    this.#weights = grown(this.#weights, slotCount, (length) => new Float64Array(length));
    this.#weights.fill(1, known);
    this.#unhealthy = grown(this.#unhealthy, slotCount, (length) => new Uint32Array(length));
    this.#order = order;
    for (const { slot } of added) this.#forget(slot);
    this.#listUnhealthy();
  }

  #forget(slot: number): void {
    this.#requests[slot] = 0;
    this.#failures[slot] = 0;
    this.#drops[slot] = 0;
    this.#weights[slot] = 1;
  }

  #judge(): void {
    const { minRequests, minDropProbability, maxDropProbability } = this.#options;
    for (const slot of this.#order) {
      const requests = this.#requests[slot] ?? 0;
      const ratio = requests > minRequests ? (this.#failures[slot] ?? 0) / requests : 0;
      this.#weights[slot] = Math.max(1 - ratio, 1 - maxDropProbability);
      this.#drops[slot] = ratio > minDropProbability ? Math.min(ratio, maxDropProbability) : 0;
    }
    this.#requests.fill(0);
    this.#failures.fill(0);
    this.#listUnhealthy();
  }

  #listUnhealthy(): void {
    this.#unhealthyCount = 0;
    for (const slot of this.#order)
      if (this.dropProbabilityOf(slot) > 0) this.#unhealthy[this.#unhealthyCount++] = slot;
  }
}
