/**
 * Gets a cluster of the test bed; gives our client for it and what the tests of the kube room share.
 */
import { KubeClient, kinds, loadKubeConfig } from '../../../src/kube/index.ts';
import type { ClusterConfig, KubeObject } from '../../../src/kube/index.ts';
import { createLogger } from '../../../src/telemetry/index.ts';
import type { Logger } from '../../../src/telemetry/index.ts';
import { bootControlPlane, installCrds } from '../../harness/index.ts';
import type { BootedCluster } from '../../harness/index.ts';

/** A control plane with our CRD, and a client for it. */
export interface Ground {
  readonly cluster: BootedCluster;
  readonly config: ClusterConfig;
  readonly client: KubeClient;
  readonly log: Logger;
  /** Lines that were logged. */
  readonly lines: string[];
  stop(): Promise<void>;
}

export const namespace = 'default';

/** Installs our CustomResourceDefinition. */
export async function withCrd(ground: Ground): Promise<Ground> {
  await installCrds(ground.cluster, ['crds']);
  return ground;
}

/** @param apiServerArgs more flags for kube-apiserver */
export async function breakGround(name: string, apiServerArgs: readonly string[] = []): Promise<Ground> {
  const cluster = await bootControlPlane({ name, apiServerArgs });
  const config = loadKubeConfig({ kubeconfig: cluster.kubeconfigPath });
  const lines: string[] = [];
  const log = createLogger({ name: 'test', level: 'debug', destination: { write: (line) => void lines.push(line) } });
  const client = new KubeClient({ config, userAgent: 'routesrv-tests' });
  const stop = async (): Promise<void> => {
    await config.close();
    await cluster.stop();
  };
  return { cluster, config, client, log, lines, stop };
}

export function configMap(name: string, value: string, labels: Record<string, string> = {}): KubeObject {
  return { metadata: { namespace, name, labels }, data: { value } };
}

export function deployment(name: string, args: readonly string[]): KubeObject {
  const labels = { app: name };
  const container = { name: 'skipper', image: 'skipper', args };
  return {
    metadata: { namespace, name },
    spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers: [container] } } },
  };
}

export function routeServerConfig(name: string): KubeObject {
  return {
    metadata: { namespace, name },
    spec: { mode: 'False', skipper: { deploymentRef: { name: 'skipper-ingress' } } },
  };
}

/** Creates `count` ConfigMaps, some at once. */
export async function createMany(client: KubeClient, prefix: string, count: number): Promise<void> {
  const names = Array.from({ length: count }, (_, n) => `${prefix}-${String(n).padStart(4, '0')}`);
  for (let from = 0; from < count; from += 20) {
    const some = names.slice(from, from + 20);
    await Promise.all(some.map((name) => client.create(kinds.ConfigMap, configMap(name, '1', { many: prefix }))));
  }
}
