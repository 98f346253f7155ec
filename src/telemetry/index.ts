/** What programs tell about themselves: log lines and metrics. Factories only. */
export { createLogger } from './logger.ts';
export type { Logger, LogLevel } from './logger.ts';
export { createMetrics } from './metrics.ts';
export { metricsEndpoint } from './metrics-endpoint.ts';
export type { Metrics } from './metrics.ts';
export { serializeError } from './serialize-error.ts';
