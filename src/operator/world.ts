/**
 * Gets namespaces that hold configs; keeps stores of everything in them that a decision reads.
 *
 * Watches follow the configs: a namespace without one costs nothing. Bindings are watched in all namespaces, for a
 * route server that reads one namespace is bound there.
 */
import type { RouteServerConfig } from '../api/index.ts';
import {
  ExpectedVersions,
  kinds,
  type KubeObject,
  type ListWatchPool,
  type ReadonlyStore,
  type ResourceKind,
  type Watched,
  type WatchRequest,
} from '../kube/index.ts';
import type { Clock } from '../runtime/index.ts';
import { CONFIG_LABEL, CONFIG_NAMESPACE_LABEL, type Component, type Labels } from '../manifests/index.ts';
import { decodeDeployment, decodePod, decodeServiceSelector, type SeenDeployment, type SeenPod } from './decode.ts';

const ours = 'app.kubernetes.io/managed-by=routesrv-operator';

/** Kinds of objects that the operator makes beside Deployments; each is watched by label. */
const ownedKinds = [
  kinds.ServiceAccount,
  kinds.ConfigMap,
  kinds.Service,
  kinds.PodDisruptionBudget,
  kinds.HorizontalPodAutoscaler,
] as const;
const bindingKinds = [kinds.ClusterRoleBinding, kinds.RoleBinding] as const;

/** An object that the operator made, and where it stands in the API. */
export interface OwnedObject {
  readonly kind: ResourceKind;
  readonly object: KubeObject;
}

interface NamespaceWatches {
  readonly deployments: Watched<SeenDeployment>;
  readonly pods: Watched<SeenPod>;
  /** What the Services select: all of them, for ours have to be found by those that find the fleet. */
  readonly services: Watched<Labels>;
  readonly owned: readonly OwnedWatch[];
  /** Own writes to Deployments that the store may not show yet. */
  readonly expected: ExpectedVersions;
}
interface OwnedWatch {
  readonly kind: ResourceKind;
  readonly watched: Watched<KubeObject>;
}

const raw = (object: KubeObject): KubeObject => object;

export class World {
  readonly #pool: ListWatchPool;
  readonly #clock: Clock;
  readonly #onChange: (namespace: string) => void;
  readonly #namespaces = new Map<string, NamespaceWatches>();
  #bindings: readonly OwnedWatch[] | undefined;

  /** @param onChange told of a namespace in which something may have changed; `''` means any */
  constructor(pool: ListWatchPool, clock: Clock, onChange: (namespace: string) => void) {
    this.#pool = pool;
    this.#clock = clock;
    this.#onChange = onChange;
  }

  /** Watches `namespace` from now on. */
  enter(namespace: string): void {
    this.#bindings ??= bindingKinds.map((kind) => this.#ownedWatch(kind, undefined));
    if (this.#namespaces.has(namespace)) return;
    const deployments = this.#watch({ kind: kinds.Deployment, namespace, decode: decodeDeployment });
    this.#namespaces.set(namespace, {
      deployments,
      expected: new ExpectedVersions(deployments.listWatch.store, this.#clock),
      pods: this.#watch({ kind: kinds.Pod, namespace, decode: decodePod }),
      services: this.#watch({ kind: kinds.Service, namespace, decode: decodeServiceSelector }),
      owned: ownedKinds.map((kind) => this.#ownedWatch(kind, namespace)),
    });
  }

  /** Watches only these namespaces; the others' stores are given up. */
  async keepOnly(namespaces: ReadonlySet<string>): Promise<void> {
    const left = [...this.#namespaces].filter(([namespace]) => !namespaces.has(namespace));
    for (const [namespace, { deployments, pods, services, owned }] of left) {
      this.#namespaces.delete(namespace);
      await Promise.all(
        [deployments, pods, services, ...owned.map(({ watched }) => watched)].map((watch) => watch.release()),
      );
    }
  }

  /** Whether the stores cannot be decided on yet: not all listed once, or older than our own write to the fleet. */
  isBehind({ metadata, spec }: RouteServerConfig): boolean {
    const { deployments, pods, services, owned, expected } = this.#entered(metadata.namespace);
    const others = [...owned, ...(this.#bindings ?? [])].map(({ watched }) => watched);
    const isListed = [deployments, pods, services, ...others].every(({ listWatch }) => listWatch.synced);
    return !isListed || expected.isStale(`${metadata.namespace}/${spec.skipper.deploymentRef.name}`);
  }

  /** Waits for `written`, a Deployment as our own write returned it, before the fleet is decided on again. */
  expectDeployment(written: KubeObject): void {
    this.#entered(written.metadata.namespace ?? '').expected.expect(written);
  }

  deployments(namespace: string): ReadonlyStore<SeenDeployment> {
    return this.#entered(namespace).deployments.listWatch.store;
  }

  pods(namespace: string): ReadonlyStore<SeenPod> {
    return this.#entered(namespace).pods.listWatch.store;
  }

  /** The selectors of the Services in a namespace. */
  serviceSelectors(namespace: string): readonly Labels[] {
    return [...this.#entered(namespace).services.listWatch.store.values()];
  }

  /** What there is of one component of a config, Deployments included. */
  owned(config: { readonly name: string; readonly namespace: string }, component: Component): readonly OwnedObject[] {
    const { deployments, owned } = this.#entered(config.namespace);
    const belongs = ({ metadata: { labels = {} } }: KubeObject): boolean =>
      labels[CONFIG_LABEL] === config.name &&
      labels[CONFIG_NAMESPACE_LABEL] === config.namespace &&
      labels['app.kubernetes.io/component'] === component;
    const others = [...owned, ...(this.#bindings ?? [])].flatMap(({ kind, watched }) =>
      [...watched.listWatch.store.values()].map((object) => ({ kind, object })),
    );
    const ofDeployments = [...deployments.listWatch.store.values()].map(({ deployment }) => ({
      kind: kinds.Deployment,
      object: deployment,
    }));
    return [...ofDeployments, ...others].filter(({ object }) => belongs(object));
  }

  #entered(namespace: string): NamespaceWatches {
    const watches = this.#namespaces.get(namespace);
    if (watches === undefined) throw new Error(`namespace ${namespace} is not watched: call enter() first`);
    return watches;
  }

  #ownedWatch(kind: ResourceKind, namespace: string | undefined): OwnedWatch {
    const scope = namespace === undefined ? {} : { namespace };
    return { kind, watched: this.#watch({ kind, decode: raw, labelSelector: ours, ...scope }) };
  }

  #watch<T>(request: WatchRequest<T>): Watched<T> {
    const watched = this.#pool.acquire(request);
    watched.listWatch.store.subscribe(() => {
      this.#onChange(request.namespace ?? '');
    });
    return watched;
  }
}
