/** Gets a cluster of ours; gives how a route server, ours or the original, is let in as an account that may only read. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { kubectl } from '../clients.ts';
import type { BootedCluster } from '../cluster.ts';

const account = { namespace: 'default', name: 'routesrv' };

/** Flags and environment, the same for both programs. */
export interface ReaderAccess {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** The CA of a test bed is no system's, so each program is told of it in its own way. */
export async function readerAccess(cluster: BootedCluster): Promise<ReaderAccess> {
  const { namespace, name } = account;
  await kubectl(cluster, ['apply', '-f', '-'], { input: accountManifests });
  const token = await kubectl(cluster, ['create', 'token', name, '--namespace', namespace, '--duration', '24h']);
  const tokenFile = join(cluster.folder, 'routesrv.token');
  writeFileSync(tokenFile, token.trim(), { mode: 0o600 });
  const authority = join(cluster.folder, 'pki/ca.crt');
  return {
    args: [`-kubernetes-url=${cluster.server}`, `-kubernetes-token-file=${tokenFile}`],
    env: { SSL_CERT_FILE: authority, NODE_EXTRA_CA_CERTS: authority },
  };
}

const rules = [
  { apiGroups: [''], resources: ['services', 'endpoints'], verbs: ['list', 'watch'] },
  { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['list', 'watch'] },
  { apiGroups: ['networking.k8s.io'], resources: ['ingresses'], verbs: ['list', 'watch'] },
  { apiGroups: ['zalando.org'], resources: ['routegroups'], verbs: ['list', 'watch'] },
];
const accountManifests = [
  { apiVersion: 'v1', kind: 'ServiceAccount', metadata: account },
  { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name: account.name }, rules },
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: account.name },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: account.name },
    subjects: [{ kind: 'ServiceAccount', ...account }],
  },
]
  .map((manifest) => JSON.stringify(manifest))
  .join('\n---\n');
