/** Gets conditions and a new one, gives conditions; the time of a condition moves only when its status does. */
import type { Reason } from './reasons.ts';
import { reasons } from './reasons.ts';
import type { Condition, Timestamp } from './types.ts';

/** Condition → what it says when it is True. docs/spec prints this table. */
export const conditionMeanings = {
  Ready: 'What is asked for is what is there, and it works.',
  Reconciling: 'The operator is on its way to what is asked for; the reason says where it stands or what it waits for.',
  Stalled: 'The operator cannot go on by itself; the message says what a person must do.',
  ShadowInSync:
    "The route server's table agrees with what Skipper uses. Unknown: inconclusive, or nothing is compared.",
  Promotable: 'The whole fleet has read from the route server for the bake time: copy this tier to the next.',
  FallbackActive: 'Skippers were moved back because the route server failed them.',
  RoutesHeldBack:
    'The route server serves routes that vanished from the cluster by the hundred. Unknown: it does not answer.',
  ErrorsCounted:
    "Skipper's metrics tell the errors by which moved Skippers are judged. False: the message names the flag that hides them, and no next step is taken, unless spec.rollout.uncountedErrors is Ignore.",
  TierKnown: 'The operator knows the tier of its cluster.',
  RolloutSafe: "Rolling Skipper's Deployment loses no request. Unknown: there is no Deployment to look at.",
  SpecFullySupported: 'This version acts on every field that is set. False: the message names the fields it ignores.',
} as const;

/** The conditions the operator sets on a RouteServerConfig. */
export type ConditionType = keyof typeof conditionMeanings;

/** A condition as the operator decides it, before it has a time. */
export interface ConditionVerdict {
  readonly type: ConditionType;
  readonly status: Condition['status'];
  readonly reason: Reason;
  /** For a person: object, field, and what to do. Never a secret. */
  readonly message: string;
}

/** Longest message the CRD takes, in characters. */
export const MAX_CONDITION_MESSAGE_LENGTH = 4096;

/** The condition of a type, `undefined` before it was first set. */
export function findCondition(
  conditions: readonly Condition[] | undefined,
  type: ConditionType,
): Condition | undefined {
  return conditions?.find((condition) => condition.type === type);
}

/**
 * The conditions with one set anew. Gives back the very same array when nothing but the time would differ, so that
 * `===` tells whether there is something to write.
 * @param observedGeneration `metadata.generation` of the object that was looked at
 * @param now RFC 3339 in UTC; used only when the condition's status changes
 */
export function setCondition(
  conditions: readonly Condition[] | undefined,
  verdict: ConditionVerdict,
  observedGeneration: number,
  now: Timestamp,
): readonly Condition[] {
  const before = findCondition(conditions, verdict.type);
  const lastTransitionTime = before?.status === verdict.status ? before.lastTransitionTime : now;
  const message = verdict.message.slice(0, MAX_CONDITION_MESSAGE_LENGTH);
  const after: Condition = { ...verdict, message, observedGeneration, lastTransitionTime };
  if (conditions === undefined || before === undefined) return [...(conditions ?? []), after];
  if (sameCondition(before, after)) return conditions;
  return conditions.map((condition) => (condition === before ? after : condition));
}

/** `setCondition` for several, in their order. */
export function setConditions(
  conditions: readonly Condition[] | undefined,
  verdicts: readonly ConditionVerdict[],
  observedGeneration: number,
  now: Timestamp,
): readonly Condition[] {
  return verdicts.reduce<readonly Condition[]>(
    (all, verdict) => setCondition(all, verdict, observedGeneration, now),
    conditions ?? [],
  );
}

/** What holds before the operator has looked: GitOps tools must not take a new object for a healthy one. */
export const firstSightVerdicts: readonly ConditionVerdict[] = [
  { type: 'Ready', status: 'Unknown', reason: reasons.notObserved, message: 'Not looked at yet.' },
  { type: 'Reconciling', status: 'True', reason: reasons.notObserved, message: 'Looking at the fleet.' },
];

function sameCondition(before: Condition, after: Condition): boolean {
  return (
    before.status === after.status &&
    before.reason === after.reason &&
    before.message === after.message &&
    before.observedGeneration === after.observedGeneration
  );
}
