/** What programs run on: time, queues, life cycle, options, health. Knows no Kubernetes. */
export { systemClock } from './clock.ts';
export type { Clock, Timer } from './clock.ts';
export { backoff } from './backoff.ts';
export type { Backoff, BackoffOptions } from './backoff.ts';
export { WorkQueue } from './work-queue.ts';
export type { Requeue, WorkQueueStats } from './work-queue.ts';
export { Lifecycle } from './lifecycle.ts';
export type { Component, LifecycleEvent } from './lifecycle.ts';
export { Health, serveHttp } from './health.ts';
export type { Endpoint, HttpListener } from './health.ts';
export { address, describeOptions, duration, flag, oneOf, parseOptions, text } from './options.ts';
export type { ListenAddress, OptionValues } from './options.ts';
export { optimiseLittle } from './optimiser.ts';
