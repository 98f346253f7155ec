/** From a RouteServerConfig and Skipper's Deployment to the objects wanted, and to Skipper's wiring. Pure. */
export type * from './types.ts';
export { desiredClientBalancer } from './client-balancer.ts';
export { rollForSettings } from './config-file-wiring.ts';
export {
  clonedConfigMaps,
  configFileTarget,
  mountedConfigMap,
  settingsMark,
  type ConfigFileTarget,
} from './config-file.ts';
export { planCompanion, stepOfCompanion, type CompanionPlan } from './companion.ts';
export type { Labels } from './companion-labels.ts';
export { takeOverFromSkipper, type TakenOver } from './from-skipper.ts';
export {
  COMPANION_LABEL,
  companionName,
  companionComponents,
  CONFIG_LABEL,
  CONFIG_NAMESPACE_LABEL,
  RESTART_ANNOTATION,
  SETTINGS_MARK_ANNOTATION,
  routeServerName,
  routeServerUrl,
  sentinelName,
  type Component,
  type SentinelSource,
  sentinelComponents,
} from './names.ts';
export { podZone } from './pod-zone.ts';
export { hiddenErrors } from './error-counts.ts';
export { checkSkipperRollout } from './rollout-safety.ts';
export { desiredRouteServer } from './route-server.ts';
export { desiredSentinel } from './sentinel.ts';
export { findSkipperContainer } from './skipper-container.ts';
export { unwireSkipper, wireSkipper } from './wire-skipper.ts';
export { otherArgsManagers, podSource, wiringState, type WiringTarget } from './wiring-state.ts';
