/** Gets which cluster a person means, gives the way to it. */
import { loadKubeConfig } from '../../kube/index.ts';
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

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
