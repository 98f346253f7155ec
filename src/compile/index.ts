/** The compiler: a cluster's objects and Skipper's options become routes and problems. Pure. */

export { applyRouteChanges } from './route-changes.ts';
export { assemble, type Outcomes, type Table } from './assemble.ts';
export { indexCluster, recordingLookup, type ClusterLookup, type ClusterState } from './cluster.ts';
export { compile, type Compiled } from './compile.ts';
export { compileContext, type CompileContext } from './context.ts';
export { isDefaultFiltersFile } from './default-filters.ts';
export { compileIngress } from './ingress/compile-ingress.ts';
export {
  defaultCompileOptions,
  type AnnotationRule,
  type CompileOptions,
  type EastWestOptions,
  type ExternalNameOptions,
  type HealthcheckOptions,
  type PathMode,
  type Pattern,
  type TrafficAlgorithm,
} from './options.ts';
export type { HostDraft, HostRedirect, IngressOutcome, RouteGroupOutcome } from './outcome.ts';
export type { Problem, ProblemCode } from './problem.ts';
export { compileRouteGroup } from './route-group/compile-route-group.ts';
export { serviceAddresses } from './service-addresses.ts';
export type { CertificateReference } from './tls.ts';
export { narrowToZone, zonesOf } from './zone.ts';
