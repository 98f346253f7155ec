/** Gets how old the route server says its data is; gives since when that is older than the freshness budget. Pure. */
import { reasons } from '../api/index.ts';
import { hold, isoTime, pass, type GateResult } from './gate.ts';
import type { Observation } from './observation.ts';

/**
 * A route server that watches hears of a quiet cluster once a minute, and takes a stream for dead after 100 s: younger
 * data proves nothing against it, however short the budget is.
 */
const unheardMs = 100_000;
/** The age is told in whole seconds: what comes to the same time once more must not be another write of the status. */
const jitterMs = 3_000;
/** No object changes when data becomes current again. */
const askAgainMs = 10_000;

const limitMs = ({ wish }: Observation): number => Math.max(wish.freshnessBudgetMs, unheardMs);

/** When the data was last current, epoch ms; `undefined` while it is fresh, and of a route server that tells no age. */
export function staleSince(seen: Observation, now: number): number | undefined {
  const { present, answers, ageMs } = seen.routeServer;
  const before = seen.remembered.staleSinceMs;
  if (!present) return undefined;
  // Who is silent has not become fresh by that.
  if (!answers) return before;
  if (ageMs === undefined || ageMs <= limitMs(seen)) return undefined;
  const sinceMs = now - ageMs;
  return before !== undefined && Math.abs(before - sinceMs) <= jitterMs ? before : sinceMs;
}

/** When the age can come to another answer although no object changes, milliseconds from now. */
export function freshnessDueMs(seen: Observation, now: number): number | undefined {
  const { answers, ageMs } = seen.routeServer;
  if (staleSince(seen, now) !== undefined) return askAgainMs;
  return answers && ageMs !== undefined ? limitMs(seen) - ageMs + jitterMs : undefined;
}

/** What was agreed on old data says nothing about the cluster of today. The age itself is left to the reader's clock. */
export function freshnessExceeded(seen: Observation, now: number): GateResult {
  const sinceMs = staleSince(seen, now);
  if (sinceMs === undefined) return pass;
  const budget = `spec.shadow.freshnessBudget (${seen.wish.freshnessBudgetMs / 1_000} s)`;
  const message = `the data of the route server was last current at ${isoTime(sinceMs)}, longer ago than ${budget} allows`;
  return hold(reasons.freshnessExceeded, message, askAgainMs);
}
