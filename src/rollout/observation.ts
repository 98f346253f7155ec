/**
 * What the operator saw of one RouteServerConfig's world, as one readonly value: the only input of `decide`.
 *
 * Everything that reads a clock, the API server or the network happened before; `undefined` means "was not there"
 * or "could not be learned", never "fine".
 */
import type { Mode, Reason } from '../api/index.ts';

/** What the person wants, after defaults and tier: durations in milliseconds. */
export interface Wish {
  /** The mode of this cluster's tier; `'False'` when the object is being deleted is decided by `decide`, not here. */
  readonly mode: Mode;
  /** Share of the fleet that shall read from the route server in Exec, percent 0–100. */
  readonly percentage: number;
  readonly suspended: boolean;
  readonly inSyncForMs: number;
  /** How old the route server's data may be. */
  readonly freshnessBudgetMs: number;
  /** Percentages to stop at on the way up, ascending; `percentage` itself is the last stop. */
  readonly steps: readonly number[];
  readonly stepSoakMs: number;
  readonly bakeMs: number;
  readonly approval: 'Automatic' | 'Manual';
  /** Generation that a person approved by annotation, for `approval: Manual`. */
  readonly approvedGeneration: number | undefined;
  /** Whether a step waits while errors cannot be counted. */
  readonly uncountedErrors: 'Hold' | 'Ignore';
  readonly fallback: FallbackWish;
  /** Spec fields that are set but that this version does not act on, as paths such as `spec.fallback`. */
  readonly fieldsNotActedOn: readonly string[];
  /** False when the operator was not told which tier its cluster belongs to although `spec.tiers` is used. */
  readonly tierKnown: boolean;
}

export interface FallbackWish {
  readonly enabled: boolean;
  /** How long the route server must have failed. */
  readonly afterMs: number;
  /** Most Skippers that may poll the Kubernetes API because of a fallback. */
  readonly maxDirectPollers: number;
  /** The fallback, by its beginning in epoch ms, that a person has acknowledged by annotation. */
  readonly acknowledgedMs: number | undefined;
}

/** How the Skipper Deployment's args stand to what the operator would write. */
export type WiringState =
  /** The owner's own args, nothing of ours. */
  | 'Direct'
  /** Exactly the args that the operator derives from the recorded originals. */
  | 'RouteServer'
  /** Ours, but derived from an older wish (another URL or version): to be written again. */
  | 'Outdated'
  /** Reads from this route server, but the operator has no record of having wired it, so it knows no way back. */
  | 'ByHand'
  /** The operator recorded originals, yet the args are not the wired ones: somebody else wrote them. */
  | 'Contested';

/** Pods by what they really run with, terminating ones included: they still read until they are gone. */
export interface PodCounts {
  readonly total: number;
  readonly direct: number;
  readonly routeServer: number;
}

/** A moved Skipper that does not show the route server's table. */
export interface LaggingSkipper {
  readonly pod: string;
  /** Epoch ms since when it is behind. */
  readonly sinceMs: number;
  readonly why: string;
}

/** How many of the moved Skippers show the route server's table. */
export interface ConvergenceSeen {
  /** False until each moved Skipper has been asked once: it holds, and proves nothing. */
  readonly known: boolean;
  readonly converged: number;
  /** Those behind for longer than the freshness budget. */
  readonly lagging: readonly LaggingSkipper[];
}

/** Requests that Skippers answered since a step began, and those of them that they answered with an error. */
export interface RequestCounts {
  readonly requests: number;
  readonly errors: number;
}

/** What the moved Skippers' clients got, beside what the clients of the rest got in the same time. */
export interface ErrorsSeen {
  /** False while either side could not be asked. */
  readonly known: boolean;
  readonly moved: RequestCounts;
  readonly direct: RequestCounts;
}

export interface FleetSeen {
  readonly wiring: WiringState;
  /** Pods that the owner or an autoscaler asks of the Deployment. */
  readonly replicas: number;
  /** Every pod runs the current template, is available, and the controller has seen the newest spec. */
  readonly rolledOut: boolean;
  /** The whole fleet: the pods of its Deployment and of the companions. */
  readonly pods: PodCounts;
  /** Those of its own Deployment alone. */
  readonly primary: PodCounts;
  /** The scheduler's own words about a pod of its own Deployment that it finds no place for. */
  readonly unschedulable: string | undefined;
  /** What the kubelet says of a pod of its own Deployment that does not come up. */
  readonly broken: string | undefined;
  /** Data-client flags of Skipper that the route server does not support, with the reason of each. */
  readonly unsupportedFlags: readonly { readonly flag: string; readonly reason: string }[];
  /** The field of the Deployment by which it is wired, as a person is told. */
  readonly wiredField: string;
  /** Field managers that wrote that field last, when `wiring` is `Contested`. */
  readonly argsManagers: readonly string[];
  /** Why a rolling update of this Deployment may lose requests; empty when it will not. */
  readonly rolloutWarnings: readonly string[];
  /** What a person should know about flags that move, and which holds nothing. */
  readonly flagWarnings: readonly string[];
  /** Tells the templates of moved Skippers apart: another one means that they are replaced. */
  readonly movedTemplate: string;
  /** `undefined` while no Skipper is moved. */
  readonly convergence: ConvergenceSeen | undefined;
  /** `undefined` while not both moved and direct Skippers serve, and when their metrics cannot be read. */
  readonly errors: ErrorsSeen | undefined;
  /** Which errors cannot be counted, and what changes that. */
  readonly uncountedErrors: readonly string[];
}

/** A Deployment of ours with Skippers of the fleet that read from the other source than the rest. */
export interface CompanionSeen {
  /** Its spec asks for so many. */
  readonly replicas: number;
  readonly ready: number;
  /** What runs is what the fleet's Deployment and the spec come to by now, in this number and available. */
  readonly rolledOut: boolean;
  readonly pods: PodCounts;
  /** The step that it was made for, as recorded on it; `undefined` when the record is unreadable. */
  readonly step: number | undefined;
  /** The scheduler's own words about a pod that it finds no place for. */
  readonly unschedulable: string | undefined;
  /** What the kubelet says of a pod that does not come up. */
  readonly broken: string | undefined;
}

/** The Skippers beside the fleet's own Deployment; `undefined` is one that is not there. */
export interface CompanionsSeen {
  /** Reads from the route server: the canaries of a fleet that is mostly direct. */
  readonly fed: CompanionSeen | undefined;
  /** Polls the API: the rest of a fleet that is mostly moved, or what a fallback brought back. */
  readonly direct: CompanionSeen | undefined;
}

/** Why there is no fleet to act on. */
export interface FleetProblem {
  readonly reason: Reason;
  readonly message: string;
  /** It will not go away by itself. */
  readonly needsPerson: boolean;
}

export interface RouteServerSeen {
  /** Any object of the route server is still there. */
  readonly present: boolean;
  /** The Deployment's pods all run what the current wish derives, and are available. */
  readonly rolledOut: boolean;
  readonly readyReplicas: number;
  /** What the scheduler or the kubelet says of a pod that does not come up. */
  readonly trouble: string | undefined;
  /** The URL that Skippers would use answered with a table just now. */
  readonly answers: boolean;
  /** Why it did not answer, for the message. */
  readonly probeFailure: string | undefined;
  readonly etag: string | undefined;
  readonly routes: number | undefined;
  /** How old the data of its table is, of several replicas the oldest; `undefined` when it does not say, as the original. */
  readonly ageMs: number | undefined;
  /** Routes that a replica serves on although the cluster has them no more: too many vanished at once. */
  readonly heldBackRoutes: number;
}

/** What is known of the table of a route server that said nothing. */
export const unheard = {
  etag: undefined,
  routes: undefined,
  ageMs: undefined,
  heldBackRoutes: 0,
} as const satisfies Partial<RouteServerSeen>;

/** Skippers without traffic, kept to be compared. */
export interface SentinelsSeen {
  readonly fed: SentinelSeen;
  readonly direct: SentinelSeen;
}
export interface SentinelSeen {
  readonly present: boolean;
  readonly ready: boolean;
  /** No pod of it is ready that runs something else than what the fleet's Deployment comes to by now. */
  readonly current: boolean;
}

export interface ShadowSeen {
  readonly verdict: 'InSync' | 'OutOfSync' | 'Inconclusive';
  /** Epoch ms since when the verdict stands. */
  readonly sinceMs: number;
  /** One sentence: what differs, or why it is inconclusive. */
  readonly summary: string;
  /** `FleetSeen.movedTemplate` under which the tables last agreed, all of it rolled out; `undefined` before that. */
  readonly template: string | undefined;
}

/** A step that is being soaked. */
export interface Soak {
  /** Percent. */
  readonly step: number;
  /** Epoch ms since when it has held without a break. */
  readonly sinceMs: number;
  /** `FleetSeen.movedTemplate` of the Skippers that soak. */
  readonly template: string;
}

/** A fleet that holds in Exec. */
export interface Bake {
  /** Epoch ms since when it has held without a break. */
  readonly sinceMs: number;
  /** `FleetSeen.movedTemplate` of the Skippers that bake; `undefined` when an older operator wrote it down. */
  readonly template: string | undefined;
}

/** A route server that fails the Skippers that read from it. */
export interface FailureMemory {
  readonly reason: Reason;
  readonly message: string;
  /** Epoch ms since when it has failed without a break. */
  readonly sinceMs: number;
  /** Epoch ms of the fallback; `undefined` while it is not long enough yet. */
  readonly fellBackMs: number | undefined;
  /** The generation of the spec at the time; another one ends the fallback. */
  readonly generation: number;
}

/** What earlier passes left in status; survives a restart of the operator. */
export interface Remembered {
  readonly effectiveMode: Mode;
  /** Times the operator wrote the wiring again after somebody had overwritten it, since the last spec change. */
  readonly rewirings: number;
  readonly bake: Bake | undefined;
  readonly soak: Soak | undefined;
  readonly failure: FailureMemory | undefined;
  /** Epoch ms when the route server's data was last current, while it is older than the freshness budget. */
  readonly staleSinceMs: number | undefined;
}

export interface Observation {
  readonly generation: number;
  readonly deleting: boolean;
  readonly wish: Wish;
  readonly remembered: Remembered;
  /** `undefined` when there is no fleet to act on; `fleetProblem` says why. */
  readonly fleet: FleetSeen | undefined;
  readonly fleetProblem: FleetProblem | undefined;
  readonly routeServer: RouteServerSeen;
  readonly sentinels: SentinelsSeen;
  readonly companions: CompanionsSeen;
  readonly shadow: ShadowSeen | undefined;
}

/**
 * Where a fleet stands on its way. Each pass derives it anew from what is there; status keeps it for people only.
 *
 * ```text
 *   Off ──> Starting ──> Shadowing ──gates──> Stepping ──gates──> Switching ──> Moved
 *    ^                       ^                   │                    │            │
 *    └── Removing <──────────┴─── Returning <────┴────────────────────┴────────────┤
 *                                                FallenBack <─── failed too long ──┘
 * ```
 */
export type Phase =
  /** Mode False and nothing of ours is left. */
  | 'Off'
  /** The route server is being created, or does not answer yet. */
  | 'Starting'
  /** The route server runs beside Skipper and is compared with it. */
  | 'Shadowing'
  /** A share of the fleet reads from the route server; the step is being reached or soaked. */
  | 'Stepping'
  /** Skipper's Deployment is wired to the route server and rolls out. */
  | 'Switching'
  /** Every Skipper reads from the route server. */
  | 'Moved'
  /** Skipper's own args are back and roll out; the route server still serves. */
  | 'Returning'
  /** The route server failed: Skippers poll again, within the budget, until a person says otherwise. */
  | 'FallenBack'
  /** No Skipper reads from the route server any more; it is being removed. */
  | 'Removing';
