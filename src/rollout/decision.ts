/** What `decide` wants done, as data: `apply` carries it out in order, `summarise` writes it down. */
import type { Mode, Reason } from '../api/index.ts';
import type { Promotable } from './bake.ts';
import type { Bake, FailureMemory, Phase, Soak } from './observation.ts';

/** `AsIs` leaves alone what is there. */
export type Presence = 'Present' | 'Absent' | 'AsIs';

/** How many Skippers of the fleet a companion shall run, and for which step. */
export interface CompanionWanted {
  readonly replicas: number;
  /** Percent; recorded on it, so that the next pass reads it from the world. */
  readonly step: number;
}
export type CompanionIntent = CompanionWanted | 'Absent' | 'AsIs';

/**
 * The desired world. Carried out from top to bottom: what Skippers need is there before they are told to use it,
 * and what they used goes only after them.
 */
export interface Intents {
  readonly finalizer: Presence;
  readonly routeServer: Presence;
  readonly fedSentinel: Presence;
  readonly directSentinel: Presence;
  readonly fedCompanion: CompanionIntent;
  readonly directCompanion: CompanionIntent;
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
  /** Nothing moves only because this process has not looked itself yet: what another one said of it still stands. */
  readonly awaitsFirstLook?: true;
}

/** What the next pass must know even if another process makes it. */
export interface Memory {
  readonly rewirings: number;
  readonly bake: Bake | undefined;
  readonly soak: Soak | undefined;
  readonly failure: FailureMemory | undefined;
  readonly staleSinceMs: number | undefined;
}

/** Whether Skippers were moved back because the route server failed them. */
export interface FallbackVerdict {
  readonly active: boolean;
  readonly reason: Reason;
  readonly message: string;
}

export interface Decision {
  /** Where the fleet will be once the intents are carried out. */
  readonly phase: Phase;
  readonly effectiveMode: Mode;
  readonly intents: Intents;
  readonly summary: Summary;
  /** The step that is being reached or soaked, percent; 0 while no Skipper is to be moved. */
  readonly step: number;
  /** When the soak of the step ends, epoch ms. */
  readonly soakedAtMs: number | undefined;
  readonly fallback: FallbackVerdict;
  readonly promotable: Promotable;
  readonly memory: Memory;
  /** When to look again although no object changed, milliseconds. */
  readonly requeueAfterMs: number | undefined;
}
