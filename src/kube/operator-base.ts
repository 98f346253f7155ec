/**
 * Gets dot-i's Operator; gives the same operator on a transport that survives: list-watch, keyed queue, guarded writes.
 *
 * Kept of dot-i 1.3.9: init/start/stop, the event types and the finalizer protocol. Replaced, for it watches without a
 * list and ends the process on any error, swallows failed status writes, overwrites others' finalizers, and has one
 * queue without retry: everything that touches the network.
 */
import { readFile } from 'node:fs/promises';
import { CoreV1Api } from '@kubernetes/client-node';
import type { KubernetesObject, V1CustomResourceDefinitionVersion } from '@kubernetes/client-node';
import dotI from '@dot-i/k8s-operator';
import type { ResourceEvent, ResourceMeta } from '@dot-i/k8s-operator';
import { WorkQueue } from '../runtime/index.ts';
import type { Clock, Requeue, WorkQueueStats } from '../runtime/index.ts';
import type { Logger, Metrics } from '../telemetry/index.ts';
import type { ClusterConfig } from './cluster-config.ts';
import { registerCrd } from './crd-file.ts';
import { ExpectedVersions } from './expected-versions.ts';
import type { KubeClient } from './kube-client.ts';
import { isNotFound } from './kube-error.ts';
import type { KubeObject } from './kube-object.ts';
import { ListWatch } from './list-watch.ts';
import type { RunningWatch } from './list-watch-pool.ts';
import { collectionPath, formatKey, findKind } from './resource-kind.ts';
import type { ObjectKey, ResourceKind } from './resource-kind.ts';
import type { ReadonlyStore } from './store.ts';

// It is CommonJS: the class is the `default` of what a module of ours sees as its default import.
const { default: DotIOperator, ResourceEventType, ResourceMetaImpl } = dotI;
export { ResourceEventType };
export type { ResourceEvent, ResourceMeta };

export interface KubeOperatorOptions {
  readonly config: ClusterConfig;
  /** Guard it by the leader election where there is one. */
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics?: Metrics;
  /** How many objects are worked on at once. Default 1. */
  readonly concurrency?: number;
}

type OnEvent = (event: ResourceEvent) => Promise<void>;

interface WatchedResource {
  readonly kind: ResourceKind;
  readonly plural: string;
  readonly listWatch: ListWatch<KubeObject>;
  readonly onEvent: OnEvent;
  readonly expected: ExpectedVersions;
  /** What `onEvent` was last told of each object, for telling added from changed, and for deletions. */
  readonly delivered: Map<string, KubeObject>;
}

/** How soon to look again when the store has not caught up with our own write; its event comes first as a rule. */
const staleRetryMs = 1_000;

/** To be extended by a product's operator. Protected methods follow dot-i's signatures. */
export abstract class KubeOperator extends DotIOperator {
  protected readonly client: KubeClient;
  protected readonly clock: Clock;
  protected readonly log: Logger;
  readonly #options: KubeOperatorOptions;
  readonly #queue: WorkQueue;
  readonly #watched = new Map<string, WatchedResource>();
  #isStopped = false;

  constructor(options: KubeOperatorOptions) {
    super(plainLogger(options.log));
    // The default kubeconfig, which dot-i has just loaded, need not be the one that was asked for.
    this.kubeConfig = options.config;
    this.k8sApi = options.config.makeApiClient(CoreV1Api);
    this.#options = options;
    this.client = options.client;
    this.clock = options.clock;
    this.log = options.log;
    this.#queue = new WorkQueue({
      clock: options.clock,
      concurrency: options.concurrency ?? 1,
      work: (entry) => this.#work(entry),
      onFailure: (key, error, retryInMs) => {
        options.log.warn({ key, err: error, retryInMs }, 'handling failed; it is tried again');
      },
    });
  }

  /** Ends for good: no watch, no further event. What is being handled may finish; await `drain` for that. */
  override stop(): void {
    this.drain(0).catch((error: unknown) => {
      this.log.error({ err: error }, 'stopping failed');
    });
  }

  /** Stops watching and waits for what is being handled. Returns whether that ended within `deadlineMs`. */
  async drain(deadlineMs: number): Promise<boolean> {
    this.#isStopped = true;
    const watches = [...this.#watched.values()].map(({ listWatch }) => listWatch.stop());
    const [inTime] = await Promise.all([this.#queue.drain(deadlineMs), ...watches]);
    return inTime;
  }

  /** Resolves when the first list of everything watched is there. For readiness. */
  async whenSynced(signal?: AbortSignal): Promise<void> {
    await Promise.all([...this.#watched.values()].map(({ listWatch }) => listWatch.whenSynced(signal)));
  }

  /** The watches, for liveness and readiness. */
  watches(): readonly RunningWatch[] {
    return [...this.#watched].map(([name, { listWatch }]) => {
      const { synced, lastProgressAt } = listWatch;
      return { name, synced, lastProgressAt };
    });
  }

  /** The queue, for liveness. */
  queueStats(): WorkQueueStats {
    return this.#queue.stats();
  }

  /** Calls `onEvent` for each object as it is found, changed or deleted, with retries until it succeeds. */
  protected override watchResource(
    ...[group, version, plural, onEvent, namespace]: [
      group: string,
      version: string,
      plural: string,
      onEvent: OnEvent,
      namespace?: string,
    ]
  ): Promise<void> {
    const id = `${plural}.${group === '' ? version : `${group}/${version}`}`;
    const { client, clock, log, metrics } = this.#options;
    if (this.#isStopped) return Promise.reject(new Error(`${id} cannot be watched: the operator was stopped`));
    if (this.#watched.has(id)) return Promise.reject(new Error(`${id} is watched already`));
    const kind = findKind(group, version, plural);
    const listWatch = new ListWatch<KubeObject>({ client, clock, log, metrics, kind, namespace, decode: (raw) => raw });
    const expected = new ExpectedVersions(listWatch.store, clock);
    this.#watched.set(id, { kind, plural, listWatch, onEvent, expected, delivered: new Map() });
    listWatch.store.subscribe((key) => {
      this.#queue.add(`${id}|${key}`);
    });
    listWatch.start();
    log.info({ resource: id }, 'watching');
    return Promise.resolve();
  }

  /** What is known of a watched resource; `id` is `plural.group/version`, as in ResourceMeta. */
  protected storeOf(id: string): ReadonlyStore<KubeObject> {
    return this.#resource(id).listWatch.store;
  }

  /** Has the object looked at again, by another `onEvent`, in `ms` (0: now). */
  protected requeue(id: string, key: ObjectKey, ms = 0): void {
    this.#queue.addAfter(`${id}|${formatKey(key)}`, ms);
  }

  protected override getCustomResourceApiUri(
    group: string,
    version: string,
    plural: string,
    namespace?: string,
  ): string {
    return this.#options.config.server + collectionPath(findKind(group, version, plural), namespace);
  }

  /** Replaces the finalizers, unless the object has changed since: that is a Conflict, and the event comes again. */
  protected override async setResourceFinalizers(meta: ResourceMeta, finalizers: string[]): Promise<void> {
    const { kind, expected } = this.#resource(meta.id);
    const patch = { type: 'merge', body: { metadata: { finalizers } }, resourceVersion: meta.resourceVersion } as const;
    try {
      expected.expect(await this.client.patch(kind, keyOfMeta(meta), patch));
    } catch (error) {
      // Nothing is left whose finalizers could matter.
      if (!isNotFound(error)) throw error;
    }
  }

  /** Replaces the whole status. Throws when that fails, also when the object has changed since `meta` was read. */
  protected override setResourceStatus(meta: ResourceMeta, status: unknown): Promise<ResourceMeta> {
    const operations = [{ op: 'add', path: '/status', value: status }] as const;
    return this.#patchStatus(meta, { type: 'json', operations, resourceVersion: meta.resourceVersion });
  }

  /** Merges into the status. Throws when that fails, also when the object has changed since `meta` was read. */
  protected override patchResourceStatus(meta: ResourceMeta, status: unknown): Promise<ResourceMeta> {
    return this.#patchStatus(meta, { type: 'merge', body: { status }, resourceVersion: meta.resourceVersion });
  }

  /** Creates the CustomResourceDefinition of a file; leaves the one that is there alone. */
  protected override async registerCustomResourceDefinition(
    crdFile: string,
  ): Promise<{ group: string; versions: V1CustomResourceDefinitionVersion[]; plural: string }> {
    return registerCrd(this.client, crdFile, await readFile(crdFile, 'utf8'));
  }

  async #patchStatus(meta: ResourceMeta, patch: Parameters<KubeClient['patchStatus']>[2]): Promise<ResourceMeta> {
    const { kind, expected } = this.#resource(meta.id);
    const written = await this.client.patchStatus(kind, keyOfMeta(meta), patch);
    expected.expect(written);
    return ResourceMetaImpl.createWithId(meta.id, asDotI(written));
  }

  #resource(id: string): WatchedResource {
    const resource = this.#watched.get(id);
    if (resource === undefined) throw new Error(`${id} is not watched`);
    return resource;
  }

  async #work(entry: string): Promise<Requeue> {
    const [id = '', key = ''] = entry.split('|');
    const resource = this.#resource(id);
    if (resource.expected.isStale(key)) return { afterMs: staleRetryMs };
    const [object, before] = [resource.listWatch.store.get(key), resource.delivered.get(key)];
    if (before !== undefined && before.metadata.uid !== object?.metadata.uid) {
      await resource.onEvent(eventOf(resource, ResourceEventType.Deleted, before));
      resource.delivered.delete(key);
    }
    if (object === undefined) return undefined;
    const isKnown = resource.delivered.has(key);
    await resource.onEvent(eventOf(resource, isKnown ? ResourceEventType.Modified : ResourceEventType.Added, object));
    resource.delivered.set(key, object);
    return undefined;
  }
}

function eventOf({ plural }: WatchedResource, type: ResourceEvent['type'], object: KubeObject): ResourceEvent {
  // A copy: dot-i's finalizer protocol adds to the very list that it is given, which is the store's.
  const copy = asDotI(structuredClone(object));
  return { type, object: copy, meta: ResourceMetaImpl.createWithPlural(plural, copy) };
}

/** client-node's types say `Date` where the wire has strings; dot-i only asks whether such a field is there. */
function asDotI(object: KubeObject): KubernetesObject {
  return object as unknown as KubernetesObject;
}

function keyOfMeta({ namespace, name }: ResourceMeta): ObjectKey {
  return { namespace: namespace ?? '', name };
}

function plainLogger(log: Logger): ConstructorParameters<typeof DotIOperator>[0] {
  const say = (level: 'debug' | 'info' | 'warn' | 'error') => (message: string) => {
    log[level](message);
  };
  return { debug: say('debug'), info: say('info'), warn: say('warn'), error: say('error') };
}
