/** The balancer in a cluster: endpoints from EndpointSlices, toggles from a ConfigMap, both watched. */
export { EndpointSliceWatcher } from './endpoint-slice-watcher.ts';
export type { EndpointSliceWatcherOptions, EndpointTarget } from './endpoint-slice-watcher.ts';
export { ConfigMapToggles } from './config-map-toggles.ts';
export type { ConfigMapTogglesOptions } from './config-map-toggles.ts';
export type { ClusterOptions } from './cluster-options.ts';
export { decodeSlice, endpointsOf } from './slices.ts';
export type { PortChoice, RawSlice, Slice } from './slices.ts';
