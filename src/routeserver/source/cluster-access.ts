/**
 * Gets how to reach the API server; gives credentials for it.
 */
import { ClusterConfig, loadKubeConfig } from '../../kube/index.ts';
import type { ClusterAccess } from '../options.ts';

/** Loads credentials. Throws an error that names what is missing. */
export function clusterConfig(access: ClusterAccess): ClusterConfig {
  switch (access.from) {
    case 'kubeconfig':
      return loadKubeConfig();
    case 'inCluster': {
      const config = new ClusterConfig();
      config.loadFromCluster();
      return config;
    }
    case 'url':
      return configOfUrl(access.url, access.tokenFile);
  }
}

function configOfUrl(url: string, tokenFile: string): ClusterConfig {
  const config = new ClusterConfig();
  const name = 'kubernetes-url';
  const user = tokenFile === '' ? {} : { authProvider: { name: 'tokenFile', config: { tokenFile } } };
  config.loadFromOptions({
    // There is nothing to verify without TLS, and client-node refuses http to other machines unless told so.
    clusters: [{ name, server: url.replace(/\/+$/, ''), skipTLSVerify: url.startsWith('http:') }],
    users: [{ name, ...user }],
    contexts: [{ name, cluster: name, user: name }],
    currentContext: name,
  });
  return config;
}
