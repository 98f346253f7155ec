/** The gates between the shadow and the first Skipper that reads from the route server. */
import { agreeing, APPROVED_GENERATION_ANNOTATION, counted, reasons } from '../api/index.ts';
import type { FleetSeen, Observation } from './observation.ts';
import {
  describeErrors,
  describeUncounted,
  describeUnready,
  hasMoreErrors,
  notConverged,
  withTheirWords,
  withTrouble,
} from './evidence.ts';
import { freshnessExceeded } from './freshness.ts';
import { chain, fail, hold, holdForFirstLook, isoTime, pass, type Gate } from './gate.ts';
import { isLaidOut, standingStep } from './layout.ts';

/** An observation of which it is known that the fleet exists. */
export type FleetObservation = Observation & { readonly fleet: FleetSeen };
type ExecGate = Gate<FleetObservation>;

/** A Skipper exits at boot when the route server's Service does not answer, so nothing may move before it does. */
const routeServerNotReady: ExecGate = ({ routeServer }) =>
  routeServer.rolledOut && routeServer.answers ? pass : hold(reasons.routeServerNotReady, describeUnready(routeServer));

/** A flag that only Skipper understands would make the two tables differ for good. */
const flagsUnsupported: ExecGate = ({ fleet }) => {
  if (fleet.unsupportedFlags.length === 0) return pass;
  const list = fleet.unsupportedFlags.map(({ flag, reason }) => `-${flag} (${reason})`).join(', ');
  return fail(
    reasons.flagsUnsupported,
    `Skipper uses flags that the route server does not support: ${list}; remove them from Skipper's args or stay in Pre`,
  );
};

/** The switch restarts every Skipper: never start it on top of another rollout. */
const skipperRollingOut: ExecGate = ({ fleet }) =>
  fleet.rolledOut
    ? pass
    : hold(reasons.skippersRollingOut, withTheirWords('the Skipper Deployment is still rolling out', fleet));

/** What agreed before Skipper's flags or image were changed says nothing about the Skippers of today. */
function unproven({ shadow, fleet }: FleetObservation): string | undefined {
  if (shadow?.template === fleet.movedTemplate) return undefined;
  return "Skipper's flags or template have changed, and the tables have not been compared since";
}

const notCompared = holdForFirstLook(reasons.shadowInconclusive, 'no table was compared yet');

/** Promotes only on evidence that stood for `inSyncForMs` without a break. */
const shadowNotSettled: ExecGate = (seen, now) => {
  const { shadow, wish } = seen;
  if (shadow === undefined) return notCompared;
  if (shadow.verdict === 'Inconclusive') return hold(reasons.shadowInconclusive, shadow.summary);
  if (shadow.verdict === 'OutOfSync') return hold(reasons.shadowOutOfSync, shadow.summary);
  const doubt = unproven(seen);
  if (doubt !== undefined) return hold(reasons.shadowInconclusive, doubt);
  const settledAtMs = shadow.sinceMs + wish.inSyncForMs;
  if (now >= settledAtMs) return pass;
  return hold(
    reasons.shadowNotSettled,
    `in sync since ${isoTime(shadow.sinceMs)}, moves on at ${isoTime(settledAtMs)}`,
    settledAtMs - now,
  );
};

/** With `approval: Manual` a person names the generation that may move. */
const approvalMissing: ExecGate = ({ wish, generation }) => {
  if (wish.approval === 'Automatic' || wish.approvedGeneration === generation) return pass;
  return hold(
    reasons.approvalMissing,
    `waits for the annotation ${APPROVED_GENERATION_ANNOTATION}: "${generation}" on this RouteServerConfig`,
  );
};

/** The scheduler's own words say best what to do about it; a step waits and goes neither up nor back. */
export const noRoom: ExecGate = ({ companions, fleet }) => {
  const words = companions.fed?.unschedulable ?? companions.direct?.unschedulable;
  if (words !== undefined) return hold(reasons.canaryUnschedulable, words);
  // A fleet that loses no request is rolled with a pod more than it has, which needs room as a canary does.
  return fleet.unschedulable === undefined ? pass : hold(reasons.skipperUnschedulable, fleet.unschedulable);
};

/** Before a step begins to soak. */
export const canaryNotReady: ExecGate = ({ fleet, companions, wish }) => {
  const step = Math.min(standingStep(fleet, companions), wish.percentage);
  if (isLaidOut(step, fleet, companions)) return pass;
  if (!fleet.rolledOut) {
    return hold(reasons.skippersRollingOut, withTrouble('the Skipper Deployment is still rolling out', fleet.broken));
  }
  const { replicas, ready, broken } = companions.fed ?? companions.direct ?? { replicas: 0, ready: 0 };
  const message = `${ready} of ${counted(replicas, 'Skipper')} of the step ${agreeing(ready, 'is', 'are')} ready and up to date`;
  return hold(reasons.canaryNotReady, withTrouble(message, broken));
};

/** Evidence of this moment; how long it has stood is what the soak counts. */
const shadowNotInSync: ExecGate = (seen) => {
  const { shadow } = seen;
  if (shadow === undefined) return notCompared;
  const doubt = unproven(seen);
  if (shadow.verdict === 'InSync') return doubt === undefined ? pass : hold(reasons.shadowInconclusive, doubt);
  if (shadow.verdict === 'OutOfSync') return hold(reasons.shadowOutOfSync, shadow.summary);
  return hold(reasons.shadowInconclusive, shadow.summary);
};

const skippersNotConverged: ExecGate = ({ fleet }) => {
  const { convergence } = fleet;
  return convergence === undefined ? pass : notConverged(convergence);
};

const canaryErrors: ExecGate = ({ fleet: { errors } }) => {
  if (!hasMoreErrors(errors)) return pass;
  const answer = errors.known ? hold : holdForFirstLook;
  return answer(reasons.canaryErrors, describeErrors(errors));
};

/** A step that nothing is known of is no step that did well; whoever wants to go on all the same says so. */
const errorsNotCounted: ExecGate = ({ fleet: { uncountedErrors }, wish }) =>
  uncountedErrors.length === 0 || wish.uncountedErrors === 'Ignore'
    ? pass
    : hold(reasons.errorsNotCounted, describeUncounted(uncountedErrors, wish));

/** The clock is in status: it survives the operator, and is asked again at the very end. */
const stepNotSoaked: ExecGate = ({ wish, remembered, fleet, companions }, now) => {
  const step = Math.min(standingStep(fleet, companions), wish.percentage);
  const { soak } = remembered;
  if (wish.stepSoakMs === 0) return pass;
  if (soak?.step !== step || soak.template !== fleet.movedTemplate) {
    return hold(reasons.stepNotSoaked, `${step} % begins to soak`, wish.stepSoakMs);
  }
  const doneAtMs = soak.sinceMs + wish.stepSoakMs;
  if (now >= doneAtMs) return pass;
  return hold(reasons.stepNotSoaked, `${soak.step} % soaks until ${isoTime(doneAtMs)}`, doneAtMs - now);
};

/** Between one step that was reached and the next. */
export const stepToNext: ExecGate = chain(
  routeServerNotReady,
  freshnessExceeded,
  flagsUnsupported,
  shadowNotInSync,
  skippersNotConverged,
  canaryErrors,
  errorsNotCounted,
  approvalMissing,
  stepNotSoaked,
);

/** Before a fleet is wired again that somebody had unwired: what it wants now must be served already. */
export const rewiring: ExecGate = chain(routeServerNotReady, flagsUnsupported);

export const preToExec: ExecGate = chain(
  routeServerNotReady,
  freshnessExceeded,
  flagsUnsupported,
  skipperRollingOut,
  shadowNotSettled,
  approvalMissing,
);
