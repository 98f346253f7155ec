/** Gets two statuses, gives the Events for what became of the judgements between them. Pure. */
import { findCondition, type ConditionType, type RouteServerConfigStatus } from '../api/index.ts';
import type { EventToRecord } from '../kube/index.ts';

/**
 * Conditions that are news by themselves, each with the status that is. The other one is news only after it, and
 * `Unknown` never: it comes and goes while nothing could be learned. Where a fleet stands is told by its phase and by Ready.
 */
export const toldConditions = [
  { type: 'ShadowInSync', news: 'False', isTrouble: true },
  { type: 'Promotable', news: 'True', isTrouble: false },
  { type: 'FallbackActive', news: 'True', isTrouble: true },
  { type: 'RoutesHeldBack', news: 'True', isTrouble: true },
  { type: 'ErrorsCounted', news: 'False', isTrouble: true },
] as const satisfies readonly { type: ConditionType; news: 'True' | 'False'; isTrouble: boolean }[];

/** One event per condition that has become another one; none for what a new object begins with. */
export function conditionEvents(
  before: RouteServerConfigStatus | undefined,
  after: RouteServerConfigStatus,
): readonly EventToRecord[] {
  return toldConditions.flatMap(({ type, news, isTrouble }) => {
    const now = findCondition(after.conditions, type);
    if (now === undefined || now.status === 'Unknown') return [];
    const was = findCondition(before?.conditions, type)?.status === news;
    const is = now.status === news;
    if (was === is) return [];
    return [{ type: is && isTrouble ? 'Warning' : 'Normal', reason: now.reason, action: type, note: now.message }];
  });
}
