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
  readonly wiring: 'Args' | 'ConfigFile';
  readonly inSyncForMs: number;
  readonly bakeMs: number;
  readonly approval: 'Automatic' | 'Manual';
  /** Generation that a person approved by annotation, for `approval: Manual`. */
  readonly approvedGeneration: number | undefined;
  /** Spec fields that are set but that this version does not act on, as paths such as `spec.fallback`. */
  readonly fieldsNotActedOn: readonly string[];
  /** False when the operator was not told which tier its cluster belongs to although `spec.tiers` is used. */
  readonly tierKnown: boolean;
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

export interface FleetSeen {
  readonly wiring: WiringState;
  /** Every pod runs the current template, is available, and the controller has seen the newest spec. */
  readonly rolledOut: boolean;
  /** Pods by what they really run with, terminating ones included: they still read until they are gone. */
  readonly pods: { readonly total: number; readonly direct: number; readonly routeServer: number };
  /** Data-client flags of Skipper that the route server does not support, with the reason of each. */
  readonly unsupportedFlags: readonly { readonly flag: string; readonly reason: string }[];
  /** Field managers that wrote the args last, when `wiring` is `Contested`. */
  readonly argsManagers: readonly string[];
  /** Why a rolling update of this Deployment may lose requests; empty when it will not. */
  readonly rolloutWarnings: readonly string[];
  /** What a person should know about flags that move, and which holds nothing. */
  readonly flagWarnings: readonly string[];
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
  /** The URL that Skippers would use answered with a table just now. */
  readonly answers: boolean;
  /** Why it did not answer, for the message. */
  readonly probeFailure: string | undefined;
  readonly etag: string | undefined;
  readonly routes: number | undefined;
}

/** Skippers without traffic, kept to be compared. */
export interface SentinelsSeen {
  readonly fed: SentinelSeen;
  readonly direct: SentinelSeen;
}
export interface SentinelSeen {
  readonly present: boolean;
  readonly ready: boolean;
}

export interface ShadowSeen {
  readonly verdict: 'InSync' | 'OutOfSync' | 'Inconclusive';
  /** Epoch ms since when the verdict stands. */
  readonly sinceMs: number;
  /** One sentence: what differs, or why it is inconclusive. */
  readonly summary: string;
}

/** What earlier passes left in status; survives a restart of the operator. */
export interface Remembered {
  readonly effectiveMode: Mode;
  /** Times the operator wrote the wiring again after somebody had overwritten it, since the last spec change. */
  readonly rewirings: number;
  /** Epoch ms since when the whole tier holds in Exec without a break. */
  readonly bakingSinceMs: number | undefined;
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
  readonly shadow: ShadowSeen | undefined;
}

/**
 * Where a fleet stands on its way. Each pass derives it anew from what is there; status keeps it for people only.
 *
 * ```text
 *   Off ──> Starting ──> Shadowing ──gates──> Switching ──> Moved
 *    ^                       ^                    │            │
 *    └── Removing <──────────┴───── Returning <───┴────────────┘
 * ```
 */
export type Phase =
  /** Mode False and nothing of ours is left. */
  | 'Off'
  /** The route server is being created, or does not answer yet. */
  | 'Starting'
  /** The route server runs beside Skipper and is compared with it. */
  | 'Shadowing'
  /** Skipper's Deployment is wired to the route server and rolls out. */
  | 'Switching'
  /** Every Skipper reads from the route server. */
  | 'Moved'
  /** Skipper's own args are back and roll out; the route server still serves. */
  | 'Returning'
  /** No Skipper reads from the route server any more; it is being removed. */
  | 'Removing';
