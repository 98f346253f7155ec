/** An API server that misbehaves on order, and what tests against it need. */
export { FaultyApi } from './server.ts';
export type { SeenRequest } from './server.ts';
export type { Fault, Matching } from './faults.ts';
export type { WireObject } from './objects.ts';
export { hurriedClock } from './hurried-clock.ts';
export { until } from './until.ts';
