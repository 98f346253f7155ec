/**
 * Observation → Decision: the whole behaviour of the switch False / Pre / Exec.
 *
 * The world is read anew in every pass (`locate`), compared with what the person wants (`targetOf`), and one step is
 * taken. Nothing here remembers what it did before, so a pass that was cut short is simply made again.
 */
import { reasons, type Reason } from '../api/index.ts';
import { bakeOf, promotableOf } from './bake.ts';
import type { Decision, Intents, Summary } from './decision.ts';
import type { GateResult } from './gate.ts';
import { preToExec, type FleetObservation } from './gates.ts';
import { effectiveModeIn, fleetMissing, locate, targetOf, type Target } from './locate.ts';
import type { Observation, Phase } from './observation.ts';

/** Times that overwritten args are written again before the operator gives way. */
export const maxRewirings = 3;
/** How often the route server is asked again while it is awaited: no object changes when a Service begins to answer. */
const probeAgainMs = 2_000;

/** What one pass does, before it is dressed with conditions. */
interface Step {
  readonly phase: Phase;
  readonly intents: Intents;
  readonly summary: Summary;
  readonly rewirings: number;
  readonly requeueAfterMs?: number | undefined;
}

const handsOff: Intents = {
  finalizer: 'AsIs',
  routeServer: 'AsIs',
  fedSentinel: 'AsIs',
  directSentinel: 'AsIs',
  fedCompanion: 'AsIs',
  directCompanion: 'AsIs',
  skipperWiring: 'AsIs',
};

export function decide(seen: Observation, now: number): Decision {
  const step = stepOf(seen, now);
  const bakingSinceMs = bakeOf(step.phase, seen, now);
  const promotable = promotableOf(step.phase, bakingSinceMs, seen, now);
  const waits = [step.requeueAfterMs, promotable.retryAfterMs].filter((ms) => ms !== undefined);
  return {
    phase: step.phase,
    effectiveMode: effectiveModeIn(step.phase, seen),
    intents: step.intents,
    summary: step.summary,
    promotable,
    step: step.phase === 'Moved' ? 100 : 0,
    soakedAtMs: undefined,
    fallback: { active: false, reason: reasons.fallbackNotNeeded, message: 'no Skipper was moved back' },
    memory: { rewirings: step.rewirings, bakingSinceMs, soak: undefined, failure: undefined },
    requeueAfterMs: waits.length > 0 ? Math.min(...waits) : undefined,
  };
}

function stepOf(seen: Observation, now: number): Step {
  const phase = locate(seen);
  if (seen.wish.suspended && !seen.deleting) return suspended(phase, seen);
  const target = targetOf(seen);
  if (target.goal === 'Off') return towardsOff(phase, seen);
  if (seen.fleet === undefined) {
    return rest(phase, seen, { ...handsOff, finalizer: 'Present' }, held(fleetMissing(seen)));
  }
  const withFleet: FleetObservation = { ...seen, fleet: seen.fleet };
  return target.goal === 'Shadow' ? towardsShadow(phase, withFleet, target, now) : towardsMoved(phase, withFleet, now);
}

/** Backwards is always allowed: Skippers first, then what compares, then the route server, then the finalizer. */
function towardsOff(phase: Phase, seen: Observation): Step {
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

/** Puts Skipper's own args back and waits until the last pod that was started without them is gone. */
function returning(phase: Phase, seen: Observation, intents: Intents): Step {
  const { fleet } = seen;
  if (fleet?.wiring === 'ByHand') return rest(phase, seen, intents, stalled(reasons.wiringContested, byHandMessage));
  const message =
    phase === 'Returning'
      ? `${fleet?.pods.routeServer ?? 0} Skippers still read from the route server`
      : "Skipper's own args are being put back";
  const wanted = { ...intents, skipperWiring: 'Direct' } as const;
  return rest('Returning', seen, wanted, moving(reasons.switchingBack, message));
}

/** Sentinels may outlive their route server when somebody deletes it by hand. */
function allGone(seen: Observation): Intents {
  const sentinelLeft = seen.sentinels.fed.present || seen.sentinels.direct.present;
  return {
    finalizer: seen.deleting && !sentinelLeft ? 'Absent' : 'Present',
    routeServer: 'AsIs',
    fedSentinel: seen.sentinels.fed.present ? 'Absent' : 'AsIs',
    directSentinel: seen.sentinels.direct.present ? 'Absent' : 'AsIs',
    fedCompanion: 'AsIs',
    directCompanion: 'AsIs',
    skipperWiring: 'AsIs',
  };
}

function towardsShadow(phase: Phase, seen: FleetObservation, target: Target & { goal: 'Shadow' }, now: number): Step {
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
      return rest('Shadowing', seen, intents, shadowingSummary(seen, target, now));
  }
}

function towardsMoved(phase: Phase, seen: FleetObservation, now: number): Step {
  const intents = shadowIntents(seen);
  switch (phase) {
    case 'Off':
    case 'Removing':
    case 'Starting':
      return awaiting('Starting', seen, intents);
    case 'Shadowing':
    case 'Returning':
      return throughTheGates(phase, seen, intents, now);
    case 'Stepping':
    case 'FallenBack':
    case 'Switching':
      return switching(seen, { ...intents, directSentinel: 'AsIs' });
    case 'Moved':
      return moved(seen);
  }
}

/** The route server is needed next and is not there yet. */
function awaiting(phase: Phase, seen: FleetObservation, intents: Intents): Step {
  const { routeServer } = seen;
  const why = routeServer.rolledOut
    ? `the route server does not answer: ${routeServer.probeFailure ?? 'it was not asked yet'}`
    : 'the route server is being rolled out';
  const step = rest(phase, seen, intents, moving(reasons.routeServerNotReady, why));
  return { ...step, requeueAfterMs: probeAgainMs };
}

function throughTheGates(phase: Phase, seen: FleetObservation, intents: Intents, now: number): Step {
  const answer = preToExec(seen, now);
  if (answer.result === 'Pass') {
    return rest(
      'Switching',
      seen,
      { ...intents, skipperWiring: 'RouteServer' },
      moving(reasons.switchingSkippers, 'all gates passed; Skipper is being switched to the route server'),
    );
  }
  const step = rest(phase, seen, { ...intents, skipperWiring: 'Direct' }, held(answer));
  return { ...step, requeueAfterMs: answer.result === 'Hold' ? (answer.retryAfterMs ?? probeAgainMs) : undefined };
}

function switching(seen: FleetObservation, intents: Intents): Step {
  const { fleet, remembered, routeServer } = seen;
  const { direct, total } = fleet.pods;
  if (fleet.wiring === 'RouteServer') {
    return rest(
      'Switching',
      seen,
      intents,
      moving(reasons.switchingSkippers, `${total - direct} of ${total} Skippers moved`),
    );
  }
  if (fleet.wiring === 'Contested' && remembered.rewirings >= maxRewirings) {
    return rest('Switching', seen, intents, stalled(reasons.wiringContested, contestedMessage(seen)));
  }
  if (!routeServer.answers) return awaiting('Switching', seen, intents);
  const step = rest(
    'Switching',
    seen,
    { ...intents, skipperWiring: 'RouteServer' },
    moving(reasons.switchingSkippers, 'Skipper is being switched to the route server'),
  );
  return { ...step, rewirings: remembered.rewirings + (fleet.wiring === 'Contested' ? 1 : 0) };
}

/** With no direct Skipper left, one direct sentinel says what Kubernetes would give; the fed one has done its duty. */
function moved(seen: FleetObservation): Step {
  const intents: Intents = {
    finalizer: 'Present',
    routeServer: 'Present',
    fedSentinel: seen.sentinels.direct.ready ? 'Absent' : 'AsIs',
    directSentinel: 'Present',
    fedCompanion: 'AsIs',
    directCompanion: 'AsIs',
    skipperWiring: 'AsIs',
  };
  const { rolledOut, answers } = seen.routeServer;
  if (rolledOut && answers) {
    return rest('Moved', seen, intents, settled(reasons.inExec, 'every Skipper reads from the route server'));
  }
  // Skippers keep their last table meanwhile; the object must not look healthy.
  return awaiting('Moved', seen, intents);
}

/** A fed sentinel exits at boot while the route server does not answer, like every Skipper. */
function shadowIntents({ routeServer, sentinels }: Observation): Intents {
  return {
    finalizer: 'Present',
    routeServer: 'Present',
    fedSentinel: routeServer.answers ? 'Present' : 'AsIs',
    directSentinel: sentinels.fed.ready ? 'Absent' : 'AsIs',
    fedCompanion: 'AsIs',
    directCompanion: 'AsIs',
    skipperWiring: 'AsIs',
  };
}

function suspended(phase: Phase, seen: Observation): Step {
  const message = 'spec.suspend is true: the operator watches and changes nothing';
  return rest(phase, seen, handsOff, { ...settled(reasons.suspended, message), ready: 'Unknown' });
}

function shadowingSummary(seen: FleetObservation, target: Target & { goal: 'Shadow' }, now: number): Summary {
  if (target.held !== undefined) return held(target.held);
  if (seen.wish.mode === 'Pre') return settled(reasons.shadowing, 'the route server runs in the shadow of Skipper');
  const answer = preToExec(seen, now);
  return answer.result === 'Pass'
    ? settled(reasons.settled, 'all gates passed; spec.rolloutPercentage is 0, so no Skipper is moved')
    : held(answer);
}

function rest(phase: Phase, seen: Observation, intents: Intents, summary: Summary): Step {
  return { phase, intents, summary, rewirings: seen.remembered.rewirings };
}

const settled = (reason: Reason, message: string): Summary => ({
  ready: 'True',
  reconciling: false,
  stalled: false,
  reason,
  message,
});
const moving = (reason: Reason, message: string): Summary => ({
  ready: 'False',
  reconciling: true,
  stalled: false,
  reason,
  message,
});
const stalled = (reason: Reason, message: string): Summary => ({
  ready: 'False',
  reconciling: false,
  stalled: true,
  reason,
  message,
});

function held(answer: GateResult): Summary {
  if (answer.result === 'Pass') return settled(reasons.shadowing, 'nothing holds');
  return answer.result === 'Fail' ? stalled(answer.reason, answer.message) : moving(answer.reason, answer.message);
}

const byHandMessage =
  'Skipper reads from the route server by args that the operator did not write; put its own data-client args back, ' +
  'then the route server goes';

function contestedMessage({ fleet }: FleetObservation): string {
  const managers = fleet.argsManagers.length > 0 ? fleet.argsManagers.join(', ') : 'something unknown';
  return `${managers} keeps resetting the args of the Skipper Deployment; give the field to one owner or set mode "Pre"`;
}
