/** Observation → Decision, pure: phases, gates and reasons of a rollout. */
export { decide } from './decide.ts';
export { drillFallback, type Drill } from './drill.ts';
export { describeUncounted } from './evidence.ts';
export { isoTime } from './gate.ts';
export type { Decision, Intents, Presence, Summary } from './decision.ts';
export { rememberedFrom } from './memory.ts';
export { unheard } from './observation.ts';
export { wishOf } from './wish.ts';
export type {
  Bake,
  CompanionSeen,
  CompanionsSeen,
  ConvergenceSeen,
  ErrorsSeen,
  FleetProblem,
  FleetSeen,
  LaggingSkipper,
  Observation,
  Phase,
  PodCounts,
  RouteServerSeen,
  RequestCounts,
  SentinelSeen,
  SentinelsSeen,
  ShadowSeen,
  Wish,
} from './observation.ts';
