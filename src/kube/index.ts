/** The way to the API server: calls, list-watches, stores, events, leases. The only room that speaks to it. */
export { apiVersionOf, collectionPath, findKind, formatKey, kinds, objectPath, parseKey } from './resource-kind.ts';
export type { ObjectKey, ResourceKind } from './resource-kind.ts';
export { isKubeObject, keyOf } from './kube-object.ts';
export type { KubeObject, ManagedFieldsEntry, ObjectMeta, OwnerReference } from './kube-object.ts';
export { isConflict, isExpired, isNotFound, KubeError } from './kube-error.ts';
export type { Disposition } from './kube-error.ts';
export { ClusterConfig, loadKubeConfig } from './cluster-config.ts';
export type { LoadOptions } from './cluster-config.ts';
export { KubeClient } from './kube-client.ts';
export type { KubeClientOptions } from './kube-client.ts';
export type {
  ApplyOptions,
  CallOptions,
  CreateOptions,
  DeleteOptions,
  JsonPatchOperation,
  ListOptions,
  ListPage,
  ObjectList,
  Patch,
  PatchOptions,
  Scope,
  WatchEvent,
  WatchOptions,
  WriteGuard,
} from './client-types.ts';
export { ListWatch } from './list-watch.ts';
export type { ListWatchOptions } from './list-watch.ts';
export type { Decode, Undecodable } from './watched-objects.ts';
export { Store } from './store.ts';
export type { Difference, ReadonlyStore, Stored } from './store.ts';
export type { Index } from './store-index.ts';
export { ListWatchPool } from './list-watch-pool.ts';
export type { RunningWatch, SharedOptions, Watched, WatchRequest } from './list-watch-pool.ts';
export { EventRecorder } from './event-recorder.ts';
export type { EventRecorderOptions, EventToRecord } from './event-recorder.ts';
export { LeaderElection } from './leader-election.ts';
export type { LeaderElectionOptions } from './leader-election.ts';
export { ExpectedVersions } from './expected-versions.ts';
export { whoOwns } from './managed-fields.ts';
export type { FieldOwner, FieldPath } from './managed-fields.ts';
export { Cursor, DecodeError } from './decode.ts';
export { KubeOperator, ResourceEventType } from './operator-base.ts';
export type { KubeOperatorOptions, ResourceEvent, ResourceMeta } from './operator-base.ts';
