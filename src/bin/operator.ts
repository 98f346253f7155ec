#!/usr/bin/env node
/**
 * Gets the operator's flags; runs the operator until it is told to stop or has lost its lease. Wiring only.
 */
import { loadKubeConfig } from '../kube/index.ts';
import { operatorComponents, operatorOptions } from '../operator/index.ts';
import { describeOptions, Lifecycle, parseOptions, systemClock } from '../runtime/index.ts';
import type { LifecycleEvent, OptionValues } from '../runtime/index.ts';
import { createLogger, createMetrics, type Logger } from '../telemetry/index.ts';

function readOptions(): OptionValues<typeof operatorOptions> {
  if (process.argv.includes('--help')) {
    process.stdout.write(`routesrv-operator\n\n${describeOptions(operatorOptions)}\n`);
    process.exit(0);
  }
  const parsed = parseOptions(operatorOptions, process.argv.slice(2), process.env);
  if (parsed.ok) return parsed.options;
  for (const problem of parsed.problems) process.stderr.write(`routesrv-operator: ${problem}\n`);
  process.exit(2);
}

function reportTo(log: Logger): (event: LifecycleEvent) => void {
  return (event) => {
    if (event.type === 'failed') log.error({ component: event.component, err: event.error }, 'failed');
    else if (event.type === 'overdue') log.warn(event, 'did not stop in time');
    else log.info(event, event.type);
  };
}

async function main(): Promise<number> {
  const options = readOptions();
  const log = createLogger({ name: 'routesrv-operator', level: options['log-level'] });
  const metrics = createMetrics({ prefix: 'routesrv_operator_' });
  const config = loadKubeConfig();
  const lifecycle = new Lifecycle({ clock: systemClock, report: reportTo(log) });
  const onLeaseLost = (reason: string): void => {
    lifecycle.shutdown(`lost the lease: ${reason}`, true);
  };
  for (const component of await operatorComponents({ options, config, log, metrics, onLeaseLost })) {
    lifecycle.add(component);
  }
  const exitCode = await lifecycle.run();
  await config.close();
  return exitCode;
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`routesrv-operator: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
