/** Observation → Decision, pure: phases, gates and reasons of a rollout. */
export { decide } from './decide.ts';
export { drillFallback, type Drill, type DrilledPollers } from './drill.ts';
export { isoTime } from './gate.ts';
export type { Decision, Intents, Presence, Summary } from './decision.ts';
export { rememberedFrom } from './memory.ts';
export { wishOf } from './wish.ts';
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
