/**
 * Exec: from the step at which the world stands towards the percentage that is wished, one step at a time.
 *
 * Up needs evidence, down does not, and a gate that holds leaves everything where it is.
 */
import { agreeing, counted, reasons } from '../api/index.ts';
import { byHandMessage } from './back.ts';
import type { Intents, Summary } from './decision.ts';
import { freshnessExceeded } from './freshness.ts';
import { pass, type GateResult } from './gate.ts';
import { canaryNotReady, noRoom, preToExec, rewiring, stepToNext, type FleetObservation } from './gates.ts';
import { isLaidOut, isPrimaryMoved, layoutOf, standingStep, stepAfter } from './layout.ts';
import { awaiting, held, moving, probeAgainMs, rest, settled, shadowIntents, stalled, type Move } from './move.ts';
import type { Phase } from './observation.ts';
import { soakOf } from './soak.ts';
import { stepIntents } from './step-intents.ts';

/** Times that overwritten args are written again before the operator gives way. */
export const maxRewirings = 3;
/** Within which they count together. GitOps tools look for drift at least once in an hour. */
const contestMs = 3_600_000;

export function towardsExec(phase: Phase, seen: FleetObservation, now: number): Move {
  const standing = standingStep(seen.fleet, seen.companions);
  if (standing > 0) return climb(seen, Math.min(standing, seen.wish.percentage), now);
  const isServed = phase === 'Shadowing' || phase === 'Returning';
  return isServed ? fromTheShadow(phase, seen, now) : awaiting('Starting', seen, shadowIntents(seen));
}

function fromTheShadow(phase: Phase, seen: FleetObservation, now: number): Move {
  const answer = preToExec(seen, now);
  const first = stepAfter(0, seen.wish);
  if (answer.result === 'Pass' && first !== undefined) return take(first, seen);
  const intents: Intents = { ...shadowIntents(seen), ...leftover(seen), skipperWiring: 'Direct' };
  return waiting(rest(phase, seen, intents, held(answer)), answer);
}

/** A direct companion has nothing to do beside a fleet that is direct itself. */
function leftover({ fleet, companions }: FleetObservation): Pick<Intents, 'directCompanion'> {
  return { directCompanion: companions.direct !== undefined && fleet.rolledOut ? 'Absent' : 'AsIs' };
}

function climb(seen: FleetObservation, step: number, now: number): Move {
  const { fleet, companions, wish } = seen;
  if (isOverwritten(step, seen)) return take(step, withForgotten(seen, now));
  const soak = soakOf(seen, step, now);
  if (!isLaidOut(step, fleet, companions)) return { ...take(step, seen), soak };
  const next = stepAfter(step, wish);
  if (next === undefined) return { ...arrived(seen, step, now), soak };
  const answer = stepToNext({ ...seen, remembered: { ...seen.remembered, soak } }, now);
  if (answer.result === 'Pass') return leave({ step, soak }, next, seen);
  const stay = rest(phaseAt(step, seen), seen, stepIntents(step, seen), held(answer));
  return { ...waiting(stay, answer), step, soak };
}

/** Somebody else wrote the args of Skippers that shall be fed: what has soaked is being replaced. */
function isOverwritten(step: number, { fleet }: FleetObservation): boolean {
  return fleet.wiring === 'Contested' && layoutOf(step, fleet.replicas).primary === 'RouteServer';
}

/** Attempts of long ago are no contest: an owner who changes the args now and then is not fought, but followed. */
function withForgotten(seen: FleetObservation, now: number): FleetObservation {
  const { remembered } = seen;
  const stood = remembered.soak !== undefined && now - remembered.soak.sinceMs >= contestMs;
  return stood ? { ...seen, remembered: { ...remembered, rewirings: 0 } } : seen;
}

/**
 * From a step that has soaked to the next. The direct Skippers beside a fleet that is moved have to be there before it
 * is: until then it stands where it stood, and what has soaked need not soak again.
 */
function leave(at: Required<Pick<Move, 'step' | 'soak'>>, next: number, seen: FleetObservation): Move {
  const move = take(next, seen);
  const isToWire = layoutOf(next, seen.fleet.replicas).primary === 'RouteServer' && seen.fleet.wiring === 'Direct';
  const isPreparing = isToWire && move.intents.skipperWiring !== 'RouteServer';
  return isPreparing ? { ...move, ...at } : move;
}

function waiting(move: Move, answer: GateResult): Move {
  return { ...move, requeueAfterMs: answer.result === 'Hold' ? (answer.retryAfterMs ?? probeAgainMs) : undefined };
}

/** Makes the world be as `step` asks, as far as this pass may. */
function take(step: number, seen: FleetObservation): Move {
  const { fleet, routeServer } = seen;
  const { primary } = layoutOf(step, fleet.replicas);
  const phase = phaseAt(step, seen);
  if (fleet.wiring === 'ByHand' && primary === 'Direct') {
    return { ...rest(phase, seen, shadowIntents(seen), stalled(reasons.wiringContested, byHandMessage)), step };
  }
  if (fleet.wiring === 'Contested' && primary === 'RouteServer') return { ...contested(step, seen), step };
  const intents = stepIntents(step, seen);
  const isUp = step > standingStep(fleet, seen.companions);
  if (!routeServer.answers && (isUp || primary === 'RouteServer')) return { ...awaiting(phase, seen, intents), step };
  return { ...rest(phase, seen, intents, underWay(step, seen)), step };
}

function contested(step: number, seen: FleetObservation): Move {
  const { remembered } = seen;
  const intents = stepIntents(step, seen);
  const still: Intents = { ...intents, skipperWiring: 'AsIs' };
  if (remembered.rewirings >= maxRewirings) {
    return rest('Switching', seen, still, stalled(reasons.wiringContested, contestedMessage(seen)));
  }
  const answer = rewiring(seen, 0);
  if (answer.result !== 'Pass') return waiting(rest('Switching', seen, still, held(answer)), answer);
  const move = rest('Switching', seen, { ...intents, skipperWiring: 'RouteServer' }, underWay(step, seen));
  return { ...move, rewirings: remembered.rewirings + 1 };
}

function phaseAt(step: number, { fleet, companions }: FleetObservation): Phase {
  if (step < 100) return 'Stepping';
  return isLaidOut(step, fleet, companions) && fleet.pods.direct === 0 ? 'Moved' : 'Switching';
}

function underWay(step: number, seen: FleetObservation): Summary {
  const room = noRoom(seen, 0);
  if (room.result !== 'Pass') return held(room);
  const { fleet, companions } = seen;
  const { direct, total } = fleet.pods;
  if (step >= 100) return moving(reasons.switchingSkippers, `${total - direct} of ${counted(total, 'Skipper')} moved`);
  if (fleet.wiring !== 'Direct' && step <= 50) {
    return moving(reasons.steppingDown, `back to ${step} %: the fleet's own Skippers get their own args again`);
  }
  const isDown = standingStep(fleet, companions) > step;
  return isDown ? moving(reasons.steppingDown, `back to ${step} %: ${shown(seen)}`) : upwards(step, seen);
}

function upwards(step: number, seen: FleetObservation): Summary {
  const { fleet, companions } = seen;
  if (standingStep(fleet, companions) < step) {
    return moving(reasons.steppingUp, `all gates passed; on to ${step} %: ${shown(seen)}`);
  }
  const isFed = layoutOf(step, fleet.replicas).primary === 'RouteServer';
  const isMoving = isFed && (!isPrimaryMoved(fleet) || companions.fed !== undefined);
  const answer = isMoving ? pass : canaryNotReady(seen, 0);
  return answer.result === 'Pass'
    ? moving(reasons.steppingUp, `on the way to ${step} %: ${shown(seen)}`)
    : held(answer);
}

const shown = ({ fleet: { pods } }: FleetObservation): string => shareOf(pods.routeServer, pods.total);

const shareOf = (moved: number, total: number): string =>
  `${moved} of ${counted(total, 'Skipper')} ${agreeing(moved, 'reads', 'read')} from the route server`;

/** What a step asks for is there; Skippers that it does not need any more serve on until they have ended. */
function laidOut(step: number, { fleet: { replicas, pods } }: FleetObservation): string {
  const { primary, fed = 0, direct = 0 } = layoutOf(step, replicas);
  const total = replicas + fed + direct;
  const share = `${shareOf(primary === 'RouteServer' ? replicas : fed, total)}, as spec.rolloutPercentage: ${step} asks`;
  const ending = pods.total - total;
  return ending > 0 ? `${share}; ${counted(ending, 'other')} ${agreeing(ending, 'is', 'are')} ending` : share;
}

/** At the last step: all that was asked for is there. */
function arrived(seen: FleetObservation, step: number, now: number): Move {
  const phase = phaseAt(step, seen);
  const intents = stepIntents(step, seen);
  const { rolledOut, answers } = seen.routeServer;
  // Skippers keep their last table meanwhile; the object must not look healthy.
  if (!rolledOut || !answers) return { ...awaiting(phase, seen, intents), step };
  if (phase === 'Switching') return { ...rest(phase, seen, intents, underWay(step, seen)), step };
  const freshness = freshnessExceeded(seen, now);
  if (freshness.result !== 'Pass') return { ...waiting(rest(phase, seen, intents, held(freshness)), freshness), step };
  const message = step >= 100 ? 'every Skipper reads from the route server' : laidOut(step, seen);
  return { ...rest(phase, seen, intents, settled(reasons.inExec, message)), step };
}

function contestedMessage({ fleet }: FleetObservation): string {
  const managers = fleet.argsManagers.length > 0 ? fleet.argsManagers.join(', ') : 'something unknown';
  return `${managers} keeps resetting the ${fleet.wiredField} of the Skipper Deployment; give the field to one owner or set mode "Pre"`;
}
