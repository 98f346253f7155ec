/** From a RouteServerConfig and Skipper's Deployment to the objects wanted, and to Skipper's wiring. Pure. */
export type * from './types.ts';
export { deriveFlags, type DerivedFlags, type FlagSource } from './derive-flags.ts';
export { takeOverFromSkipper, type TakenOver } from './from-skipper.ts';
export {
  CONFIG_LABEL,
  CONFIG_NAMESPACE_LABEL,
  ORIGINAL_WIRING_ANNOTATION,
  bindingName,
  routeServerName,
  routeServerUrl,
  selectorLabels,
  sentinelName,
  type Component,
  type ConfigKey,
  type SentinelSource,
} from './names.ts';
export { checkSkipperRollout, type RolloutWarning } from './rollout-safety.ts';
export { desiredRouteServer, type RouteServerInput } from './route-server.ts';
export { desiredSentinel, type SentinelInput } from './sentinel.ts';
export { findSkipperContainer } from './skipper-container.ts';
export { unwireSkipper, wireSkipper } from './wire-skipper.ts';
export { otherArgsManagers, podSource, wiringState, type WiringState, type WiringTarget } from './wiring-state.ts';
