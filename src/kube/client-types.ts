/**
 * What calls to the API server take and return.
 */
import type { KubeObject } from './kube-object.ts';
import type { Message } from './protobuf/message.ts';

/** Limits of one call. */
export interface CallOptions {
  /** Ends the call early. */
  readonly signal?: AbortSignal | undefined;
  /** Ends the call after this long. Default the client's. */
  readonly timeoutMs?: number | undefined;
}

/** Which objects of a kind. */
export interface Scope {
  /** Default all namespaces. */
  readonly namespace?: string | undefined;
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
}

export interface ListOptions extends CallOptions, Scope {
  /** Objects per page. Default 500. */
  readonly pageSize?: number | undefined;
  /** Lists in protobuf where the server can; objects then have only the fields of this message. Default JSON. */
  readonly message?: Message | undefined;
}

/** Some objects of a list, in its order. */
export interface ListPart {
  readonly items: readonly KubeObject[];
  /**
   * The version of the whole list, which the last part always has; `''` from a server that cannot be watched, undefined
   * where it is not known yet.
   */
  readonly resourceVersion: string | undefined;
  /** Starts over: what earlier parts said is void, for their snapshot expired before the end was reached. */
  readonly restarted: boolean;
}

export interface ObjectList {
  readonly items: readonly KubeObject[];
  readonly resourceVersion: string;
}

export interface WatchOptions extends Scope {
  readonly resourceVersion: string;
  /** Ends the stream. */
  readonly signal: AbortSignal;
  /** After this long the server ends the stream by itself. */
  readonly serverTimeoutMs: number;
  /** Without one byte for this long the stream counts as half-open and is cut. */
  readonly idleTimeoutMs: number;
  /** Told of the stream's opening and of each piece of it, bookmarks included. */
  readonly onBytes?: () => void;
}

/** What a watch says. */
export type WatchEvent =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: KubeObject }
  | { readonly type: 'BOOKMARK'; readonly resourceVersion: string };

/** An operation of RFC 6902. */
export interface JsonPatchOperation {
  readonly op: 'add' | 'remove' | 'replace' | 'test';
  readonly path: string;
  readonly value?: unknown;
}

/** A change. With `resourceVersion` it is refused with a Conflict when the object has moved on. */
export type Patch =
  | { readonly type: 'merge'; readonly body: Readonly<Record<string, unknown>>; readonly resourceVersion?: string }
  | { readonly type: 'json'; readonly operations: readonly JsonPatchOperation[]; readonly resourceVersion?: string }
  | {
      readonly type: 'apply';
      readonly body: Readonly<Record<string, unknown>>;
      readonly fieldManager: string;
      readonly force: boolean;
    };

export interface PatchOptions extends CallOptions {
  readonly subresource?: 'status' | 'scale' | undefined;
  /** Named in managedFields for merge and JSON patches. */
  readonly fieldManager?: string | undefined;
}

export interface CreateOptions extends CallOptions {
  /** Named in managedFields. Default made up by the API server from the user agent. */
  readonly fieldManager?: string | undefined;
}

export interface ApplyOptions extends CallOptions {
  readonly fieldManager: string;
  /** Takes fields over from other managers. For objects that are ours. */
  readonly force: boolean;
}

export interface DeleteOptions extends CallOptions {
  /** Deletes only this very object, only at this version. */
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string } | undefined;
  readonly propagationPolicy?: 'Foreground' | 'Background' | 'Orphan' | undefined;
}

/** Stands before every write: lets it pass, or throws. */
export interface WriteGuard {
  /** Throws a KubeError of reason `LeaseLost` unless writing is allowed at this very moment. */
  check(): void;
  /** Fires when writing is no longer allowed: ends writes that are under way. */
  readonly signal: AbortSignal;
}

/** What came of an eviction; `why` has the API server's words. */
export type Eviction = { readonly evicted: true } | { readonly evicted: false; readonly why: string };
