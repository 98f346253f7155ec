/** What programs run on: time, queues, life cycle, options, health. Knows no Kubernetes. */
export { systemClock } from './clock.ts';
export type { Clock, Timer } from './clock.ts';
export { backoff, backoffDelayMs } from './backoff.ts';
export type { Backoff, BackoffOptions } from './backoff.ts';
export { formatDuration, parseDuration } from './duration.ts';
export { WorkQueue } from './work-queue.ts';
export type { Requeue, WorkQueueOptions, WorkQueueStats } from './work-queue.ts';
export { Lifecycle } from './lifecycle.ts';
export type { Component, LifecycleEvent, LifecycleOptions } from './lifecycle.ts';
export { Health, serveHttp } from './health.ts';
export type { CheckResult, Endpoint, HttpListener } from './health.ts';
export { address, describeOptions, duration, flag, integer, list, oneOf, parseOptions, text } from './options.ts';
export type { ListenAddress, OptionDefinition, OptionDefinitions, OptionValues, ParsedOptions } from './options.ts';
