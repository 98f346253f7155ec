/** A cluster that somebody else runs: kind, k3d, minikube, a staging cluster. */
import { homedir } from 'node:os';
import { join } from 'node:path';
import { kubectl } from './clients.ts';
import type { Cluster } from './cluster.ts';

/** The cluster of a context in the caller's kubeconfig (`$KUBECONFIG` or `~/.kube/config`), if it answers. */
export async function useContext(context: string): Promise<Cluster> {
  // With a list of files in KUBECONFIG, kubectl's own merging is left to the first that is named.
  const [first] = (process.env['KUBECONFIG'] ?? '').split(':').filter(Boolean);
  const borrowed = {
    name: context,
    level: 'context' as const,
    context,
    kubeconfigPath: first ?? join(homedir(), '.kube/config'),
    stop: () => Promise.resolve(),
  };
  const view = ['config', 'view', '--minify', '-o', 'jsonpath={.clusters[0].cluster.server}'];
  const cluster: Cluster = { ...borrowed, server: await kubectl({ ...borrowed, server: '' }, view) };
  await kubectl(cluster, ['get', '--raw', '/readyz', '--request-timeout', '10s']);
  return cluster;
}
