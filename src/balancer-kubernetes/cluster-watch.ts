/** Gets a cluster and what to watch in it, gives a list-watch that goes on for ever and tells of its troubles. */
import { channels, errorOf } from '../balancer-adapter/index.ts';
import type { ProblemEvent } from '../balancer-adapter/index.ts';
import { KubeClient, ListWatch, loadKubeConfig } from '../kube/index.ts';
import type { ClusterConfig, Decode, ResourceKind } from '../kube/index.ts';
import { systemClock } from '../runtime/index.ts';
import type { ClusterOptions } from './cluster-options.ts';

export interface WatchSubject<T> {
  readonly kind: ResourceKind;
  readonly namespace: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  readonly decode: Decode<T>;
  readonly source: ProblemEvent['source'];
}

export interface ClusterWatch<T> {
  readonly listWatch: ListWatch<T>;
  readonly report: (error: Error) => void;
  readonly close: () => Promise<void>;
}

/** @throws Error when there is no such kubeconfig or context */
export function watchCluster<T>(options: ClusterOptions, subject: WatchSubject<T>): ClusterWatch<T> {
  const config = configOf(options);
  const { source, ...watched } = subject;
  const report = (error: Error): void => {
    if (channels.problem.hasSubscribers) channels.problem.publish({ source, error } satisfies ProblemEvent);
    options.onProblem?.(error);
  };
  const say = (fields: unknown, message?: unknown): void => {
    report(problemOf(fields, message));
  };
  const listWatch = new ListWatch({
    client: new KubeClient({ config, userAgent: 'routesrv-balancer' }),
    clock: systemClock,
    // An expired version is no trouble: all is listed again at once.
    log: { info: () => undefined, warn: say, error: say },
    ...watched,
  });
  const close = async (): Promise<void> => {
    await listWatch.stop();
    await config.close();
  };
  return { listWatch, report, close };
}

function configOf({ kubeconfig, context }: ClusterOptions): ClusterConfig {
  return loadKubeConfig({
    ...(kubeconfig === undefined ? {} : { kubeconfig }),
    ...(context === undefined ? {} : { context }),
  });
}

function problemOf(fields: unknown, message: unknown): Error {
  const cause = typeof fields === 'object' && fields !== null && 'err' in fields ? errorOf(fields.err) : undefined;
  const text = typeof message === 'string' ? message : 'the watch has a problem';
  return cause === undefined ? new Error(text) : new Error(`${text}: ${cause.message}`, { cause });
}
