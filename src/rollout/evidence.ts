/** What moved Skippers show and how they answer: judged, and said in a sentence. */
import { agreeing, counted, reasons } from '../api/index.ts';
import { hold, holdForFirstLook, isoTime, pass, type GateResult } from './gate.ts';
import type { ConvergenceSeen, ErrorsSeen, FleetSeen, RequestCounts, RouteServerSeen, Wish } from './observation.ts';

/** Standard errors beyond which two ratios no longer differ by chance: 1 of 740 comparisons errs at three. */
const significance = 3;
/**
 * Requests on either side below which nothing is judged. The test takes the ratios to be normally distributed, which a
 * handful is not: one error in three requests is beyond three standard errors of none in a thousand.
 */
const fewestRequests = 100;

/**
 * Whether moved Skippers answer more requests with errors than direct ones, by more than chance explains: a
 * two-proportion z-test, of at least a hundred requests on either side. Unknown is no proof, but it holds as well.
 */
export function hasMoreErrors(errors: ErrorsSeen | undefined): errors is ErrorsSeen {
  if (errors === undefined) return false;
  if (!errors.known) return true;
  const [moved, direct] = [atMostOneEach(errors.moved), atMostOneEach(errors.direct)];
  if (Math.min(moved.requests, direct.requests) < fewestRequests) return false;
  const together = (moved.errors + direct.errors) / (moved.requests + direct.requests);
  const deviation = Math.sqrt(together * (1 - together) * (1 / moved.requests + 1 / direct.requests));
  return ratioOf(moved) - ratioOf(direct) > significance * deviation;
}

export function describeErrors({ known, moved, direct }: ErrorsSeen): string {
  if (!known) return 'the errors of moved and direct Skippers could not be counted yet';
  const requests = counted(moved.requests, 'request');
  return `${percent(moved)} of ${requests} ended in errors at Skippers that were moved, ${percent(direct)} of ${direct.requests} at direct ones`;
}

/** Which errors cannot be counted, each with its reason, and what a step does then. */
export function describeUncounted(uncounted: readonly string[], { uncountedErrors }: Wish): string {
  const then = {
    Hold: 'it waits until they can be counted, or until spec.rollout.uncountedErrors is Ignore',
    Ignore: 'it goes on all the same, as spec.rollout.uncountedErrors says',
  };
  return `a step is not judged by all of its errors: ${uncounted.join('; ')}; ${then[uncountedErrors]}`;
}

/** What is waited for, and why it does not come when a Skipper finds no node, or does not start on the one it has. */
export function withTheirWords(
  message: string,
  { unschedulable, broken }: Pick<FleetSeen, 'unschedulable' | 'broken'>,
): string {
  return withTrouble(message, unschedulable === undefined ? broken : `the scheduler says: ${unschedulable}`);
}

/** What is waited for, and what is said about why it does not come. */
export function withTrouble(message: string, trouble: string | undefined): string {
  return trouble === undefined ? message : `${message}; ${trouble}`;
}

/** Of a route server that is not rolled out, or does not answer. */
export function describeUnready({ rolledOut, probeFailure, trouble }: RouteServerSeen): string {
  const why = rolledOut
    ? `the route server does not answer: ${probeFailure ?? 'it was not asked yet'}`
    : 'the route server is being rolled out';
  return withTrouble(why, trouble);
}

/** Pods that a message names; the others are counted. */
const namedPods = 5;

export function describeConvergence({ known, converged, lagging }: ConvergenceSeen): string {
  if (lagging.length === 0) {
    if (!known) return 'not every moved Skipper was asked for its table yet';
    return converged === 1 ? 'the one moved Skipper converged' : `all ${converged} moved Skippers converged`;
  }
  const named = lagging.slice(0, namedPods).map(({ pod, sinceMs, why }) => `${pod} since ${isoTime(sinceMs)} (${why})`);
  const more = lagging.length > namedPods ? ` and ${lagging.length - namedPods} more` : '';
  const who = `${counted(lagging.length, 'moved Skipper')} ${agreeing(lagging.length, 'does', 'do')}`;
  return `${who} not show the route server's table: ${named.join(', ')}${more}`;
}

/** Holds while a moved Skipper lags behind, or while it is not known whether one does. */
export function notConverged(convergence: ConvergenceSeen): GateResult {
  const { known, lagging } = convergence;
  if (known && lagging.length === 0) return pass;
  const answer = known ? hold : holdForFirstLook;
  return answer(reasons.skippersNotConverged, describeConvergence(convergence));
}

/**
 * Whether the moved Skippers as a whole stopped converging: more than half of them. A single stuck pod is evicted, and
 * is no reason to move all the others.
 */
export function hasStoppedConverging({ convergence, pods }: FleetSeen): boolean {
  return convergence !== undefined && convergence.known && convergence.lagging.length * 2 > pods.routeServer;
}

/** A request may count twice (docs/adr/0053), and more than all of them would be no proportion. */
const atMostOneEach = ({ requests, errors }: RequestCounts): RequestCounts => ({
  requests,
  errors: Math.min(errors, requests),
});
const ratioOf = ({ requests, errors }: RequestCounts): number => errors / requests;
const percent = (counts: RequestCounts): string =>
  counts.requests === 0 ? 'none' : `${(ratioOf(atMostOneEach(counts)) * 100).toFixed(2)} %`;
