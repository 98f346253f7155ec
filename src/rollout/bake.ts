/** How long a whole tier has held in Exec, and whether it is ready to be copied to the next tier. */
import { reasons, type Reason } from '../api/index.ts';
import { notConverged } from './evidence.ts';
import type { Bake, FleetSeen, Observation, Phase } from './observation.ts';
import { freshnessExceeded } from './freshness.ts';
import { chain, firstLookOf, isoTime, pass, type Gate } from './gate.ts';

/**
 * The bake begins with the first agreement of the tables under the Skippers' present settings, and goes on while the
 * fleet is scaled or loses a pod. It begins anew when the Skippers are replaced by ones of another template: what was
 * proven of the old ones does not count for those. A difference between the tables ends it; missing evidence does not.
 * `now` is epoch ms.
 */
export function bakeOf(phase: Phase, { remembered, shadow, fleet }: Observation, now: number): Bake | undefined {
  if (fleet === undefined || shadow?.verdict === 'OutOfSync') return undefined;
  const template = fleet.movedTemplate;
  const { bake } = remembered;
  if (bake !== undefined && isOf(template, bake)) {
    return phase === 'Moved' || isScaled(phase, fleet) ? { ...bake, template } : undefined;
  }
  return phase === 'Moved' && isProven(shadow, template) ? { sinceMs: now, template } : undefined;
}

const isOf = (template: string, bake: Bake): boolean => (bake.template ?? template) === template;

const isProven = (shadow: Observation['shadow'], template: string): boolean =>
  shadow?.verdict === 'InSync' && shadow.template === template;

/** Nobody reads elsewhere; some pod comes, goes or is not available. */
function isScaled(phase: Phase, { wiring, pods }: FleetSeen): boolean {
  return phase === 'Switching' && wiring === 'RouteServer' && pods.direct === 0;
}

export interface Promotable {
  readonly met: boolean;
  readonly reason: Reason;
  readonly message: string;
  /** When the bake ends by itself, milliseconds from now. */
  readonly retryAfterMs: number | undefined;
  /** Not met only because this process has not looked itself yet. */
  readonly awaitsFirstLook?: true;
}

const skippersNotConverged: Gate<Observation> = ({ fleet }) =>
  fleet?.convergence === undefined ? pass : notConverged(fleet.convergence);

/** A tier is promotable when its bake is over and the newest evidence still agrees. */
export function promotableOf(phase: Phase, bake: Bake | undefined, seen: Observation, now: number): Promotable {
  const not = (reason: Reason, message: string, retryAfterMs?: number): Promotable => ({
    met: false,
    reason,
    message,
    retryAfterMs,
  });
  if (bake === undefined && phase !== 'Moved') {
    return not(reasons.notInExec, 'not every Skipper reads from the route server');
  }
  if (bake === undefined || seen.shadow?.verdict !== 'InSync') {
    const outOfSync = not(reasons.shadowOutOfSync, 'the bake counts only while the shadow is in sync');
    return bake !== undefined && seen.shadow === undefined ? { ...outOfSync, awaitsFirstLook: true } : outOfSync;
  }
  const answer = chain(freshnessExceeded, skippersNotConverged)(seen, now);
  if (answer.result !== 'Pass') return { ...not(answer.reason, answer.message), ...firstLookOf(answer) };
  const doneAtMs = bake.sinceMs + seen.wish.bakeMs;
  if (now < doneAtMs) return not(reasons.bakeNotOver, `bakes until ${isoTime(doneAtMs)}`, doneAtMs - now);
  return {
    met: true,
    reason: reasons.bakeOver,
    message: `baked since ${isoTime(bake.sinceMs)}`,
    retryAfterMs: undefined,
  };
}
