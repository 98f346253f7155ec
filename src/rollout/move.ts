/** What one pass does, before it is dressed with conditions; and the words in which it says how things stand. */
import type { Reason } from '../api/index.ts';
import { reasons } from '../api/index.ts';
import type { Intents, Summary } from './decision.ts';
import { firstLookOf, type GateResult } from './gate.ts';
import { describeUnready } from './evidence.ts';
import type { FleetObservation } from './gates.ts';
import type { Observation, Phase, Soak } from './observation.ts';

export interface Move {
  readonly phase: Phase;
  readonly intents: Intents;
  readonly summary: Summary;
  readonly rewirings: number;
  readonly requeueAfterMs?: number | undefined;
  /** The step that is being reached or soaked, percent. */
  readonly step?: number;
  readonly soak?: Soak | undefined;
}

/** How often the route server is asked again while it is awaited: no object changes when a Service begins to answer. */
export const probeAgainMs = 2_000;

export const handsOff: Intents = {
  finalizer: 'AsIs',
  routeServer: 'AsIs',
  fedSentinel: 'AsIs',
  directSentinel: 'AsIs',
  fedCompanion: 'AsIs',
  directCompanion: 'AsIs',
  skipperWiring: 'AsIs',
};

/** A fed sentinel exits at boot while the route server does not answer, like every Skipper. */
export function shadowIntents({ routeServer, sentinels }: Observation): Intents {
  return {
    ...handsOff,
    finalizer: 'Present',
    routeServer: 'Present',
    fedSentinel: routeServer.answers ? 'Present' : 'AsIs',
    directSentinel: sentinels.fed.ready ? 'Absent' : 'AsIs',
  };
}

export function rest(phase: Phase, seen: Observation, intents: Intents, summary: Summary): Move {
  return { phase, intents, summary, rewirings: seen.remembered.rewirings };
}

/** The route server is needed next and is not there yet. */
export function awaiting(phase: Phase, seen: FleetObservation, intents: Intents): Move {
  const { routeServer } = seen;
  const step = rest(phase, seen, intents, moving(reasons.routeServerNotReady, describeUnready(routeServer)));
  return { ...step, requeueAfterMs: probeAgainMs };
}

export const settled = (reason: Reason, message: string): Summary => ({
  ready: 'True',
  reconciling: false,
  stalled: false,
  reason,
  message,
});
export const moving = (reason: Reason, message: string): Summary => ({
  ready: 'False',
  reconciling: true,
  stalled: false,
  reason,
  message,
});
export const stalled = (reason: Reason, message: string): Summary => ({
  ready: 'False',
  reconciling: false,
  stalled: true,
  reason,
  message,
});

export function held(answer: GateResult): Summary {
  if (answer.result === 'Pass') return settled(reasons.shadowing, 'nothing holds');
  if (answer.result === 'Fail') return stalled(answer.reason, answer.message);
  return { ...moving(answer.reason, answer.message), ...firstLookOf(answer) };
}
