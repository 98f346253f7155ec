/**
 * Gets what is wanted of the API server; gives its answers, over one shared pool of connections.
 */
import type { Logger } from '../telemetry/index.ts';
import type { ClusterConfig } from './cluster-config.ts';
import type * as call from './client-types.ts';
import type { KubeObject } from './kube-object.ts';
import type { ObjectKey, ResourceKind } from './resource-kind.ts';

export interface KubeClientOptions {
  readonly config: ClusterConfig;
  readonly log: Logger;
  /** Sent with each call, such as `routesrv-operator/0.1.0`. */
  readonly userAgent: string;
  /** How long a call may take. Default 30 s. Watches have limits of their own. */
  readonly timeoutMs?: number;
  /** Asked before each write. Default every write may pass. */
  readonly guard?: call.WriteGuard;
}

/** REST calls. Every failure is a KubeError. Nothing is retried here: that is for the loops above. */
export class KubeClient {
  readonly #options: KubeClientOptions;

  constructor(options: KubeClientOptions) {
    this.#options = options;
  }

  /** The same client whose writes ask `guard` first. Reads are not guarded. */
  guardedBy(guard: call.WriteGuard): KubeClient {
    return new KubeClient({ ...this.#options, guard });
  }

  /** Reads one object. */
  get(_kind: ResourceKind, _key: ObjectKey, _options?: call.CallOptions): Promise<KubeObject> {
    return Promise.reject(new Error('to be written'));
  }

  /** Reads one object; undefined when there is none. */
  find(_kind: ResourceKind, _key: ObjectKey, _options?: call.CallOptions): Promise<KubeObject | undefined> {
    return Promise.reject(new Error('to be written'));
  }

  /** Reads all pages. */
  list(_kind: ResourceKind, _options?: call.ListOptions): Promise<call.ObjectList> {
    return Promise.reject(new Error('to be written'));
  }

  /** Reads page by page. */
  pages(_kind: ResourceKind, _options?: call.ListOptions): AsyncIterable<call.ListPage> {
    throw new Error('to be written');
  }

  /** Follows changes from a version on. Ends when the server ends it; throws when it breaks or goes silent. */
  watch(_kind: ResourceKind, _options: call.WatchOptions): AsyncIterable<call.WatchEvent> {
    throw new Error('to be written');
  }

  create(_kind: ResourceKind, _object: KubeObject, _options?: call.CallOptions): Promise<KubeObject> {
    return Promise.reject(new Error('to be written'));
  }

  /** Server-side apply of an object that is ours. */
  apply(_kind: ResourceKind, _object: KubeObject, _options: call.ApplyOptions): Promise<KubeObject> {
    return Promise.reject(new Error('to be written'));
  }

  patch(_kind: ResourceKind, _key: ObjectKey, _patch: call.Patch, _options?: call.PatchOptions): Promise<KubeObject> {
    return Promise.reject(new Error('to be written'));
  }

  /** `patch` of the status subresource. */
  patchStatus(
    _kind: ResourceKind,
    _key: ObjectKey,
    _patch: call.Patch,
    _options?: Omit<call.PatchOptions, 'subresource'>,
  ): Promise<KubeObject> {
    return Promise.reject(new Error('to be written'));
  }

  /** Deletes. Returns the object while finalizers keep it, undefined when it is gone. */
  delete(_kind: ResourceKind, _key: ObjectKey, _options?: call.DeleteOptions): Promise<KubeObject | undefined> {
    return Promise.reject(new Error('to be written'));
  }
}
