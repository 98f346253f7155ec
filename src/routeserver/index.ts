/** The route server: cluster state in, one table out, over HTTP. */
export { readFlags } from '../compile/index.ts';
export { metricsPrefix } from './metrics.ts';
export { routeServerOptions } from './options.ts';
export type { RouteServerOptions } from './options.ts';
export { RouteServer } from './route-server.ts';
export { clusterConfig } from './source/cluster-access.ts';
export { makeSource } from './source/make-source.ts';
