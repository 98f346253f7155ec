/**
 * Every reason the operator gives, once: the same word stands in the condition, the Event and the metric's label.
 *
 * A reason is named for what is the case, so that it reads well after "because". docs/spec prints this table.
 */

/** Reason → what it tells the reader of a condition. */
export const reasonMeanings = {
  // Where the fleet stands.
  ModeFalse: 'Mode is "False": the fleet reads directly and nothing of ours is left.',
  NotObserved: 'The operator has not yet looked at this generation.',
  Shadowing: 'The route server runs beside the fleet and is compared with it.',
  SteppingUp: 'A larger share of the fleet is being moved to the route server.',
  SteppingDown: 'A smaller share of the fleet is being left with the route server.',
  SwitchingSkippers: 'Skippers are being moved to the route server.',
  InExec: 'Every Skipper that shall read from the route server does.',
  SwitchingBack: 'Skippers are being moved back to their own data client.',
  RemovingRouteServer: 'No Skipper reads from the route server any more; it is being removed.',
  Suspended: 'spec.suspend is true: the operator watches and changes nothing.',
  Settled: 'What is asked for is what is there.',

  // Gates: what holds the next move.
  RouteServerNotReady: 'The route server does not answer with a table yet.',
  RouteServerGone: 'Skippers read from the route server, and it has no ready endpoint.',
  FlagsUnsupported: 'Skipper runs with data-client flags that the route server does not support.',
  FreshnessExceeded: "The route server's data is older than spec.shadow.freshnessBudget allows.",
  ShadowInSync: 'The tables agree.',
  ShadowOutOfSync: 'The tables differ, and still did on a second read.',
  ShadowInconclusive: 'The tables could not be compared; this holds a promotion and proves nothing.',
  ShadowNotSettled: 'The tables agree, but not yet for spec.rollout.inSyncFor.',
  NotShadowing: 'Nothing is compared in this mode.',
  ApprovalMissing: 'spec.rollout.approval is Manual and this generation is not approved.',
  StepNotSoaked: 'The current step has not held for spec.rollout.stepSoak.',
  CanaryNotReady: 'The canary Skippers are not all ready.',
  CanaryUnschedulable: 'The scheduler finds no place for a canary Skipper.',
  SkipperUnschedulable: "The scheduler finds no place for a Skipper of the fleet's own Deployment.",
  CanaryErrors: 'The canary Skippers answer more requests with errors than the rest.',
  SkippersNotConverged: "A moved Skipper does not show the route server's table yet.",
  SkippersRollingOut: "Skipper's Deployment is still rolling out.",
  BakeNotOver: 'spec.rollout.bake is still being counted.',
  BakeOver: 'The whole bake time has passed: this tier may be copied to the next.',
  NotInExec: 'The fleet is not wholly in Exec, so there is nothing to bake.',

  // What a person must put right.
  SkipperNotFound: 'spec.skipper.deploymentRef names a Deployment that is not there.',
  SkipperClaimed: 'Another RouteServerConfig already controls this Deployment.',
  ContainerNotFound: 'The Deployment has no container that could be Skipper, or several.',
  WiringContested: "Something else keeps resetting Skipper's args.",
  RolloutUnsafe: "Skipper's own rollout settings may lose requests while it restarts.",
  SpecInvalid: 'The spec passed the API server but cannot be acted on.',
  ObjectClaimed: 'An object with the name we need exists and is not ours.',

  // Fallback.
  FallbackNotNeeded: 'No fallback is active.',
  FallbackDisabled: 'spec.fallback.enabled is false: Skippers keep their last known good table, come what may.',
  FallbackPending: 'The route server fails its Skippers, but not yet for spec.fallback.after.',
  FallingBack: 'Skippers are being moved back because the route server failed them.',
  FallenBack: 'Skippers were moved back; an acknowledgement or a change of the spec ends it.',
  FallbackBudgetExceeded:
    'spec.fallback.maxDirectPollers is reached: the rest of the Skippers keep their last known good table.',

  // Routes that vanished by the hundred.
  NoRoutesHeldBack: 'The route server serves what the cluster has, and nothing else.',
  RoutesVanished:
    'Too many routes vanished at once; the route server serves them on until a later list or a person agrees.',

  // How canaries are judged.
  ErrorsCounted: 'Every error by which moved Skippers are judged can be counted.',
  ErrorsNotCounted: 'Errors by which moved Skippers are judged cannot be counted; the message names why.',

  // Tier.
  TierFound: "spec.tiers has an entry for this cluster's tier.",
  TierWithoutEntry: "spec.tiers has no entry for this cluster's tier: the top-level fields apply.",
  TierUnknown: 'The operator was not told the tier of its cluster: the top-level fields apply.',

  // How much of the spec this version knows.
  AllFieldsActedOn: 'This version acts on every field that is set.',
  FieldsNotActedOn: 'Fields are set that this version does not act on yet; the message names them.',

  // Trouble on the way.
  ApplyFailed: 'The API server refused an object; the message says which and why.',
  ApiUnavailable: 'The API server does not answer.',
} as const;

/** One of the words above. */
export type Reason = keyof typeof reasonMeanings;

/** The reason of that name, as read back from a status; `undefined` when this version has no such reason. */
export function reasonNamed(name: string): Reason | undefined {
  return Object.hasOwn(reasonMeanings, name) ? (name as Reason) : undefined;
}

type ReasonConstants = { readonly [R in Reason as Uncapitalize<R>]: R };

/** The reasons by name: `reasons.shadowNotSettled` is `'ShadowNotSettled'`. */
export const reasons = Object.fromEntries(
  Object.keys(reasonMeanings).map((reason) => [reason.charAt(0).toLowerCase() + reason.slice(1), reason]),
) as ReasonConstants;
