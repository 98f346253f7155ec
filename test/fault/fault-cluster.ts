/**
 * Gets nothing, or a control plane; gives a cluster that a fault test can change, and a way to its API server.
 *
 * A double of an API server starts in no time and takes objects that a real one refuses; a real one knows what it
 * means to ask for an old version.
 */
import type { RequestOptions } from 'node:https';
import { ClusterConfig, KubeClient, kinds, loadKubeConfig } from '../../src/kube/index.ts';
import type { ResourceKind } from '../../src/kube/index.ts';
import { FaultyApi } from '../harness/faulty-api/index.ts';
import { bootControlPlane, kubectl } from '../harness/index.ts';
import { routeGroupCrd } from '../integration/routeserver/manifests.ts';

/** The kinds that a route server reads. */
export type FaultKind = 'Ingress' | 'RouteGroup' | 'Service' | 'EndpointSlice';

/** Where a proxy sends what it lets pass, and how it is let in there. */
export interface ProxyTarget {
  readonly url: string;
  readonly tls: Pick<RequestOptions, 'ca' | 'cert' | 'key'>;
}

/** A cluster. All objects are in namespace `default`. */
export interface FaultCluster {
  readonly target: ProxyTarget;
  /** A client of its own, past every proxy. */
  connect(): { readonly client: KubeClient; readonly config: ClusterConfig };
  put(kind: FaultKind, name: string, object: object): Promise<void>;
  remove(kind: FaultKind, name: string): Promise<void>;
  stop(): Promise<void>;
}

const collections: Readonly<Record<FaultKind, string>> = {
  Ingress: '/apis/networking.k8s.io/v1/ingresses',
  RouteGroup: '/apis/zalando.org/v1/routegroups',
  Service: '/api/v1/services',
  EndpointSlice: '/apis/discovery.k8s.io/v1/endpointslices',
};
const apiVersions: Readonly<Record<FaultKind, string>> = {
  Ingress: 'networking.k8s.io/v1',
  RouteGroup: 'zalando.org/v1',
  Service: 'v1',
  EndpointSlice: 'discovery.k8s.io/v1',
};

/** What both a double and a real API server take for an object. */
interface Placed {
  readonly [field: string]: unknown;
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly [field: string]: unknown; readonly name: string; readonly namespace: string };
}

function typed(kind: FaultKind, name: string, object: object): Placed {
  const { metadata } = object as { readonly metadata?: object };
  return { ...object, apiVersion: apiVersions[kind], kind, metadata: { ...metadata, name, namespace: 'default' } };
}

/** A client of an API server that asks for no credentials. */
export function clientOf(url: string): { readonly client: KubeClient; readonly config: ClusterConfig } {
  const config = new ClusterConfig();
  config.loadFromClusterAndUser({ name: 'fault', server: url, skipTLSVerify: true }, { name: 'fault' });
  return { config, client: new KubeClient({ config, userAgent: 'fault' }) };
}

/** A double of an API server, which keeps whatever it is given. */
export async function doubledCluster(): Promise<FaultCluster> {
  const api = await FaultyApi.start();
  return {
    target: { url: api.url, tls: {} },
    connect: () => clientOf(api.url),
    put: (kind, name, object) => {
      api.collection(collections[kind]).put(typed(kind, name, object));
      return Promise.resolve();
    },
    remove: (kind, name) => {
      api.collection(collections[kind]).remove(`default/${name}`);
      return Promise.resolve();
    },
    stop: () => api.stop(),
  };
}

/** etcd and kube-apiserver, with RouteGroups. */
export async function realCluster(name: string): Promise<FaultCluster> {
  const cluster = await bootControlPlane({ name });
  await kubectl(cluster, ['apply', '-f', '-'], { input: routeGroupCrd });
  const crd = 'crd/routegroups.zalando.org';
  await kubectl(cluster, ['wait', '--for=condition=Established', '--timeout=60s', crd]);
  const config = loadKubeConfig({ kubeconfig: cluster.kubeconfigPath });
  const client = new KubeClient({ config, userAgent: 'fault' });
  const kindOf: Readonly<Record<FaultKind, ResourceKind>> = kinds;
  return {
    target: { url: config.server, tls: credentialsOf(config) },
    connect: () => {
      const own = loadKubeConfig({ kubeconfig: cluster.kubeconfigPath });
      return { config: own, client: new KubeClient({ config: own, userAgent: 'fault' }) };
    },
    put: async (kind, objectName, object) => {
      await client.apply(kindOf[kind], typed(kind, objectName, object), { fieldManager: 'fault', force: true });
    },
    remove: async (kind, objectName) => {
      await client.delete(kindOf[kind], { namespace: 'default', name: objectName });
    },
    stop: async () => {
      await config.close();
      await cluster.stop();
    },
  };
}

function credentialsOf(config: ClusterConfig): ProxyTarget['tls'] {
  const decode = (text: string | undefined): Buffer => Buffer.from(text ?? '', 'base64');
  const user = config.getCurrentUser();
  return {
    ca: decode(config.getCurrentCluster()?.caData),
    cert: decode(user?.certData),
    key: decode(user?.keyData),
  };
}
