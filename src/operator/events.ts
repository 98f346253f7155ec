/** Gets two statuses, gives the Event that tells a person what happened between them. Pure. */
import { findCondition, type Condition, type RouteServerConfigStatus } from '../api/index.ts';
import type { EventToRecord } from '../kube/index.ts';
import type { PassResult } from './status.ts';

/** One event per transition: a new phase, or a new reason why nothing moves. */
export function eventOf(
  before: RouteServerConfigStatus | undefined,
  after: RouteServerConfigStatus,
  result: PassResult,
): EventToRecord | undefined {
  const ready = findCondition(after.conditions, 'Ready');
  const isNewPhase = before?.phase !== after.phase;
  const isNewReason = findCondition(before?.conditions, 'Ready')?.reason !== ready?.reason;
  if (ready === undefined || !(isNewPhase || isNewReason)) return undefined;
  const isTrouble = result.failure !== undefined || isTrue(findCondition(after.conditions, 'Stalled'));
  return {
    type: isTrouble ? 'Warning' : 'Normal',
    reason: ready.reason,
    action: result.decision.phase,
    note: ready.message,
  };
}

const isTrue = (condition: Condition | undefined): boolean => condition?.status === 'True';
