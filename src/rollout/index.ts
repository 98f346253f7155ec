/** Observation → Decision, pure: phases, gates and reasons of a rollout. */
export { decide } from './decide.ts';
export { isoTime } from './gate.ts';
export type { Decision, Intents, Presence, Summary } from './decision.ts';
export type {
  CompanionSeen,
  CompanionsSeen,
  ConvergenceSeen,
  ErrorsSeen,
  FailureMemory,
  FleetProblem,
  FleetSeen,
  LaggingSkipper,
  Observation,
  Phase,
  PodCounts,
  Remembered,
  RouteServerSeen,
  RequestCounts,
  SentinelSeen,
  ShadowSeen,
  Soak,
  Wish,
} from './observation.ts';
