/**
 * Gets a world whose route server failed. Gives the move that brings Skippers back to direct polling, never more of them
 * than the budget: that many Skippers polling at once may be the very outage that the route server cured.
 */
import { reasons } from '../api/index.ts';
import { byHandMessage, puttingAway } from './back.ts';
import type { CompanionIntent, Intents } from './decision.ts';
import { withTheirWords } from './evidence.ts';
import { describeFallback } from './fallback.ts';
import type { FleetObservation } from './gates.ts';
import { moving, rest, shadowIntents, stalled, type Move } from './move.ts';
import type { FailureMemory } from './observation.ts';

/** How soon to act on a fallback that this pass has put on record. */
const recordedMs = 100;

export function fallBack(seen: FleetObservation, failure: FailureMemory): Move {
  const { fleet } = seen;
  const { reason, message } = describeFallback(seen, failure, failure.fellBackMs ?? failure.sinceMs);
  const step = 0;
  if (seen.remembered.failure?.fellBackMs !== failure.fellBackMs) {
    // It has to be on record before it is acted on: afterwards the world itself would not show that it fell back.
    const announced = rest('FallenBack', seen, keeping(seen), moving(reasons.fallingBack, message));
    return { ...announced, step, requeueAfterMs: recordedMs };
  }
  if (fleet.wiring === 'ByHand') {
    return { ...rest('FallenBack', seen, keeping(seen), stalled(reasons.wiringContested, byHandMessage)), step };
  }
  const { intents, isFinal } = fleet.wiring === 'Direct' ? puttingTheRestAway(seen) : wayBack(seen);
  const summary = isFinal ? stalled(reason, message) : moving(reasons.fallingBack, withTheirWords(message, fleet));
  return { ...rest('FallenBack', seen, intents, summary), step };
}

/** The route server goes on being tried; a person may want to see that it serves again before the fallback ends. */
function keeping(seen: FleetObservation): Intents {
  return { ...shadowIntents(seen), directSentinel: 'AsIs' };
}

interface WayBack {
  readonly intents: Intents;
  /** Nothing more will happen by itself. */
  readonly isFinal: boolean;
}

/** The fleet's own Skippers poll, or are about to; what is left beside them goes. */
function puttingTheRestAway(seen: FleetObservation): WayBack {
  const { fleet, companions } = seen;
  const isAlone = companions.fed === undefined && companions.direct === undefined;
  return {
    intents: { ...keeping(seen), ...puttingAway(seen), directSentinel: 'Absent' },
    isFinal: isAlone && fleet.rolledOut && fleet.pods.routeServer === 0,
  };
}

/**
 * The fleet's own Deployment is wired. While it rolls back it never has more than `replicas` new pods, whatever it
 * surges by: these, and the direct Skippers of ours, have to fit.
 */
function wayBack(seen: FleetObservation): WayBack {
  const { fleet, wish } = seen;
  const budget = wish.fallback.maxDirectPollers;
  const besides = directBesides(seen);
  if (fleet.replicas + besides <= budget) {
    return { intents: { ...keeping(seen), directSentinel: 'Absent', skipperWiring: 'Direct' }, isFinal: false };
  }
  if (fleet.replicas <= budget) {
    // It fits once the others are away; the fleet's own Skippers serve with their last known good table meanwhile.
    return { intents: { ...keeping(seen), directSentinel: 'Absent', directCompanion: 'Absent' }, isFinal: false };
  }
  return partOfTheWay(seen, budget);
}

/** The fleet keeps its last known good table, and as many direct Skippers as the budget has share the load with it. */
function partOfTheWay(seen: FleetObservation, budget: number): WayBack {
  const { fleet, companions, sentinels } = seen;
  const replicas = Math.max(0, budget - fleet.primary.direct - Number(sentinels.direct.present));
  const directCompanion: CompanionIntent =
    // Recorded as step 100: once the fallback is over, the fleet that never left stands where it stood.
    { replicas, step: 100 };
  const isFinal = companions.direct?.replicas === replicas && companions.direct.rolledOut;
  const fedCompanion = companions.fed === undefined ? 'AsIs' : 'Absent';
  return { intents: { ...keeping(seen), fedCompanion, directCompanion }, isFinal };
}

/** Direct Skippers that are not of the fleet's own Deployment, those included that are still to end. */
function directBesides({ fleet, companions, sentinels }: FleetObservation): number {
  const counted = fleet.pods.direct - fleet.primary.direct;
  return Math.max(counted, companions.direct?.replicas ?? 0) + Number(sentinels.direct.present);
}
