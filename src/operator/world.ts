/**
 * Gets namespaces that hold configs; keeps stores of everything in them that a decision reads.
 *
 * What we make carries our label: it is watched once for the whole scope of the operator, whatever the number of
 * configs. What is others', Deployments, pods and Services, is watched in the namespaces that hold a config: another
 * one costs nothing (docs/adr/0056). Bindings are watched in all namespaces, for a route server that reads one
 * namespace is bound there.
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
import { concernsOfDeployment, concernsOfOwned, concernsOfPod, ofConfig, ofFleet, type Concern } from './concerns.ts';
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

/** What has changed: something that concerns configs by itself, or a Service, which concerns whom it finds. */
export type Change =
  { readonly concerns: readonly Concern[] } | { readonly namespace: string; readonly services: readonly Labels[] };

export interface WorldOptions {
  readonly pool: ListWatchPool;
  readonly clock: Clock;
  /** The only namespace with configs; `undefined` for any. */
  readonly scope: string | undefined;
  readonly onChange: (change: Change) => void;
}

interface Indexed<T> extends Watched<T> {
  readonly by: ReturnType<ReadonlyStore<T>['addIndex']>;
}
interface NamespaceWatches {
  readonly deployments: Indexed<SeenDeployment>;
  readonly pods: Indexed<SeenPod>;
  /** What the Services select: all of them, for ours have to be found by those that find the fleet. */
  readonly services: Watched<Labels>;
  /** Own writes to Deployments that the store may not show yet. */
  readonly expected: ExpectedVersions;
}
interface OwnedWatch {
  readonly kind: ResourceKind;
  readonly watched: Indexed<KubeObject>;
}

const raw = (object: KubeObject): KubeObject => object;

export class World {
  readonly #options: WorldOptions;
  readonly #namespaces = new Map<string, NamespaceWatches>();
  #owned: readonly OwnedWatch[] | undefined;

  constructor(options: WorldOptions) {
    this.#options = options;
  }

  /** Watches `namespace` from now on. */
  enter(namespace: string): void {
    this.#owned ??= this.#watchOwned();
    if (this.#namespaces.has(namespace)) return;
    const deployments = this.#watchDeployments(namespace);
    this.#namespaces.set(namespace, {
      deployments,
      expected: new ExpectedVersions(deployments.listWatch.store, this.#options.clock),
      pods: this.#watchPods(namespace),
      services: this.#watchServices(namespace),
    });
  }

  /** Watches only these namespaces; the others' stores are given up. */
  async keepOnly(namespaces: ReadonlySet<string>): Promise<void> {
    const left = [...this.#namespaces].filter(([namespace]) => !namespaces.has(namespace));
    for (const [namespace, { deployments, pods, services }] of left) {
      this.#namespaces.delete(namespace);
      await Promise.all([deployments, pods, services].map((watch) => watch.release()));
    }
  }

  /** Whether the stores cannot be decided on yet: not all listed once, or older than our own write to the fleet. */
  isBehind({ metadata, spec }: RouteServerConfig): boolean {
    const { deployments, pods, services, expected } = this.#entered(metadata.namespace);
    const owned = (this.#owned ?? []).map(({ watched }) => watched);
    const isListed = [deployments, pods, services, ...owned].every(({ listWatch }) => listWatch.synced);
    return !isListed || expected.isStale(`${metadata.namespace}/${spec.skipper.deploymentRef.name}`);
  }

  /** Waits for `written`, a Deployment as our own write returned it, before the fleet is decided on again. */
  expectDeployment(written: KubeObject): void {
    this.#entered(written.metadata.namespace ?? '').expected.expect(written);
  }

  deployments(namespace: string): ReadonlyStore<SeenDeployment> {
    return this.#entered(namespace).deployments.listWatch.store;
  }

  /** The pods that concern a config: of its fleet, and ours. */
  pods({ metadata, spec }: RouteServerConfig): readonly SeenPod[] {
    const { by } = this.#entered(metadata.namespace).pods;
    const { name } = spec.skipper.deploymentRef;
    const found = [ofFleet({ namespace: metadata.namespace, name }), ofConfig(metadata)];
    return [...new Set(found.flatMap((concern) => by.values(concern)))];
  }

  /** The selectors of the Services in a namespace. */
  serviceSelectors(namespace: string): readonly Labels[] {
    return [...this.#entered(namespace).services.listWatch.store.values()];
  }

  /** What there is of one component of a config, Deployments included. */
  owned(config: { readonly name: string; readonly namespace: string }, component: Component): readonly OwnedObject[] {
    const concern = ofConfig(config);
    const belongs = ({ metadata: { labels = {} } }: KubeObject): boolean =>
      labels[CONFIG_LABEL] === config.name &&
      labels[CONFIG_NAMESPACE_LABEL] === config.namespace &&
      labels['app.kubernetes.io/component'] === component;
    const ofDeployments = this.#entered(config.namespace)
      .deployments.by.values(concern)
      .map(({ deployment }) => ({ kind: kinds.Deployment, object: deployment }));
    const others = (this.#owned ?? []).flatMap(({ kind, watched }) =>
      watched.by.values(concern).map((object) => ({ kind, object })),
    );
    return [...ofDeployments, ...others].filter(({ object }) => belongs(object));
  }

  #entered(namespace: string): NamespaceWatches {
    const watches = this.#namespaces.get(namespace);
    if (watches === undefined) throw new Error(`namespace ${namespace} is not watched: call enter() first`);
    return watches;
  }

  #watchOwned(): readonly OwnedWatch[] {
    const { scope } = this.#options;
    const inScope = scope === undefined ? {} : { namespace: scope };
    const watch = (kind: ResourceKind, where: { readonly namespace?: string }): OwnedWatch => ({
      kind,
      watched: this.#watch({ kind, decode: raw, labelSelector: ours, ...where }, concernsOfOwned),
    });
    return [...ownedKinds.map((kind) => watch(kind, inScope)), ...bindingKinds.map((kind) => watch(kind, {}))];
  }

  #watchDeployments(namespace: string): Indexed<SeenDeployment> {
    // By name, and by label: what is ours need not have our name.
    return this.#watch({ kind: kinds.Deployment, namespace, decode: decodeDeployment }, ({ deployment }) => [
      ...new Set([
        ...concernsOfDeployment({ namespace, name: deployment.metadata.name }),
        ...concernsOfOwned(deployment),
      ]),
    ]);
  }

  #watchPods(namespace: string): Indexed<SeenPod> {
    return this.#watch({ kind: kinds.Pod, namespace, decode: decodePod }, (pod) => concernsOfPod(namespace, pod));
  }

  #watchServices(namespace: string): Watched<Labels> {
    const watched = this.#options.pool.acquire({ kind: kinds.Service, namespace, decode: decodeServiceSelector });
    const { store } = watched.listWatch;
    tellChanges(store, (before, now) => {
      const services = [before, now].filter((labels) => labels !== undefined);
      // Its endpoints, its status: only whom it finds is read of a Service.
      if (JSON.stringify(before) !== JSON.stringify(now)) this.#options.onChange({ namespace, services });
    });
    return watched;
  }

  #watch<T>(request: WatchRequest<T>, concernsOf: (object: T) => readonly Concern[]): Indexed<T> {
    const watched = this.#options.pool.acquire(request);
    const { store } = watched.listWatch;
    tellChanges(store, (before, now) => {
      const both = [before, now].filter((object) => object !== undefined);
      this.#options.onChange({ concerns: [...new Set(both.flatMap(concernsOf))] });
    });
    return { ...watched, by: store.addIndex(concernsOf) };
  }
}

/** Tells of each change with what was there before: whoever lost something is concerned as well. */
function tellChanges<T>(store: ReadonlyStore<T>, tell: (before: T | undefined, now: T | undefined) => void): void {
  const known = new Map(store.entries());
  store.subscribe((key) => {
    const [before, now] = [known.get(key), store.get(key)];
    if (now === undefined) known.delete(key);
    else known.set(key, now);
    tell(before, now);
  });
}
