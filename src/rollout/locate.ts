/** Observation → where the fleet stands and where the person wants it. No decision is taken here. */
import { reasons, type Mode } from '../api/index.ts';
import { fail, hold, type GateResult } from './gate.ts';
import { isPrimaryMoved } from './layout.ts';
import type { CompanionsSeen, FleetSeen, Observation, Phase } from './observation.ts';

/** Where the fleet shall be. */
export type Target = { readonly goal: 'Off' } | { readonly goal: 'Shadow' } | { readonly goal: 'Exec' };

const off: Target = { goal: 'Off' };

/** The phase that the world itself shows. What status remembers is not asked: it may be older than the world. */
export function locate(seen: Observation): Phase {
  const { fleet, companions, routeServer } = seen;
  if (fleet !== undefined && isMovedInPart(fleet, companions)) return phaseOfMoved(fleet, companions);
  if (companions.fed !== undefined || companions.direct !== undefined) return 'Returning';
  if (fleet !== undefined && fleet.pods.routeServer > 0) return 'Returning';
  if (!routeServer.present) return 'Off';
  return routeServer.rolledOut && routeServer.answers ? 'Shadowing' : 'Starting';
}

function isMovedInPart({ wiring }: FleetSeen, { fed }: CompanionsSeen): boolean {
  return wiring !== 'Direct' || fed !== undefined;
}

function phaseOfMoved(fleet: FleetSeen, { fed, direct }: CompanionsSeen): Phase {
  if (fleet.wiring === 'Direct' || direct !== undefined) return 'Stepping';
  return isPrimaryMoved(fleet) && fleet.pods.direct === 0 && fed === undefined ? 'Moved' : 'Switching';
}

/** What the spec asks for, as far as this version can go. */
export function targetOf(seen: Observation): Target {
  if (seen.deleting) return off;
  const { mode, percentage } = seen.wish;
  if (mode === 'False') return off;
  if (mode === 'Pre') return { goal: 'Shadow' };
  return percentage === 0 ? { goal: 'Shadow' } : { goal: 'Exec' };
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
