/** How long a whole tier has held in Exec, and whether it is ready to be copied to the next tier. */
import { reasons, type Reason } from '../api/index.ts';
import { describeConvergence } from './evidence.ts';
import type { Observation, Phase } from './observation.ts';
import { isoTime } from './gate.ts';

/** The start of the bake, epoch ms. A difference between the tables ends it; missing evidence does not. */
export function bakeOf(phase: Phase, { remembered, shadow }: Observation, now: number): number | undefined {
  if (phase !== 'Moved' || shadow?.verdict === 'OutOfSync') return undefined;
  if (remembered.bakingSinceMs !== undefined) return remembered.bakingSinceMs;
  return shadow?.verdict === 'InSync' ? now : undefined;
}

export interface Promotable {
  readonly met: boolean;
  readonly reason: Reason;
  readonly message: string;
  /** When the bake ends by itself, milliseconds from now. */
  readonly retryAfterMs: number | undefined;
}

/** A tier is promotable when its bake is over and the newest evidence still agrees. */
export function promotableOf(
  phase: Phase,
  bakingSinceMs: number | undefined,
  seen: Observation,
  now: number,
): Promotable {
  const not = (reason: Reason, message: string, retryAfterMs?: number): Promotable => ({
    met: false,
    reason,
    message,
    retryAfterMs,
  });
  if (phase !== 'Moved') return not(reasons.notInExec, 'not every Skipper reads from the route server');
  if (bakingSinceMs === undefined || seen.shadow?.verdict !== 'InSync') {
    return not(reasons.shadowOutOfSync, 'the bake counts only while the shadow is in sync');
  }
  const convergence = seen.fleet?.convergence;
  if (convergence !== undefined && (!convergence.known || convergence.lagging.length > 0)) {
    return not(reasons.skippersNotConverged, describeConvergence(convergence));
  }
  const doneAtMs = bakingSinceMs + seen.wish.bakeMs;
  if (now < doneAtMs) return not(reasons.bakeNotOver, `bakes until ${isoTime(doneAtMs)}`, doneAtMs - now);
  return {
    met: true,
    reason: reasons.bakeOver,
    message: `baked since ${isoTime(bakingSinceMs)}`,
    retryAfterMs: undefined,
  };
}
