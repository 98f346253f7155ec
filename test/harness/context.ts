/** A cluster that somebody else runs: kind, k3d, minikube, a staging cluster. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { clientProgram, kubectl } from './clients.ts';
import type { Cluster } from './cluster.ts';
import { writeWhole } from './files.ts';
import { cacheFolder } from './layout.ts';
import { runOrThrow } from './processes/run.ts';

/**
 * The cluster of a context in the caller's kubeconfig, if it answers. Its kubeconfig is a copy of that context alone,
 * readable by the caller only, so that nobody has to merge the files of `$KUBECONFIG` again.
 */
export async function useContext(context: string): Promise<Cluster> {
  const program = await clientProgram('kubectl');
  const view = ['config', 'view', '--context', context, '--minify', '--flatten', '--raw'];
  const kubeconfig = await runOrThrow(program, view);
  const server = await runOrThrow(program, [...view, '--output=jsonpath={.clusters[0].cluster.server}']);
  const folder = join(cacheFolder(), 'contexts');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const kubeconfigPath = join(folder, encodeURIComponent(context));
  writeWhole(kubeconfigPath, kubeconfig, 0o600);
  const cluster = {
    name: context,
    level: 'context',
    context,
    server,
    kubeconfigPath,
    stop: () => Promise.resolve(),
  } as const;
  await kubectl(cluster, ['get', '--raw', '/readyz', '--request-timeout', '10s']);
  return cluster;
}
