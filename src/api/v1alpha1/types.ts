/** RouteServerConfig as TypeScript types. Spec and status are generated from the schema; the object is put together here. */
import type { RouteServerConfigSpec } from './types/spec.generated.ts';
import type { RouteServerConfigStatus } from './types/status.generated.ts';
import type { Timestamp } from './types/status.generated.ts';
import type { WrittenRouteServerConfigSpec } from './types/written.generated.ts';

export type * from './types/pod.generated.ts';
export type * from './types/spec.generated.ts';
export type * from './types/status.generated.ts';
export type * from './types/written.generated.ts';

/** A spec as a person may write it; `withDefaults` completes it. */
export type WrittenSpec = WrittenRouteServerConfigSpec;

/** What we read of an object's metadata. */
export interface ObjectMeta {
  readonly name: string;
  readonly namespace: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly generation: number;
  readonly creationTimestamp?: Timestamp;
  readonly deletionTimestamp?: Timestamp;
  readonly finalizers?: readonly string[];
  readonly annotations?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
}

/** The whole object as it is read: `spec` with its defaults. */
export interface RouteServerConfig {
  readonly apiVersion: 'routesrv.dev/v1alpha1';
  readonly kind: 'RouteServerConfig';
  readonly metadata: ObjectMeta;
  readonly spec: RouteServerConfigSpec;
  readonly status?: RouteServerConfigStatus;
}
