/** A stage with a real Skipper fleet, routes and traffic, and what is done on it. */
export { apply, eventually, get, rolledOut } from './kubernetes.ts';
export type { Manifest } from './objects.ts';
export { skipperModule } from './route-group-crd.ts';
export { skipperArgs } from './skipper.ts';
export {
  installOperator,
  installRouteGroups,
  operatorNamespace,
  raiseFleet,
  startTraffic,
  stopTraffic,
  trafficStats,
  type Images,
  type StageOptions,
  type TrafficStats,
} from './stage.ts';
