/**
 * Gets a size; gives a real API server with a cluster of that size.
 *
 * Writing the objects takes minutes, so the instance of the test bed is kept: the next run starts it with the state
 * that it has, and puts back what earlier ones have changed.
 */
import { createHash } from 'node:crypto';
import { isConflict, isNotFound, KubeClient, kinds, loadKubeConfig } from '../../src/kube/index.ts';
import type { ClusterConfig, ResourceKind } from '../../src/kube/index.ts';
import { bootControlPlane, installCrds } from '../harness/index.ts';
import type { BootedCluster } from '../harness/index.ts';
import { readerAccess } from '../harness/scenario/reader-account.ts';
import { routeGroupCrd } from '../harness/scenario/route-group-crd.ts';
import { until } from '../harness/wait.ts';
import type { BenchCluster } from './bench-cluster.ts';
import { clusterObjects, namespaces, objectCount } from './cluster-data.ts';
import type { BenchObject, ClusterSize } from './cluster-data.ts';
import { deviations } from './deviations.ts';
import { cpuMs } from './process-stats.ts';

const writersAtOnce = 48;
const listedWithinMs = 120_000;
/** In the cluster once all its objects are; its value tells of which data. */
const marker = { namespace: 'default', name: 'bench-data' };
const kindsByName: Readonly<Record<string, ResourceKind>> = kinds;

function kindOf({ kind }: BenchObject): ResourceKind {
  const found = kindsByName[kind];
  if (found === undefined) throw new Error(`objects of kind ${kind} cannot be written`);
  return found;
}

/** A cluster that can be made as it was. */
export interface KeptCluster extends BenchCluster {
  /** Compares all objects with those that belong there, and mends what differs. */
  restore(): Promise<void>;
}

/** Boots the API server, and fills it where that has not been done. */
export async function realCluster(size: ClusterSize): Promise<KeptCluster> {
  const name = `bench-${String(objectCount(size))}`;
  const digest = digestOf(size);
  const boot = (fresh: boolean) => bootControlPlane({ name, lifetime: 'kept', fresh });
  let cluster = await boot(false);
  let writer = new ClusterWriter(cluster);
  const found = await writer.marked();
  if (found !== digest) {
    process.stderr.write(`  ${name}: writing ${String(3 * objectCount(size))} objects, once\n`);
    if (found !== undefined) {
      await writer.close();
      cluster = await boot(true);
      writer = new ClusterWriter(cluster);
    }
    await installCrds(cluster, [await routeGroupCrd()]);
    await writer.fill(size);
    await writer.put({ apiVersion: 'v1', kind: 'ConfigMap', metadata: marker, data: { digest } });
  }
  // It follows every object of the cluster, which would count as work that a route server makes.
  await cluster.program('kube-controller-manager').crash();
  const { args, env } = await readerAccess(cluster);
  return {
    args,
    env,
    put: (object) => writer.put(object),
    restore: async () => {
      const mended = await writer.restore(size);
      if (mended > 0) process.stderr.write(`  ${name}: ${String(mended)} objects of earlier runs put back\n`);
    },
    cpuMs: () => cpuMs(cluster.program('kube-apiserver').pid) + cpuMs(cluster.program('etcd').pid),
    close: async () => {
      await writer.close();
      await cluster.stop();
    },
  };
}

function digestOf(size: ClusterSize): string {
  const hash = createHash('sha256');
  for (const object of clusterObjects(size)) hash.update(JSON.stringify(object));
  return hash.digest('hex').slice(0, 16);
}

class ClusterWriter {
  readonly #config: ClusterConfig;
  readonly #client: KubeClient;

  constructor({ kubeconfigPath }: BootedCluster) {
    this.#config = loadKubeConfig({ kubeconfig: kubeconfigPath });
    this.#client = new KubeClient({ config: this.#config, userAgent: 'routesrv-bench' });
  }

  close(): Promise<void> {
    return this.#config.close();
  }

  /** Of which data the cluster is full; undefined while it is not. */
  async marked(): Promise<string | undefined> {
    try {
      const { data } = await this.#client.get(kinds.ConfigMap, marker);
      return (data as { digest?: string } | undefined)?.digest;
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  /** A filling that broke off goes on where it was. */
  async fill(size: ClusterSize): Promise<void> {
    await this.#createAll(namespaces(size));
    await this.#createAll(clusterObjects(size));
  }

  /** In one call, for an object that is there: what is measured is not how it is written. */
  async put(object: BenchObject): Promise<void> {
    try {
      await this.#client.replace(kindOf(object), object);
    } catch (error) {
      if (!isNotFound(error)) throw error;
      await this.#create(object);
    }
  }

  /** Gives how many objects were not as they belong. */
  async restore(size: ClusterSize): Promise<number> {
    const written = Map.groupBy(clusterObjects(size), kindOf);
    let mended = 0;
    for (const [kind, objects] of written) {
      // The API server's own Service and slice are in the default namespace. Soon after its start it has no store for
      // objects of a CRD yet.
      const { items } = await until({ what: `a list of ${kind.kind}`, deadlineMs: listedWithinMs }, () =>
        this.#client.list(kind, { fieldSelector: 'metadata.namespace!=default' }),
      );
      const { putBack, strange } = deviations(objects, items);
      for (const { metadata } of strange) {
        await this.#client.delete(kind, { namespace: metadata.namespace ?? '', name: metadata.name });
      }
      await this.#inParallel(putBack, (object) => this.put(object));
      mended += putBack.length + strange.length;
    }
    return mended;
  }

  async #create(object: BenchObject): Promise<void> {
    try {
      await this.#client.create(kindOf(object), object);
    } catch (error) {
      if (!isConflict(error)) throw error;
    }
  }

  #createAll(objects: Iterable<BenchObject>): Promise<void> {
    return this.#inParallel(objects, (object) => this.#create(object));
  }

  async #inParallel(objects: Iterable<BenchObject>, write: (object: BenchObject) => Promise<void>): Promise<void> {
    // One iterator for all: each takes the next object that nobody has taken.
    const rest = objects[Symbol.iterator]();
    const writer = async (): Promise<void> => {
      for (let next = rest.next(); next.done !== true; next = rest.next()) await write(next.value);
    };
    await Promise.all(Array.from({ length: writersAtOnce }, writer));
  }
}
