/**
 * Gets an observation; gives what would happen if the route server failed now and stayed away. Pure: `decide` itself is
 * asked, about the same world without a route server, once its failure is long enough.
 */
import { reasons, type Reason } from '../api/index.ts';
import { decide } from './decide.ts';
import type { Decision, Intents } from './decision.ts';
import type { FleetSeen, Observation } from './observation.ts';

/** Skippers that poll the Kubernetes API. */
export interface DrilledPollers {
  readonly now: number;
  /** Once all that the fallback does is done. */
  readonly then: number;
  /** `spec.fallback.maxDirectPollers`. */
  readonly most: number;
}

export interface Drill {
  readonly wouldFallBack: boolean;
  /** How far it would go, or what keeps it from happening. */
  readonly reason: Reason;
  readonly message: string;
  /** How long until Skippers begin to go back, milliseconds; less than `spec.fallback.after` when it fails already. */
  readonly waitMs: number;
  readonly directPollers: DrilledPollers;
  /** Skippers of the fleet's own Deployment that are restarted with their own data client. */
  readonly moveBack: number;
  /** Skippers beside it that end: they read from the route server. */
  readonly end: number;
  /** Skippers that are started beside it, to poll. */
  readonly start: number;
  /** Skippers that go on with the last table they got. */
  readonly keepLastKnownGood: number;
  /** What such a fallback would not notice at present. */
  readonly blindFor: string | undefined;
}

/** @param now epoch ms */
export function drillFallback(seen: Observation, now: number): Drill {
  const away = without(seen);
  const noticed = decide(away, now);
  const dueMs = Math.max(now, dueOf(seen, noticed, now));
  const recorded = decide(remembering(away, noticed), dueMs);
  const carriedOut = decide(remembering(away, recorded), dueMs);
  const { wish, fleet, shadow } = seen;
  const verdict = verdictOf(seen, carriedOut);
  const moving = verdict.wouldFallBack ? fleet : undefined;
  return {
    ...verdict,
    waitMs: dueMs - now,
    ...(moving === undefined ? nothingMoves(fleet) : movesOf(seen, moving, carriedOut.intents)),
    directPollers: {
      now: pollersNow(seen),
      then: moving === undefined ? pollersNow(seen) : pollersThen(seen, moving, carriedOut.intents),
      most: wish.fallback.maxDirectPollers,
    },
    blindFor:
      shadow?.verdict === 'Inconclusive' ? `a route server that serves a wrong table: ${shadow.summary}` : undefined,
  };
}

/** When the fallback begins, or began. */
function dueOf({ wish }: Observation, { memory: { failure } }: Decision, now: number): number {
  if (failure?.fellBackMs !== undefined) return failure.fellBackMs;
  return (failure?.sinceMs ?? now) + wish.fallback.afterMs;
}

function without(seen: Observation): Observation {
  const probeFailure = 'taken for failed in a drill';
  return { ...seen, routeServer: { ...seen.routeServer, readyReplicas: 0, answers: false, probeFailure } };
}

/** As the next pass finds it: what a pass decided is in status by then. */
function remembering(seen: Observation, { memory }: Decision): Observation {
  return { ...seen, remembered: { ...seen.remembered, ...memory } };
}

function verdictOf(seen: Observation, decision: Decision): Pick<Drill, 'wouldFallBack' | 'reason' | 'message'> {
  const { summary, fallback } = decision;
  const held = (reason: Reason, message: string) => ({ wouldFallBack: false, reason, message });
  const { deleting, wish, fleet } = seen;
  if (!deleting && wish.suspended) return held(summary.reason, summary.message);
  if (deleting || wish.mode !== 'Exec') {
    const why = deleting ? 'the object is being deleted' : `the mode of this cluster is ${wish.mode}`;
    return held(reasons.fallbackNotNeeded, `${why}: Skippers that were moved go back anyhow`);
  }
  if (!wish.fallback.enabled) return held(fallback.reason, fallback.message);
  if (fleet === undefined || fleet.wiring === 'ByHand') return held(summary.reason, summary.message);
  if (decision.phase !== 'FallenBack') return held(fallback.reason, 'no Skipper reads from the route server');
  return { wouldFallBack: true, reason: fallback.reason, message: fallback.message };
}

type Moves = Pick<Drill, 'moveBack' | 'end' | 'start' | 'keepLastKnownGood'>;

const nothingMoves = (fleet: FleetSeen | undefined): Moves => ({
  ...{ moveBack: 0, end: 0, start: 0 },
  keepLastKnownGood: fleet?.pods.routeServer ?? 0,
});

/** What the intents come to, those of later passes included: when others go first, the fleet follows. */
function movesOf({ companions }: Observation, fleet: FleetSeen, { directCompanion }: Intents): Moves {
  const end = fleet.pods.routeServer - fleet.primary.routeServer;
  if (typeof directCompanion !== 'object') {
    return { moveBack: fleet.primary.routeServer, end, start: 0, keepLastKnownGood: 0 };
  }
  const start = Math.max(0, directCompanion.replicas - (companions.direct?.replicas ?? 0));
  return { moveBack: 0, end, start, keepLastKnownGood: fleet.primary.routeServer };
}

const pollersNow = ({ fleet, sentinels }: Observation): number =>
  (fleet?.pods.direct ?? 0) + Number(sentinels.direct.present);

function pollersThen({ sentinels }: Observation, fleet: FleetSeen, { directCompanion }: Intents): number {
  if (typeof directCompanion !== 'object') return fleet.replicas;
  return fleet.primary.direct + directCompanion.replicas + Number(sentinels.direct.present);
}
