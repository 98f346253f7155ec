/** A stage with a real Skipper fleet, routes and traffic, and what is done on it. */
export { apply, eventually, get } from './kubernetes.ts';
export type { Manifest } from './objects.ts';
export { skipperArgs } from './skipper.ts';
export {
  installOperator,
  installRouteGroups,
  operatorNamespace,
  raiseFleet,
  startTraffic,
  trafficStats,
  uninstallOperator,
  type StageOptions,
  type TrafficStats,
} from './stage.ts';
