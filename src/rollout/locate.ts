/** Observation → where the fleet stands and where the person wants it. No decision is taken here. */
import { reasons, type Mode } from '../api/index.ts';
import { fail, hold, type GateResult } from './gate.ts';
import type { FleetSeen, Observation, Phase } from './observation.ts';

/** Where the fleet shall be; `held` says why it shall not go as far as the spec asks. */
export type Target =
  | { readonly goal: 'Off' }
  | { readonly goal: 'Shadow'; readonly held: GateResult | undefined }
  | { readonly goal: 'Moved' };

const off: Target = { goal: 'Off' };

/** The phase that the world itself shows. What status remembers is not asked: it may be older than the world. */
export function locate({ fleet, routeServer }: Observation): Phase {
  if (fleet !== undefined && fleet.wiring !== 'Direct') return everyPodMoved(fleet) ? 'Moved' : 'Switching';
  if (fleet !== undefined && fleet.pods.routeServer > 0) return 'Returning';
  if (!routeServer.present) return 'Off';
  return routeServer.rolledOut && routeServer.answers ? 'Shadowing' : 'Starting';
}

function everyPodMoved({ wiring, rolledOut, pods }: FleetSeen): boolean {
  return (wiring === 'RouteServer' || wiring === 'ByHand') && rolledOut && pods.direct === 0;
}

/** What the spec asks for, as far as this version can go. */
export function targetOf(seen: Observation): Target {
  if (seen.deleting) return off;
  const { mode, percentage } = seen.wish;
  if (mode === 'False') return off;
  if (mode === 'Pre') return { goal: 'Shadow', held: undefined };
  if (percentage > 0 && percentage < 100) {
    return {
      goal: 'Shadow',
      held: fail(
        reasons.percentageNotSupported,
        `spec.rolloutPercentage: ${percentage} is not acted on by this version, which knows 0 and 100; held at 0`,
      ),
    };
  }
  return percentage === 0 ? { goal: 'Shadow', held: undefined } : { goal: 'Moved' };
}

const modeIn: Readonly<Record<Exclude<Phase, 'Starting'>, Mode>> = {
  Off: 'False',
  Removing: 'False',
  Shadowing: 'Pre',
  Stepping: 'Exec',
  Switching: 'Exec',
  Moved: 'Exec',
  Returning: 'Exec',
  FallenBack: 'Exec',
};

/** The mode that is really in force, by what Skippers read and what runs. */
export function effectiveModeIn(phase: Phase, seen: Observation): Mode {
  if (phase !== 'Starting') return modeIn[phase];
  // A route server that is away for a moment does not end the shadow; one that never came up did not begin it.
  return seen.remembered.effectiveMode === 'False' ? 'False' : 'Pre';
}

/** Nothing can be done for a fleet that is not there, except to clean up. */
export function fleetMissing({ fleetProblem }: Observation): GateResult {
  if (fleetProblem === undefined) return hold(reasons.skipperNotFound, 'the Skipper Deployment was not found');
  const { needsPerson, reason, message } = fleetProblem;
  return needsPerson ? fail(reason, message) : hold(reason, message);
}
