/**
 * Gets what is wanted of the API server; gives its answers, over one shared pool of connections.
 */
import type {
  ApplyOptions,
  CallOptions,
  CreateOptions,
  DeleteOptions,
  Eviction,
  ListOptions,
  ListPart,
  ObjectList,
  Patch,
  PatchOptions,
  WatchEvent,
  WatchOptions,
  WriteGuard,
} from './client-types.ts';
import type { ClusterConfig } from './cluster-config.ts';
import { startDeadline } from './deadline.ts';
import type { Deadline } from './deadline.ts';
import { describeCall, isNotFound, KubeError } from './kube-error.ts';
import type { CallSubject } from './kube-error.ts';
import { isKubeObject, keyOf } from './kube-object.ts';
import type { KubeObject } from './kube-object.ts';
import { listParts } from './list-parts.ts';
import { encodePatch } from './patch.ts';
import { apiVersionOf, collectionPath, kinds, objectPath } from './resource-kind.ts';
import type { ObjectKey, ResourceKind } from './resource-kind.ts';
import { asKubeError, Transport } from './transport.ts';
import type { ApiCall, RawPage } from './transport.ts';
import { LineSplitter, parseWatchLine } from './watch-stream.ts';

export interface KubeClientOptions {
  readonly config: ClusterConfig;
  /** Sent with each call, such as `routesrv-operator/0.1.0`. */
  readonly userAgent: string;
  /** How long a call may take. Default 30 s. Watches have limits of their own. */
  readonly timeoutMs?: number;
  /** Asked before each write. Default every write may pass. */
  readonly guard?: WriteGuard;
}

export interface AskPodOptions extends CallOptions {
  /** What it shall answer in; plain text unless told otherwise. */
  readonly accept?: string;
}

/** What a pod said. */
export interface PodAnswer {
  readonly text: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

const defaultTimeoutMs = 30_000;

/** REST calls. Every failure is a KubeError. Nothing is retried here: that is for the loops above. */
export class KubeClient {
  readonly #options: KubeClientOptions;
  readonly #transport: Transport;

  constructor(options: KubeClientOptions) {
    this.#options = options;
    this.#transport = new Transport(options.config, options.userAgent);
  }

  /** The same client whose writes ask `guard` first. Reads are not guarded. */
  guardedBy(guard: WriteGuard): KubeClient {
    return new KubeClient({ ...this.#options, guard });
  }

  /** Reads one object. */
  get(kind: ResourceKind, key: ObjectKey, options: CallOptions = {}): Promise<KubeObject> {
    const subject: CallSubject = { verb: 'get', kind, key };
    return this.#object({ subject, method: 'GET', path: objectPath(kind, key) }, options);
  }

  /** Reads one object; undefined when there is none. */
  async find(kind: ResourceKind, key: ObjectKey, options: CallOptions = {}): Promise<KubeObject | undefined> {
    try {
      return await this.get(kind, key, options);
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  /** Reads a whole list. */
  async list(kind: ResourceKind, options: ListOptions = {}): Promise<ObjectList> {
    let items: KubeObject[] = [];
    let version: string | undefined;
    for await (const part of this.listInParts(kind, options)) {
      if (part.restarted) items = [];
      for (const item of part.items) items.push(item);
      version = part.resourceVersion;
    }
    return { items, resourceVersion: version ?? '' };
  }

  /**
   * Reads a list as it arrives: the newest state, all of it from one snapshot. Each page has the time limit of a call, in
   * which its parts must have been taken, too.
   */
  listInParts(kind: ResourceKind, options: ListOptions = {}): AsyncIterable<ListPart> {
    return listParts(kind, options, (call) => this.#page(call, options));
  }

  /** Follows changes from a version on. Ends when the server ends it; throws when it breaks or goes silent. */
  async *watch(kind: ResourceKind, options: WatchOptions): AsyncGenerator<WatchEvent, void, undefined> {
    const subject: CallSubject = { verb: 'watch', kind };
    const deadline = startDeadline(options.idleTimeoutMs, [options.signal]);
    try {
      const answer = await this.#transport.open(watchCall(subject, options), deadline);
      const lines = new LineSplitter();
      options.onBytes?.();
      for await (const chunk of answer.body as AsyncIterable<Buffer>) {
        deadline.restart();
        options.onBytes?.();
        for (const line of lines.push(chunk)) yield parseWatchLine(subject, line);
      }
    } catch (error) {
      throw asKubeError(subject, error, deadline);
    } finally {
      // Also when the reader has broken off: the connection must not outlive it.
      deadline.abort(new Error('the watch has ended'));
      deadline.clear();
    }
  }

  /** Creates `object`; a Conflict (AlreadyExists) when it is there. */
  create(kind: ResourceKind, object: KubeObject, options: CreateOptions = {}): Promise<KubeObject> {
    const key = keyOf(object);
    return this.#object(
      {
        subject: { verb: 'create', kind, key },
        method: 'POST',
        path: collectionPath(kind, key.namespace),
        query: { fieldManager: options.fieldManager },
        body: { contentType: 'application/json', json: typed(kind, object) },
      },
      options,
    );
  }

  /** Server-side apply of an object that is ours. */
  apply(kind: ResourceKind, object: KubeObject, options: ApplyOptions): Promise<KubeObject> {
    const { fieldManager, force } = options;
    return this.patch(kind, keyOf(object), { type: 'apply', body: typed(kind, object), fieldManager, force }, options);
  }

  /** Changes an object, or with `subresource` its status or scale. */
  patch(kind: ResourceKind, key: ObjectKey, patch: Patch, options: PatchOptions = {}): Promise<KubeObject> {
    const verb = options.subresource === undefined ? 'patch' : `patch ${options.subresource} of`;
    const { contentType, json, query } = encodePatch(kind, key, patch, options.fieldManager);
    const path = objectPath(kind, key, options.subresource);
    const subject: CallSubject = { verb, kind, key };
    return this.#object({ subject, method: 'PATCH', path, query, body: { contentType, json } }, options);
  }

  /** `patch` of the status subresource. */
  patchStatus(
    kind: ResourceKind,
    key: ObjectKey,
    patch: Patch,
    options: Omit<PatchOptions, 'subresource'> = {},
  ): Promise<KubeObject> {
    return this.patch(kind, key, patch, { ...options, subresource: 'status' });
  }

  /** Replaces a whole object. With a resourceVersion in its metadata it is refused when the object has moved on. */
  replace(kind: ResourceKind, object: KubeObject, options: CreateOptions = {}): Promise<KubeObject> {
    const key = keyOf(object);
    return this.#object(
      {
        subject: { verb: 'update', kind, key },
        method: 'PUT',
        path: objectPath(kind, key),
        query: { fieldManager: options.fieldManager },
        body: { contentType: 'application/json', json: typed(kind, object) },
      },
      options,
    );
  }

  /** Deletes. Returns the object while finalizers or a grace period keep it; undefined when it is gone or was not there. */
  async delete(kind: ResourceKind, key: ObjectKey, options: DeleteOptions = {}): Promise<KubeObject | undefined> {
    const { preconditions, propagationPolicy = 'Background' } = options;
    const json = { apiVersion: 'v1', kind: 'DeleteOptions', propagationPolicy, preconditions };
    const subject: CallSubject = { verb: 'delete', kind, key };
    const body = { contentType: 'application/json', json };
    try {
      const left = await this.#json({ subject, method: 'DELETE', path: objectPath(kind, key), body }, options);
      // Some kinds answer with a Status, some with the object that is no more.
      return isKubeObject(left) && left.metadata.deletionTimestamp !== undefined ? left : undefined;
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  /** Has a pod deleted as far as its PodDisruptionBudgets allow it now. A pod that is gone counts as evicted. */
  async evict(pod: ObjectKey, options: CallOptions = {}): Promise<Eviction> {
    const { namespace, name } = pod;
    const json = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { namespace, name } };
    const subject: CallSubject = { verb: 'evict', kind: kinds.Pod, key: pod };
    const path = objectPath(kinds.Pod, pod, 'eviction');
    try {
      await this.#json({ subject, method: 'POST', path, body: { contentType: 'application/json', json } }, options);
      return { evicted: true };
    } catch (error) {
      if (isNotFound(error)) return { evicted: true };
      if (error instanceof KubeError && error.status === 429) return { evicted: false, why: error.message };
      throw error;
    }
  }

  /** Asks a pod over HTTP through the API server, with the caller's right to `get` `pods/proxy`. */
  async askPod(pod: ObjectKey, port: number, path: string, options: AskPodOptions = {}): Promise<PodAnswer> {
    const [pathname = '', query = ''] = path.split('?', 2);
    const place = objectPath(kinds.Pod, { ...pod, name: `${pod.name}:${port}` }, 'proxy').replace('%3A', ':');
    const subject: CallSubject = { verb: 'ask', kind: kinds.Pod, key: pod };
    const deadline = this.#deadline(options);
    try {
      const call = {
        subject,
        method: 'GET',
        path: `${place}${pathname}?${query}`,
        accept: options.accept ?? 'text/plain',
      } as const;
      const { headers, body } = await this.#transport.open(call, deadline);
      return { headers, text: await body.text() };
    } catch (error) {
      throw asKubeError(subject, error, deadline);
    } finally {
      deadline.clear();
    }
  }

  async #object(call: ApiCall, options: CallOptions): Promise<KubeObject> {
    const raw = await this.#json(call, options);
    if (isKubeObject(raw)) return raw;
    const message = `${describeCall(call.subject)}: the answer is no object`;
    throw new KubeError({ status: 0, reason: 'BadAnswer', disposition: 'transient', message });
  }

  async *#page(call: ApiCall, options: CallOptions): RawPage {
    const deadline = this.#deadline(options);
    try {
      return yield* this.#transport.page(call, deadline);
    } finally {
      deadline.clear();
    }
  }

  async #json(call: ApiCall, options: CallOptions): Promise<unknown> {
    const guard = call.method === 'GET' ? undefined : this.#options.guard;
    guard?.check();
    const deadline = this.#deadline(options, guard?.signal);
    try {
      return await this.#transport.json({ ...call, guard }, deadline);
    } finally {
      deadline.clear();
    }
  }

  #deadline({ timeoutMs, signal }: CallOptions, guarding?: AbortSignal): Deadline {
    return startDeadline(timeoutMs ?? this.#options.timeoutMs ?? defaultTimeoutMs, [signal, guarding]);
  }
}

function typed(kind: ResourceKind, object: KubeObject): KubeObject {
  return { ...object, apiVersion: apiVersionOf(kind), kind: kind.kind };
}

function watchCall(subject: CallSubject, options: WatchOptions): ApiCall {
  return {
    subject,
    method: 'GET',
    path: collectionPath(subject.kind, options.namespace),
    query: {
      watch: 'true',
      allowWatchBookmarks: 'true',
      resourceVersion: options.resourceVersion,
      timeoutSeconds: String(Math.max(1, Math.ceil(options.serverTimeoutMs / 1_000))),
      labelSelector: options.labelSelector,
      fieldSelector: options.fieldSelector,
    },
  };
}
