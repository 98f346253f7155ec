/**
 * Whether the route server fails the Skippers that read from it, for how long, and whether that is long enough.
 *
 * What cannot be known proves nothing: an inconclusive comparison never counts, and while the API server is away no pass
 * can write down that time went by.
 */
import { ACKNOWLEDGED_FALLBACK_ANNOTATION, agreeing, counted, reasons, type Reason } from '../api/index.ts';
import type { FallbackVerdict } from './decision.ts';
import { describeConvergence, hasStoppedConverging, withTrouble } from './evidence.ts';
import { isoTime } from './gate.ts';
import type { FailureMemory, FleetSeen, Observation } from './observation.ts';

interface Cause {
  readonly reason: Reason;
  readonly message: string;
}

/** What fails now, with the time since when; carries `fellBackMs` once Skippers are to go back, until that is over. */
export function failureNow(seen: Observation, now: number): FailureMemory | undefined {
  const { wish, remembered, fleet } = seen;
  const before = remembered.failure;
  if (wish.suspended && !seen.deleting) return before;
  if (!mayFallBack(seen)) return undefined;
  if (before !== undefined && isInForce(before, seen)) return before;
  const cause = fleet && causeOf(seen, fleet);
  if (cause !== undefined) return failureOf(cause, seen, now);
  return mayLast(before, seen) ? before : undefined;
}

function failureOf(cause: Cause, { wish, remembered, generation }: Observation, now: number): FailureMemory {
  const sinceMs = startOf(remembered.failure) ?? now;
  const isLongEnough = now - sinceMs >= wish.fallback.afterMs;
  return { ...cause, sinceMs, fellBackMs: isLongEnough ? now : undefined, generation };
}

/** Whoever wants the fleet in another mode has it moved back anyhow. */
function mayFallBack({ deleting, wish }: Observation): boolean {
  return !deleting && wish.mode === 'Exec' && wish.fallback.enabled;
}

/** A fallback that was acknowledged leaves no time behind: the next one needs a failure of its own length. */
function startOf(before: FailureMemory | undefined): number | undefined {
  return before?.fellBackMs === undefined ? before?.sinceMs : undefined;
}

function isInForce({ fellBackMs, generation }: FailureMemory, seen: Observation): boolean {
  if (fellBackMs === undefined || generation !== seen.generation) return false;
  // Status keeps whole seconds, and so does what a person copies from it.
  const { acknowledgedMs } = seen.wish.fallback;
  return acknowledgedMs === undefined || isoTime(acknowledgedMs) !== isoTime(fellBackMs);
}

/**
 * A process that has just begun has not looked at tables and Skippers yet. What they showed before is not over for that,
 * and does not move anybody back before it has been seen again.
 */
function mayLast(before: FailureMemory | undefined, { shadow, fleet }: Observation): boolean {
  if (before?.fellBackMs !== undefined || fleet === undefined || fleet.pods.routeServer === 0) return false;
  if (before?.reason === reasons.shadowOutOfSync) return shadow === undefined;
  return before?.reason === reasons.skippersNotConverged && fleet.convergence?.known !== true;
}

function causeOf({ routeServer, shadow }: Observation, fleet: FleetSeen): Cause | undefined {
  if (fleet.pods.routeServer === 0) return undefined;
  if (routeServer.readyReplicas === 0 && !routeServer.answers) {
    const message = `the route server has no ready endpoint: ${routeServer.probeFailure ?? 'it was not asked'}`;
    return { reason: reasons.routeServerGone, message: withTrouble(message, routeServer.trouble) };
  }
  if (shadow?.verdict === 'OutOfSync') {
    return { reason: reasons.shadowOutOfSync, message: `the route server serves a wrong table: ${shadow.summary}` };
  }
  if (fleet.convergence !== undefined && hasStoppedConverging(fleet)) {
    return { reason: reasons.skippersNotConverged, message: describeConvergence(fleet.convergence) };
  }
  return undefined;
}

/** How it stands with the fallback, for a condition; `retryAfterMs` is when it can begin by itself. */
export function fallbackVerdict(
  seen: Observation,
  failure: FailureMemory | undefined,
  now: number,
): FallbackVerdict & { readonly retryAfterMs: number | undefined } {
  const { enabled, afterMs } = seen.wish.fallback;
  const not = (reason: Reason, message: string, retryAfterMs?: number) => ({
    active: false,
    reason,
    message,
    retryAfterMs,
  });
  if (!enabled) return not(reasons.fallbackDisabled, 'spec.fallback.enabled is false');
  if (failure === undefined) return not(reasons.fallbackNotNeeded, 'no Skipper was moved back');
  if (failure.fellBackMs === undefined) {
    const dueMs = failure.sinceMs + afterMs;
    // Overdue it is only while nobody has looked, and the look comes by itself.
    if (dueMs <= now) return not(reasons.fallbackPending, `${failure.message}; Skippers go back if it is seen again`);
    return not(reasons.fallbackPending, `${failure.message}; Skippers go back at ${isoTime(dueMs)}`, dueMs - now);
  }
  const { reason, message } = describeFallback(seen, failure, failure.fellBackMs);
  return { active: true, reason, message, retryAfterMs: undefined };
}

/** Where an active fallback stands: under way, done, or done as far as the budget goes. */
export function describeFallback({ fleet, wish }: Observation, failure: FailureMemory, fellBackMs: number): Cause {
  const cause = `fell back at ${isoTime(fellBackMs)} because ${failure.message}`;
  const howToEnd = `change the spec, or set the annotation ${ACKNOWLEDGED_FALLBACK_ANNOTATION}: "${isoTime(fellBackMs)}"`;
  if (fleet === undefined) return { reason: reasons.fallingBack, message: cause };
  const { direct, routeServer, total } = fleet.pods;
  if (fleet.wiring !== 'Direct' && fleet.replicas > wish.fallback.maxDirectPollers) {
    const poll = `${direct} of ${counted(total, 'Skipper')} ${agreeing(direct, 'polls', 'poll')} the Kubernetes API`;
    const stay = `${poll}, ${routeServer} ${agreeing(routeServer, 'keeps its', 'keep their')} last known good table`;
    return { reason: reasons.fallbackBudgetExceeded, message: `${cause}; ${stay}; to go on, ${howToEnd}` };
  }
  if (routeServer > 0 || fleet.wiring !== 'Direct') {
    return {
      reason: reasons.fallingBack,
      message: `${cause}; ${counted(routeServer, 'Skipper')} ${agreeing(routeServer, 'is', 'are')} still to go back`,
    };
  }
  return { reason: reasons.fallenBack, message: `${cause}; to move Skippers again, ${howToEnd}` };
}
