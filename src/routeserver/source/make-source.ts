/**
 * Gets options; gives the source that they ask for.
 */
import type { KubeClient } from '../../kube/index.ts';
import type { Clock } from '../../runtime/index.ts';
import type { Logger, Metrics } from '../../telemetry/index.ts';
import type { RouteServerOptions } from '../options.ts';
import { AdaptiveSource } from './adaptive-source.ts';
import type { Source } from './changes.ts';
import { neededKinds } from './kinds.ts';
import { PollSource } from './poll-source.ts';
import { WatchSource } from './watch-source.ts';

export interface SourceParts {
  readonly options: RouteServerOptions;
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
}

/** Makes a source; it does nothing until it is started. */
export function makeSource({ options, ...parts }: SourceParts): Source {
  const { namespace, pollIntervalMs, relistIntervalMs, compile } = options;
  const settings = { ...parts, namespace, pollIntervalMs, relistIntervalMs, kinds: neededKinds(compile) };
  const polling = new PollSource(settings);
  if (options.source === 'poll') return polling;
  return new AdaptiveSource({ ...settings, polling, watching: () => new WatchSource(settings) });
}
