/** Gets the statuses that a config had, one after the other; gives what is to be told of them. */
import { findCondition, type RouteServerConfigStatus } from '../../../src/api/index.ts';
import { conditionEvents } from '../../../src/operator/condition-events.ts';
import { onceEach } from '../../../src/operator/news.ts';

/** All that statuses, one after the other, give to tell: a new phase, a new reason, a judgement that is news. */
export function transitionsIn(statuses: readonly (RouteServerConfigStatus | undefined)[]): readonly string[] {
  return statuses.flatMap((after, at) => {
    const before = statuses[at - 1];
    const ready = findCondition(after?.conditions, 'Ready');
    if (after?.phase === undefined || ready === undefined) return [];
    const isNew = after.phase !== before?.phase || ready.reason !== findCondition(before.conditions, 'Ready')?.reason;
    const { reason, message: note } = ready;
    const move = isNew ? ({ type: 'Normal', action: after.phase, reason, note } as const) : undefined;
    const events = onceEach(before, after, move, conditionEvents(before, after));
    return events.map((event) => `${event.action} ${event.reason}: ${event.note}`);
  });
}

/** Told by what was done and not by the status: on a slow machine a Skipper may lag and be healed. */
export const isHealing = (event: string): boolean => /^(?:Resend|Evict) /.test(event);
