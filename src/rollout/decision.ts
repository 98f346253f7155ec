/** What `decide` wants done, as data: `apply` carries it out in order, `summarise` writes it down. */
import type { Mode, Reason } from '../api/index.ts';
import type { Phase } from './observation.ts';

/** `AsIs` leaves alone what is there. */
export type Presence = 'Present' | 'Absent' | 'AsIs';

/**
 * The desired world. Carried out from top to bottom: what Skippers need is there before they are told to use it,
 * and what they used goes only after them.
 */
export interface Intents {
  readonly finalizer: Presence;
  readonly routeServer: Presence;
  readonly fedSentinel: Presence;
  readonly directSentinel: Presence;
  readonly skipperWiring: 'Direct' | 'RouteServer' | 'AsIs';
}

/** The state of a RouteServerConfig in the words of kstatus. */
export interface Summary {
  readonly ready: 'True' | 'False' | 'Unknown';
  readonly reconciling: boolean;
  /** Nothing moves before a person does something. */
  readonly stalled: boolean;
  readonly reason: Reason;
  readonly message: string;
}

/** What the next pass must know even if another process makes it. */
export interface Memory {
  readonly rewirings: number;
  readonly bakingSinceMs: number | undefined;
}

export interface Decision {
  /** Where the fleet will be once the intents are carried out. */
  readonly phase: Phase;
  readonly effectiveMode: Mode;
  readonly intents: Intents;
  readonly summary: Summary;
  readonly promotable: { readonly met: boolean; readonly reason: Reason; readonly message: string };
  readonly memory: Memory;
  /** When to look again although no object changed, milliseconds. */
  readonly requeueAfterMs: number | undefined;
}
