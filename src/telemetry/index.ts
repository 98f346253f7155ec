/** What programs tell about themselves: log lines and metrics. Factories only. */
export { createLogger } from './logger.ts';
export type { Logger, LoggerOptions, LogLevel } from './logger.ts';
export { createMetrics } from './metrics.ts';
export { metricsEndpoint } from './metrics-endpoint.ts';
export type { MetricOptions, Metrics, MetricsOptions } from './metrics.ts';
export { serializeError } from './serialize-error.ts';
export type { SerializedError } from './serialize-error.ts';
