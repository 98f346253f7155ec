/** Gets which cluster a person means, gives the way to it. */
import { KubeError, loadKubeConfig } from '../../kube/index.ts';
import type { ClusterConfig } from '../../kube/index.ts';
import { Failure } from '../failure.ts';

/** What is not given is as kubectl has it. */
export interface WantedCluster {
  readonly kubeconfig?: string;
  readonly context?: string;
}

/** @throws Failure when there is no such cluster */
export function connect({ kubeconfig, context }: WantedCluster): ClusterConfig {
  try {
    return loadKubeConfig({
      ...(kubeconfig === undefined ? {} : { kubeconfig }),
      ...(context === undefined ? {} : { context }),
    });
  } catch (error) {
    throw new Failure(messageOf(error));
  }
}

/** What an error says, and for a cluster that did not answer, what a person can do. */
export function messageOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const isSilent = error instanceof KubeError && (error.reason === 'Unreachable' || error.reason === 'Timeout');
  return isSilent ? `${message}; is it the cluster that you mean? --context and --kubeconfig choose another` : message;
}
