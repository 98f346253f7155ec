/** Kubeconfigs for others than the administrator: a service account, or anybody by impersonation. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { shortHash } from './files.ts';
import type { BootedCluster } from './cluster.ts';
import { kubectl } from './clients.ts';
import { writeKubeconfig } from './control-plane/kubeconfig.ts';

/** A kubeconfig that speaks as the service account (token valid for a day). The account must exist. Gives the path. */
export async function kubeconfigForServiceAccount(
  cluster: BootedCluster,
  { namespace, name }: { readonly namespace: string; readonly name: string },
): Promise<string> {
  const token = await kubectl(cluster, ['create', 'token', name, '--namespace', namespace, '--duration', '24h']);
  const path = join(cluster.folder, `service-account.${namespace}.${name}.kubeconfig`);
  writeKubeconfig(path, target(cluster), { token: token.trim() });
  return path;
}

/** A kubeconfig that speaks as any user, member of the groups given. Gives the path. */
export function kubeconfigImpersonating(
  cluster: BootedCluster,
  user: string,
  groups: readonly string[] = [],
): Promise<string> {
  const certified = { certificate: readPki(cluster, 'admin.crt'), key: readPki(cluster, 'admin.key') };
  const path = join(cluster.folder, `impersonating.${shortHash(user, ...groups)}.kubeconfig`);
  writeKubeconfig(path, target(cluster), { certified, impersonate: { user, groups } });
  return Promise.resolve(path);
}

const target = (cluster: BootedCluster): { name: string; server: string; authority: string } => ({
  name: cluster.name,
  server: cluster.server,
  authority: readPki(cluster, 'ca.crt'),
});

const readPki = (cluster: BootedCluster, file: string): string =>
  readFileSync(join(cluster.folder, 'pki', file), 'utf8');
