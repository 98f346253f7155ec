/** Gets what a pass has to tell, by its phase and by its judgements; gives each transition once. Pure. */
import { findCondition, type RouteServerConfigStatus } from '../api/index.ts';
import type { EventToRecord } from '../kube/index.ts';
import { toldConditions } from './condition-events.ts';

/**
 * A judgement often is the very reason why the fleet stands where it does: `FallingBack` is a new phase and the condition
 * FallbackActive. That is one thing that happened, and one Event, as grave as the graver of the two. When Ready comes to
 * name a judgement that was told before and still stands, nothing has happened.
 * @param move the new phase, or the new reason within one
 * @param judgements the conditions that are news
 */
export function onceEach(
  before: RouteServerConfigStatus | undefined,
  after: RouteServerConfigStatus,
  move: EventToRecord | undefined,
  judgements: readonly EventToRecord[],
): readonly EventToRecord[] {
  if (move === undefined) return judgements;
  const twin = judgements.find(({ reason }) => reason === move.reason);
  const others = judgements.filter((event) => event !== twin);
  if (twin !== undefined) return [{ ...move, type: twin.type === 'Warning' ? 'Warning' : move.type }, ...others];
  const isOld = before?.phase === after.phase && stands(before, move.reason);
  return isOld ? others : [move, ...others];
}

/** Whether a judgement with that reason was told before and has not ended. */
function stands(before: RouteServerConfigStatus | undefined, reason: string): boolean {
  return toldConditions.some(({ type, news }) => {
    const condition = findCondition(before?.conditions, type);
    return condition?.status === news && condition.reason === reason;
  });
}
