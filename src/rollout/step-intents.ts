/**
 * Gets a step and the world. Gives what to ask for in this pass so that the world comes to be laid out for that step:
 * what is added is there and ready before the fleet's own Skippers are rolled, and what is left over goes after them.
 */
import type { CompanionIntent, Intents } from './decision.ts';
import type { FleetObservation } from './gates.ts';
import { isOfSize, isPrimaryMoved, layoutOf } from './layout.ts';
import { shadowIntents } from './move.ts';

export function stepIntents(step: number, seen: FleetObservation): Intents {
  const { primary, fed = 0, direct } = layoutOf(step, seen.fleet.replicas);
  if (primary === 'Direct') {
    return {
      ...shadowIntents(seen),
      fedCompanion: fedSize(fed, step, seen),
      directCompanion: absentWhen(isLeftOver(seen)),
      skipperWiring: 'Direct',
    };
  }
  const isMoved = isPrimaryMoved(seen.fleet);
  return {
    ...shadowIntents(seen),
    // A small fleet has no direct Skipper left before the last step.
    ...((direct ?? 0) === 0 ? lastSentinels(seen, isMoved) : {}),
    fedCompanion: absentWhen(isMoved && seen.companions.fed !== undefined),
    directCompanion:
      direct === undefined ? absentWhen(isMoved && seen.companions.direct !== undefined) : { replicas: direct, step },
    skipperWiring: isReadyToWire(direct, seen) ? 'RouteServer' : 'AsIs',
  };
}

const absentWhen = (isDue: boolean): CompanionIntent => (isDue ? 'Absent' : 'AsIs');

/** The rest of the fleet has to serve directly before its own Skippers move. */
function isReadyToWire(direct: number | undefined, { fleet, companions, routeServer }: FleetObservation): boolean {
  const isWired = fleet.wiring === 'RouteServer' || fleet.wiring === 'ByHand';
  const isRestReady = direct === undefined || isOfSize(companions.direct, direct);
  return !isWired && isRestReady && routeServer.answers;
}

/** A fed Skipper that starts while the route server does not answer exits: none is added then. */
function fedSize(replicas: number, step: number, { companions, routeServer }: FleetObservation): CompanionIntent {
  const isEnough = companions.fed !== undefined && companions.fed.replicas >= replicas;
  return routeServer.answers || isEnough ? { replicas, step } : 'AsIs';
}

/** A direct companion that is being made ready for a later step stays while that step is still wished. */
function isLeftOver({ fleet, companions, wish }: FleetObservation): boolean {
  if (companions.direct === undefined || fleet.wiring !== 'Direct' || !fleet.rolledOut) return false;
  const madeFor = companions.direct.step ?? 0;
  return madeFor > wish.percentage || madeFor <= (companions.fed?.step ?? 0);
}

/** With no direct Skipper left, one direct sentinel says what Kubernetes would give; the fed one has done its duty. */
function lastSentinels({ sentinels }: FleetObservation, isMoved: boolean): Partial<Intents> {
  if (!isMoved) return { directSentinel: 'AsIs' };
  return { fedSentinel: sentinels.direct.ready ? 'Absent' : 'AsIs', directSentinel: 'Present' };
}
