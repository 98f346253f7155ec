/** Gives a real API server that is written to and listed from, and how a route server gets at it. */
import { KubeClient, KubeError, kinds, loadKubeConfig } from '../../../src/kube/index.ts';
import type { ClusterConfig, KubeObject, ResourceKind } from '../../../src/kube/index.ts';
import { bootControlPlane, kubectl } from '../../harness/index.ts';
import type { BootedCluster } from '../../harness/index.ts';
import { readerAccess, type ReaderAccess } from '../../harness/scenario/reader-account.ts';
import { routeGroupCrd } from '../../integration/routeserver/manifests.ts';
import type { Json } from '../arbitraries/services.ts';
import { namespaces } from '../arbitraries/words.ts';
import type { Write } from './model.ts';

const routedKinds: Readonly<Record<string, ResourceKind>> = {
  Ingress: kinds.Ingress,
  RouteGroup: kinds.RouteGroup,
  Service: kinds.Service,
  Endpoints: kinds.Endpoints,
  EndpointSlice: kinds.EndpointSlice,
};
const fieldManager = 'live';
const writersAtOnce = 8;
/** What an API server answers to an object that it does not want. */
const refusals = [400, 409, 422];

function kindOf(object: Json): ResourceKind {
  const found = routedKinds[String(object['kind'])];
  if (found === undefined) throw new Error(`objects of kind ${String(object['kind'])} are not written`);
  return found;
}

/** etcd and kube-apiserver, and nobody else who writes. */
export class LiveCluster {
  readonly access: ReaderAccess;
  readonly #cluster: BootedCluster;
  readonly #config: ClusterConfig;
  readonly #client: KubeClient;

  private constructor(cluster: BootedCluster, access: ReaderAccess) {
    this.#cluster = cluster;
    this.access = access;
    this.#config = loadKubeConfig({ kubeconfig: cluster.kubeconfigPath });
    this.#client = new KubeClient({ config: this.#config, userAgent: 'live', timeoutMs: 120_000 });
  }

  static async boot(): Promise<LiveCluster> {
    const cluster = await bootControlPlane({ name: 'live' });
    const others = namespaces.filter((name) => name !== 'default');
    const spaces = others.map((name) => JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }));
    await kubectl(cluster, ['apply', '-f', '-'], { input: [routeGroupCrd, ...spaces].join('\n---\n') });
    const crd = 'crd/routegroups.zalando.org';
    await kubectl(cluster, ['wait', '--for=condition=Established', '--timeout=60s', crd]);
    const access = await readerAccess(cluster);
    // It mirrors Endpoints into EndpointSlices and removes those without a Service, whenever it gets round to it.
    await cluster.program('kube-controller-manager').crash();
    return new LiveCluster(cluster, access);
  }

  /** Whether the API server took it. */
  async write({ verb, object }: Write): Promise<boolean> {
    const kind = kindOf(object);
    const { namespace, name } = object['metadata'] as { readonly namespace: string; readonly name: string };
    try {
      if (verb === 'remove') await this.#client.delete(kind, { namespace, name });
      else await this.#client.apply(kind, object as unknown as KubeObject, { fieldManager, force: true });
      return true;
    } catch (error) {
      if (error instanceof KubeError && refusals.includes(error.status)) return false;
      throw error;
    }
  }

  /** Everything that a route server reads, as the API server has it now. */
  async objects(): Promise<readonly Json[]> {
    const lists = Object.values(routedKinds).map(async (kind) => {
      const { items } = await this.#client.list(kind);
      return items.map((item): Json => ({ ...item, kind: kind.kind }));
    });
    return (await Promise.all(lists)).flat();
  }

  /** Removes whatever was written. */
  async clear(): Promise<void> {
    const isOurs = ({ metadata }: Json) => (metadata as Json)['name'] !== 'kubernetes';
    const left = (await this.objects()).filter(isOurs);
    await this.each(left, async (object) => {
      await this.write({ verb: 'remove', object });
    });
  }

  /** Some at a time. */
  async each<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
    const queue = items.values();
    const worker = async (): Promise<void> => {
      for (const item of queue) await work(item);
    };
    await Promise.all(Array.from({ length: writersAtOnce }, worker));
  }

  async stop(): Promise<void> {
    await this.#config.close();
    await this.#cluster.stop();
  }
}
