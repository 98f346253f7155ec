/** What the adapters of the client-side balancer have in common: time, and what they tell the curious. */
export { machineClock } from './clock.ts';
export type { BalancerClock, BalancerTimer } from './clock.ts';
export { channelNames, channels, errorOf } from './diagnostics.ts';
export type {
  AttemptEvent,
  AttemptOutcome,
  EndpointsEvent,
  FallbackEvent,
  FallbackReason,
  PickEvent,
  ProblemEvent,
} from './diagnostics.ts';
export { longestTimer, nameIn, numberIn, oneIn } from './options.ts';
export { ownAddress } from './own-address.ts';
