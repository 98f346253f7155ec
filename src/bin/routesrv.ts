#!/usr/bin/env node
/**
 * Gets Skipper's flags; runs the route server until it is told to stop. Wiring only.
 */
import { readFileSync } from 'node:fs';
import { KubeClient } from '../kube/index.ts';
import {
  clusterConfig,
  makeSource,
  metricsPrefix,
  readFlags,
  RouteServer,
  routeServerOptions,
} from '../routeserver/index.ts';
import type { RouteServerOptions } from '../routeserver/index.ts';
import { Lifecycle, optimiseLittle, systemClock } from '../runtime/index.ts';
import type { LifecycleEvent } from '../runtime/index.ts';
import { createLogger, createMetrics } from '../telemetry/index.ts';
import type { Logger } from '../telemetry/index.ts';

/** For bodies under way, after the delay in which load balancers learn of the end. */
const drainMs = 15_000;

function refuse(problems: readonly string[]): never {
  for (const problem of problems) process.stderr.write(`routesrv: ${problem}\n`);
  process.exit(2);
}

function readOptions(): { readonly options: RouteServerOptions; readonly ignoredKeys: readonly string[] } {
  const flags = readFlags(process.argv.slice(2), (path) => readFileSync(path, 'utf8'), process.env);
  const { options, problems } = routeServerOptions(flags.values, process.env);
  const all = [...flags.problems, ...problems];
  if (all.length > 0) refuse(all);
  return { options, ignoredKeys: flags.ignoredKeys };
}

function reportTo(log: Logger): (event: LifecycleEvent) => void {
  return (event) => {
    if (event.type === 'failed') log.error({ component: event.component, err: event.error }, 'could not start');
    else if (event.type === 'overdue') log.warn(event, 'did not stop in time');
    else log.info(event, event.type);
  };
}

async function main(): Promise<number> {
  const onFirstTable = optimiseLittle();
  const { options, ignoredKeys } = readOptions();
  const log = createLogger({ name: 'routesrv', level: options.logLevel });
  if (ignoredKeys.length > 0) log.warn({ keys: ignoredKeys }, 'the config file has keys that are no flags');
  const metrics = createMetrics({ prefix: metricsPrefix });
  const config = clusterConfig(options.access);
  const client = new KubeClient({ config, userAgent: 'routesrv-routeserver' });
  const clock = systemClock;
  const source = makeSource({ options, client, clock, log, metrics });
  const server = new RouteServer({ options, source, clock, log, metrics, onFirstTable });
  const lifecycle = new Lifecycle({ clock, stopDeadlineMs: options.drainDelayMs + drainMs, report: reportTo(log) });
  for (const component of server.components()) lifecycle.add(component);
  const exitCode = await lifecycle.run();
  await config.close();
  return exitCode;
}

try {
  process.exitCode = await main();
} catch (error) {
  refuse([error instanceof Error ? error.message : String(error)]);
}
