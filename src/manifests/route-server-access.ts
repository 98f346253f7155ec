/** Gets the config and which namespace is read. Gives the route server's ServiceAccount and its right to read. */
import type { RouteServerConfig } from '../api/index.ts';
import { bindingName, objectLabels, ownedMetadata, routeServerName } from './names.ts';
import type { KubeObject } from './types.ts';

const RBAC = 'rbac.authorization.k8s.io';

/**
 * The objects that let the route server read what Skipper read: none when the spec brings a ServiceAccount of its own.
 *
 * With `-kubernetes-namespace` the role is bound in that namespace alone. The binding cannot be owned by the config
 * (owners do not reach out of their namespace), so whoever cleans up has to find it by its labels.
 */
export function routeServerAccess(
  config: RouteServerConfig,
  clusterRole: string,
  readNamespace?: string,
): KubeObject[] {
  if (config.spec.routeServer.serviceAccountName !== undefined) return [];
  const name = routeServerName(config.metadata);
  const account: KubeObject = {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: ownedMetadata(config, name, 'route-server'),
    // Only the route server's own pods ask for the token.
    automountServiceAccountToken: false,
  };
  const binding: KubeObject = {
    ...bindingIdentity(config, readNamespace),
    roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: clusterRole },
    subjects: [{ kind: 'ServiceAccount', name, namespace: config.metadata.namespace }],
  };
  return [account, binding];
}

/** The ServiceAccount under which the route server runs. */
export function routeServerAccount({ metadata, spec }: RouteServerConfig): string {
  return spec.routeServer.serviceAccountName ?? routeServerName(metadata);
}

function bindingIdentity({ metadata }: RouteServerConfig, readNamespace?: string) {
  const common = { name: bindingName(metadata), labels: objectLabels(metadata, 'route-server') };
  const apiVersion = `${RBAC}/v1`;
  return readNamespace === undefined
    ? { apiVersion, kind: 'ClusterRoleBinding', metadata: common }
    : { apiVersion, kind: 'RoleBinding', metadata: { ...common, namespace: readNamespace } };
}
