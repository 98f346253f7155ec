/** Observation → Decision, pure: phases, gates and reasons of a rollout. */
export { decide } from './decide.ts';
export { isoTime } from './gates.ts';
export type { Decision, Intents, Presence, Summary } from './decision.ts';
export type {
  FleetProblem,
  FleetSeen,
  Observation,
  Phase,
  Remembered,
  RouteServerSeen,
  SentinelSeen,
  Wish,
} from './observation.ts';
