/**
 * RouteServerConfig as TypeScript types: what the API server gives after it has filled in the defaults.
 * `WrittenSpec` is what a person may write; `withDefaults` makes the one from the other.
 */

/** Where the fleet reads its routes: "False" (directly), "Pre" (directly, with the route server in the shadow), "Exec". */
export type Mode = 'False' | 'Pre' | 'Exec';
export type Wiring = 'Args' | 'ConfigFile';
export type Approval = 'Automatic' | 'Manual';
export type Verdict = 'InSync' | 'OutOfSync' | 'Inconclusive';
export type DifferenceClass =
  'EndpointLag' | 'Missing' | 'Extra' | 'Filters' | 'Predicates' | 'Backend' | 'RejectedBySkipper';

/** A length of time as Go writes it: "30s", "1h30m". `parseDuration` turns it into milliseconds. */
export type Duration = string;
/** RFC 3339 in UTC with seconds: "2026-01-31T09:00:00Z". */
export type Timestamp = string;

export interface SkipperSpec {
  readonly deploymentRef: { readonly name: string };
  readonly containerName?: string;
  readonly wiring: Wiring;
  readonly configMapName?: string;
  readonly clusterDomain: string;
  readonly supportPort: number;
}

export interface AutoscalingSpec {
  readonly minReplicas: number;
  readonly maxReplicas: number;
  readonly targetCPUUtilizationPercentage: number;
}

export interface Toleration {
  readonly key?: string;
  readonly operator?: 'Exists' | 'Equal';
  readonly value?: string;
  readonly effect?: 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute';
  readonly tolerationSeconds?: number;
}

export interface RouteServerSpec {
  /** Unset when `autoscaling` is set; `routeServerReplicas(spec)` gives 2 when both are unset. */
  readonly replicas?: number;
  readonly autoscaling?: AutoscalingSpec;
  readonly image?: string;
  readonly imagePullPolicy?: 'Always' | 'IfNotPresent' | 'Never';
  readonly imagePullSecrets?: readonly { readonly name: string }[];
  readonly resources?: {
    readonly requests?: Readonly<Record<string, string | number>>;
    readonly limits?: Readonly<Record<string, string | number>>;
  };
  readonly nodeSelector?: Readonly<Record<string, string>>;
  readonly tolerations?: readonly Toleration[];
  /** As in a pod's spec. */
  readonly affinity?: Readonly<Record<string, unknown>>;
  /** As in a pod's spec. */
  readonly topologySpreadConstraints?: readonly Readonly<Record<string, unknown>>[];
  readonly priorityClassName?: string;
  readonly podAnnotations?: Readonly<Record<string, string>>;
  readonly podLabels?: Readonly<Record<string, string>>;
  /** As in a container's spec. */
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
  readonly extraArgs?: readonly string[];
  readonly serviceAccountName?: string;
}

export interface Tolerance {
  readonly route?: string;
  readonly class?: DifferenceClass;
  readonly reason: string;
}
export interface ShadowSpec {
  readonly interval: Duration;
  readonly samples: number;
  readonly tolerate: readonly Tolerance[];
  readonly freshnessBudget: Duration;
}
export interface RolloutSpec {
  readonly steps: readonly number[];
  readonly stepSoak: Duration;
  readonly inSyncFor: Duration;
  readonly bake: Duration;
  readonly approval: Approval;
}
export interface FallbackSpec {
  readonly enabled: boolean;
  readonly after: Duration;
  readonly maxDirectPollers: number;
  readonly evictStuckPods: boolean;
}
export interface ClientBalancerSpec {
  readonly enabled: boolean;
  readonly percentage: number;
  readonly fallback: boolean;
  readonly configMapName?: string;
}
export interface TierSpec {
  readonly name: string;
  readonly mode?: Mode;
  readonly rolloutPercentage?: number;
}

/** What a person wants, complete with defaults. */
export interface RouteServerConfigSpec {
  readonly mode: Mode;
  readonly rolloutPercentage: number;
  readonly suspend: boolean;
  readonly skipper: SkipperSpec;
  readonly routeServer: RouteServerSpec;
  readonly shadow: ShadowSpec;
  readonly rollout: RolloutSpec;
  readonly fallback: FallbackSpec;
  readonly clientBalancer?: ClientBalancerSpec;
  readonly tiers: readonly TierSpec[];
}

export interface Condition {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly observedGeneration?: number;
  readonly lastTransitionTime: Timestamp;
  readonly reason: string;
  readonly message: string;
}
export interface ResolvedStatus {
  readonly mode: Mode;
  readonly rolloutPercentage: number;
  readonly source: 'TopLevel' | 'Tier';
}
export interface RolloutStatus {
  /** The share of Skippers that really read from the route server, by counted pods. */
  readonly percentage: number;
  readonly step?: number;
  readonly since?: Timestamp;
  readonly until?: Timestamp;
}
export interface SkippersStatus {
  readonly total: number;
  readonly direct: number;
  readonly routeServer: number;
  readonly converged: number;
}
export interface RouteServerStatus {
  readonly etag?: string;
  readonly routes?: number;
  readonly ready: number;
  /** Set only while the data is older than the freshness budget: since when it has not been current. */
  readonly staleSince?: Timestamp;
  readonly image?: string;
}
export interface DifferenceSample {
  readonly routeId: string;
  readonly kind: DifferenceClass;
  readonly difference: string;
}
export interface ShadowStatus {
  readonly verdict: Verdict;
  readonly since: Timestamp;
  readonly counts?: {
    readonly added: number;
    readonly removed: number;
    readonly changed: number;
    readonly rejected: number;
    readonly tolerated: number;
  };
  readonly samples?: readonly DifferenceSample[];
  readonly digests?: { readonly direct: string; readonly routeServer: string };
  readonly checks?: number;
}
export interface WiringStatus {
  readonly originalsIn?: string;
  readonly attempts?: number;
  readonly contestedBy?: string;
}
export interface HistoryEntry {
  readonly time: Timestamp;
  readonly from: string;
  readonly to: string;
  readonly reason: string;
  readonly message?: string;
}
export interface RouteServerConfigStatus {
  readonly observedGeneration?: number;
  readonly tier?: string;
  readonly resolved?: ResolvedStatus;
  readonly effectiveMode?: Mode;
  readonly phase?: string;
  readonly rollout?: RolloutStatus;
  readonly skippers?: SkippersStatus;
  readonly routeServer?: RouteServerStatus;
  readonly shadow?: ShadowStatus;
  readonly wiring?: WiringStatus;
  readonly bake?: { readonly since: Timestamp; readonly until: Timestamp };
  readonly conditions?: readonly Condition[];
  readonly history?: readonly HistoryEntry[];
}

/** What we read of a RouteServerConfig's metadata. */
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
export interface RouteServerConfig {
  readonly apiVersion: 'routesrv.dev/v1alpha1';
  readonly kind: 'RouteServerConfig';
  readonly metadata: ObjectMeta;
  readonly spec: RouteServerConfigSpec;
  readonly status?: RouteServerConfigStatus;
}
