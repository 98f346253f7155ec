/** The compiler: a cluster's objects and Skipper's flags become routes and problems. Pure. */

export { indexCluster, type ClusterLookup, type ClusterState } from './cluster.ts';
export { compile } from './compile.ts';
export type { ObjectChange } from './incremental/cluster-objects.ts';
export type { PrintedRoutes } from './incremental/piece.ts';
export type { ChangedLines } from './incremental/route-set.ts';
export { TableCompiler, type TableChange } from './incremental/table-compiler.ts';
export { isDefaultFiltersFile } from './default-filters.ts';
export { compileOptions, type StaticCompileOptions } from './flags/compile-options.ts';
export type { FlagValues } from './flags/flag-values.ts';
export { ownFlags } from './flags/own-flags.ts';
export { refusalOf } from './flags/refused-flags.ts';
export { Complaints } from './flags/parse-values.ts';
export { readFlags } from './flags/read-flags.ts';
export {
  defaultCompileOptions,
  type AnnotationRule,
  type CompileOptions,
  type PathMode,
  type Pattern,
  type TrafficAlgorithm,
} from './options.ts';
export type { Problem, ProblemCode } from './problem.ts';
export { serviceAddresses } from './service-addresses.ts';
export { narrowToZone, zonesOf } from './zone.ts';
