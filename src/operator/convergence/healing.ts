/**
 * Gets who is not converged and what was tried; gives what to try next. Pure.
 *
 * First the route server is told to send such a Skipper the whole table once more: that costs nobody else anything. What
 * does not help within the freshness budget is followed by an eviction, where the spec allows it: one per budget, and
 * never when the fault is likely not the pod's own.
 */
import { reasons } from '../../api/index.ts';
import type { EventToRecord } from '../../kube/index.ts';
import type { Laggard, Patience } from './lagging.ts';

export interface HealingPolicy {
  /** `spec.fallback.evictStuckPods`. */
  readonly mayEvict: boolean;
  /** `spec.suspend`. */
  readonly isSuspended: boolean;
}
export interface HealingCircumstances extends Patience {
  readonly laggards: readonly Laggard[];
  /** Moved Skippers in all. */
  readonly moved: number;
  readonly routeServerAnswers: boolean;
  /** No rollout of Skippers is under way, which would restart them anyway. */
  readonly isFleetSettled: boolean;
  /** When the route server was last told to send a pod its table once more, by pod. */
  readonly resentAtMs: ReadonlyMap<string, number>;
  /** The last eviction in this fleet, or when this process began: what the one before it did is not known. */
  readonly lastEvictionMs: number;
}
export interface Healing {
  readonly resendTo: readonly string[];
  readonly evict: string | undefined;
}

/** Up to this share of the moved Skippers, and at least one, may be at fault themselves. */
const ownFaultShare = 0.25;

export function planHealing(seen: HealingCircumstances, policy: HealingPolicy): Healing {
  const { laggards, moved, routeServerAnswers, resentAtMs, nowMs, budgetMs } = seen;
  const isOwnFault = laggards.length <= Math.max(1, Math.floor(moved * ownFaultShare));
  if (policy.isSuspended || !routeServerAnswers || !isOwnFault) return { resendTo: [], evict: undefined };
  const patients = laggards.filter(({ isSilent }) => !isSilent).map(({ pod }) => pod);
  const isOver = (sinceMs: number | undefined): boolean => sinceMs !== undefined && sinceMs + budgetMs <= nowMs;
  const resendTo = patients.filter((pod) => !resentAtMs.has(pod) || isOver(resentAtMs.get(pod)));
  const mayEvict = policy.mayEvict && seen.isFleetSettled && isOver(seen.lastEvictionMs);
  const evict = mayEvict ? patients.find((pod) => isOver(resentAtMs.get(pod))) : undefined;
  return { resendTo: resendTo.filter((pod) => pod !== evict), evict };
}

/** What a person is told of it. */
export function healingEvent(action: 'Resend' | 'Evict', { pod, why }: Laggard): EventToRecord {
  const done = action === 'Evict' ? 'it is evicted' : 'the route server is told to send it the whole table once more';
  return { type: 'Warning', reason: reasons.skippersNotConverged, action, note: `Skipper ${pod} ${why}; ${done}` };
}
