/** Gets two statuses, gives the Event that tells a person what happened between them. Pure. */
import { findCondition, type RouteServerConfigStatus } from '../api/index.ts';
import type { EventToRecord } from '../kube/index.ts';
import type { PassResult } from './status.ts';

/** One event per transition: a new phase, or a new reason why nothing moves. */
export function eventOf(
  before: RouteServerConfigStatus | undefined,
  after: RouteServerConfigStatus,
  { decision }: PassResult,
): EventToRecord | undefined {
  const stalled = findCondition(after.conditions, 'Stalled');
  const ready = findCondition(after.conditions, 'Ready');
  const isNewPhase = before?.phase !== after.phase;
  const isNewReason = findCondition(before?.conditions, 'Ready')?.reason !== ready?.reason;
  if (ready === undefined || !(isNewPhase || isNewReason)) return undefined;
  return {
    type: stalled?.status === 'True' ? 'Warning' : 'Normal',
    reason: ready.reason,
    action: decision.phase,
    note: ready.message,
  };
}
