/**
 * Kubernetes objects as this room reads and writes them: plain JSON, readonly, and no more fields than it looks at.
 * Fields that are not named here pass through untouched.
 */

export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json | undefined;
}

/** An object to be applied. */
export interface KubeObject extends JsonObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string } & JsonObject;
}

/** One operation of a JSON patch (RFC 6902). */
export type PatchOperation =
  | { readonly op: 'add' | 'replace'; readonly path: string; readonly value: Json }
  | { readonly op: 'remove'; readonly path: string };

export interface EnvVar extends JsonObject {
  readonly name: string;
  readonly value?: string;
}
export interface VolumeMount extends JsonObject {
  readonly name: string;
  readonly mountPath: string;
  readonly readOnly?: boolean;
}
export interface Volume extends JsonObject {
  readonly name: string;
}
interface ContainerPort extends JsonObject {
  readonly containerPort: number;
  readonly hostPort?: number;
}
export interface Container extends JsonObject {
  readonly name: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: readonly EnvVar[];
  readonly envFrom?: readonly JsonObject[];
  readonly ports?: readonly ContainerPort[];
  readonly volumeMounts?: readonly VolumeMount[];
  readonly readinessProbe?: JsonObject;
  readonly securityContext?: JsonObject;
}
export interface PodSpec extends JsonObject {
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly volumes?: readonly Volume[];
  readonly terminationGracePeriodSeconds?: number;
  readonly affinity?: JsonObject;
}

/** Skipper's Deployment, as the API server gives it. */
export interface Deployment extends JsonObject {
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly uid: string;
    readonly resourceVersion: string;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly managedFields?: readonly JsonObject[];
  };
  readonly spec: {
    readonly strategy?: JsonObject;
    readonly template: { readonly metadata?: JsonObject; readonly spec: PodSpec };
  } & JsonObject;
}

/** A Skipper pod. */
export interface Pod extends JsonObject {
  readonly metadata?: JsonObject;
  readonly spec: PodSpec;
}

/** Something about a flag that a person has to know. */
export interface FlagRemark {
  /** Without the leading dash. */
  readonly flag: string;
  readonly reason: string;
}

/**
 * - `Direct`: nothing of ours; the Deployment does not read from this route server.
 * - `RouteServer`: wired by the operator and untouched since.
 * - `ByHand`: reads from this route server, but the operator has no record of having wired it.
 * - `Outdated`: wired by the operator, for another URL.
 * - `Contested`: wired by the operator, and then someone else changed the args.
 */
export type WiringState = 'Direct' | 'RouteServer' | 'ByHand' | 'Outdated' | 'Contested';
