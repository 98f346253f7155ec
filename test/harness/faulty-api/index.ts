/** An API server that misbehaves on order, and what tests against it need. */
export { FaultyApi } from './server.ts';
export type { Fault, Matching } from './faults.ts';
export { hurriedClock } from './hurried-clock.ts';
export { until } from './until.ts';
