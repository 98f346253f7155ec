/** The ways back: towards nothing at all, and towards the shadow. Always allowed, and Skippers always go first. */
import { agreeing, counted, reasons } from '../api/index.ts';
import type { Intents, Summary } from './decision.ts';
import { withTheirWords } from './evidence.ts';
import type { FleetObservation } from './gates.ts';
import { preToExec } from './gates.ts';
import { awaiting, handsOff, held, moving, rest, settled, shadowIntents, stalled, type Move } from './move.ts';
import type { Observation, Phase } from './observation.ts';

/** Backwards is always allowed: Skippers first, then what compares, then the route server, then the finalizer. */
export function towardsOff(phase: Phase, seen: Observation): Move {
  const going = { ...handsOff, finalizer: 'Present' } as const;
  switch (phase) {
    case 'Stepping':
    case 'FallenBack':
    case 'Switching':
    case 'Moved':
    case 'Returning':
      return returning(phase, seen, going);
    case 'Starting':
    case 'Shadowing':
    case 'Removing':
      return rest(
        'Removing',
        seen,
        { ...going, routeServer: 'Absent', fedSentinel: 'Absent', directSentinel: 'Absent' },
        moving(reasons.removingRouteServer, 'no Skipper reads from the route server any more; it is being removed'),
      );
    case 'Off':
      return rest('Off', seen, allGone(seen), settled(reasons.modeFalse, 'every Skipper reads from Kubernetes itself'));
  }
}

export function towardsShadow(phase: Phase, seen: FleetObservation, now: number): Move {
  const intents = shadowIntents(seen);
  switch (phase) {
    case 'Stepping':
    case 'FallenBack':
    case 'Switching':
    case 'Moved':
    case 'Returning':
      return returning(phase, seen, intents);
    case 'Off':
    case 'Removing':
    case 'Starting':
      return awaiting('Starting', seen, intents);
    case 'Shadowing':
      return rest('Shadowing', seen, intents, shadowingSummary(seen, now));
  }
}

const stillMoved = (count: number): string =>
  `${counted(count, 'Skipper')} still ${agreeing(count, 'reads', 'read')} from the route server`;

/** Puts Skipper's own args back and waits until the last pod that was started without them is gone. */
function returning(phase: Phase, seen: Observation, intents: Intents): Move {
  const { fleet } = seen;
  if (fleet?.wiring === 'ByHand') return rest(phase, seen, intents, stalled(reasons.wiringContested, byHandMessage));
  const message =
    phase === 'Returning' ? stillMoved(fleet?.pods.routeServer ?? 0) : "Skipper's own args are being put back";
  const wanted = { ...intents, ...puttingAway(seen), skipperWiring: 'Direct' } as const;
  const shown = fleet === undefined ? message : withTheirWords(message, fleet);
  return rest('Returning', seen, wanted, moving(reasons.switchingBack, shown));
}

/**
 * The owner's Skippers never become fewer, so fed companions may go at once; direct ones serve until the fleet's own
 * Skippers have come back, and nothing of this happens in the pass that rolls those.
 */
export function puttingAway({ fleet, companions }: Observation): Pick<Intents, 'fedCompanion' | 'directCompanion'> {
  const isRolling = fleet !== undefined && fleet.wiring !== 'Direct';
  return {
    fedCompanion: companions.fed === undefined || isRolling ? 'AsIs' : 'Absent',
    directCompanion: companions.direct === undefined || isRolling || fleet?.rolledOut === false ? 'AsIs' : 'Absent',
  };
}

/** Sentinels may outlive their route server when somebody deletes it by hand. */
function allGone(seen: Observation): Intents {
  const sentinelLeft = seen.sentinels.fed.present || seen.sentinels.direct.present;
  return {
    ...handsOff,
    finalizer: seen.deleting && !sentinelLeft ? 'Absent' : 'Present',
    fedSentinel: seen.sentinels.fed.present ? 'Absent' : 'AsIs',
    directSentinel: seen.sentinels.direct.present ? 'Absent' : 'AsIs',
  };
}

function shadowingSummary(seen: FleetObservation, now: number): Summary {
  if (seen.wish.mode === 'Pre') return settled(reasons.shadowing, 'the route server runs in the shadow of Skipper');
  const answer = preToExec(seen, now);
  return answer.result === 'Pass'
    ? settled(reasons.settled, 'all gates passed; spec.rolloutPercentage is 0, so no Skipper is moved')
    : held(answer);
}

export const byHandMessage =
  'Skipper reads from the route server by args that the operator did not write; put its own data-client args back, ' +
  'then the route server goes';
