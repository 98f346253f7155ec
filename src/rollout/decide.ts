/**
 * Observation → Decision: the whole behaviour of the switch False / Pre / Exec.
 *
 * The world is read anew in every pass (`locate`), compared with what the person wants (`targetOf`), and one step is
 * taken. Nothing here remembers what it did before, so a pass that was cut short is simply made again.
 */
import { reasons } from '../api/index.ts';
import { towardsOff, towardsShadow } from './back.ts';
import { bakeOf, promotableOf } from './bake.ts';
import { towardsExec } from './climb.ts';
import type { Decision } from './decision.ts';
import { fallBack } from './fall-back.ts';
import { failureNow, fallbackVerdict } from './fallback.ts';
import { freshnessDueMs, staleSince } from './freshness.ts';
import type { FleetObservation } from './gates.ts';
import { effectiveModeIn, fleetMissing, locate, targetOf } from './locate.ts';
import { handsOff, held, rest, settled, type Move } from './move.ts';
import type { FailureMemory, Observation, Phase } from './observation.ts';

export function decide(seen: Observation, now: number): Decision {
  const failure = failureNow(seen, now);
  const move = moveOf(seen, failure, now);
  const bake = bakeOf(move.phase, seen, now);
  const promotable = promotableOf(move.phase, bake, seen, now);
  const fallback = fallbackVerdict(seen, failure, now);
  const { soak } = move;
  const due = [move.requeueAfterMs, promotable.retryAfterMs, fallback.retryAfterMs, freshnessDueMs(seen, now)];
  const waits = due.filter((ms) => ms !== undefined);
  return {
    phase: move.phase,
    effectiveMode: effectiveModeIn(move.phase, seen),
    intents: move.intents,
    summary: move.summary,
    step: move.step ?? 0,
    soakedAtMs: soak && soak.sinceMs + seen.wish.stepSoakMs,
    fallback,
    promotable,
    memory: { rewirings: move.rewirings, bake, soak, failure, staleSinceMs: staleSince(seen, now) },
    requeueAfterMs: waits.length > 0 ? Math.min(...waits) : undefined,
  };
}

function moveOf(seen: Observation, failure: FailureMemory | undefined, now: number): Move {
  const phase = locate(seen);
  if (seen.wish.suspended && !seen.deleting) return suspended(phase, seen);
  const target = targetOf(seen);
  if (target.goal === 'Off') return towardsOff(phase, seen);
  if (seen.fleet === undefined) {
    return rest(phase, seen, { ...handsOff, finalizer: 'Present' }, held(fleetMissing(seen)));
  }
  const withFleet: FleetObservation = { ...seen, fleet: seen.fleet };
  if (target.goal === 'Shadow') return towardsShadow(phase, withFleet, now);
  return failure?.fellBackMs === undefined ? towardsExec(phase, withFleet, now) : fallBack(withFleet, failure);
}

function suspended(phase: Phase, seen: Observation): Move {
  const message = 'spec.suspend is true: the operator watches and changes nothing';
  const summary = { ...settled(reasons.suspended, message), ready: 'Unknown' } as const;
  return { ...rest(phase, seen, handsOff, summary), soak: seen.remembered.soak };
}
