/** The gates between the shadow and the first Skipper that reads from the route server. */
import { APPROVED_GENERATION_ANNOTATION, reasons } from '../api/index.ts';
import type { FleetSeen, Observation } from './observation.ts';
import { chain, fail, hold, pass, type Gate } from './gate.ts';

/** An observation of which it is known that the fleet exists. */
export type FleetObservation = Observation & { readonly fleet: FleetSeen };
type ExecGate = Gate<FleetObservation>;

/** A Skipper exits at boot when the route server's Service does not answer, so nothing may move before it does. */
const routeServerNotReady: ExecGate = ({ routeServer }) => {
  if (!routeServer.rolledOut) {
    return hold(reasons.routeServerNotReady, 'the route server is being rolled out');
  }
  if (!routeServer.answers) {
    return hold(
      reasons.routeServerNotReady,
      `the route server does not answer: ${routeServer.probeFailure ?? 'it was not asked yet'}`,
    );
  }
  return pass;
};

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
  fleet.rolledOut ? pass : hold(reasons.skippersRollingOut, 'the Skipper Deployment is still rolling out');

/** Promotes only on evidence that stood for `inSyncForMs` without a break. */
const shadowNotSettled: ExecGate = ({ shadow, wish }, now) => {
  if (shadow === undefined) return hold(reasons.shadowInconclusive, 'no table was compared yet');
  if (shadow.verdict === 'Inconclusive') return hold(reasons.shadowInconclusive, shadow.summary);
  if (shadow.verdict === 'OutOfSync') return hold(reasons.shadowOutOfSync, shadow.summary);
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

export const preToExec: ExecGate = chain(
  routeServerNotReady,
  flagsUnsupported,
  skipperRollingOut,
  shadowNotSettled,
  approvalMissing,
);

/** RFC 3339 in UTC with seconds, as in status. */
export function isoTime(epochMs: number): string {
  return new Date(epochMs).toISOString().replace(/\.\d{3}Z$/, 'Z');
}
