/** Metrics of the client-side balancer for prom-client. */
export { BalancerMetrics } from './balancer-metrics.ts';
export type { BalancerMetricsOptions } from './balancer-metrics.ts';
