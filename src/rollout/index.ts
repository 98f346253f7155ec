/** Observation → Decision, pure: phases, gates and reasons of a rollout. */
export { decide, maxRewirings } from './decide.ts';
export { isoTime } from './gates.ts';
export type { Decision, Intents, Memory, Presence, Summary } from './decision.ts';
export type {
  FleetProblem,
  FleetSeen,
  Observation,
  Phase,
  Remembered,
  RouteServerSeen,
  SentinelSeen,
  SentinelsSeen,
  ShadowSeen,
  Wish,
  WiringState,
} from './observation.ts';
