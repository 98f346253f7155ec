/** Gets a config with the status that an earlier pass wrote, gives what the next pass must know of it. Pure. */
import { reasonNamed, reasons, type RouteServerConfig, type RouteServerConfigStatus } from '../api/index.ts';
import type { FailureMemory, Remembered, Soak } from './observation.ts';

export function rememberedFrom({ status = {}, metadata }: RouteServerConfig): Remembered {
  // A changed spec is a new wish: what was tried in vain for the old one does not count against it.
  const isSameWish = status.observedGeneration === metadata.generation;
  return {
    effectiveMode: status.effectiveMode ?? 'False',
    rewirings: isSameWish ? (status.wiring?.attempts ?? 0) : 0,
    bake: status.bake && { sinceMs: Date.parse(status.bake.since), template: status.bake.template },
    soak: soakFrom(status.rollout),
    failure: status.fallback && failureFrom(status.fallback),
    staleSinceMs: timeFrom(status.routeServer?.staleSince),
  };
}

const timeFrom = (time: string | undefined): number | undefined => (time === undefined ? undefined : Date.parse(time));

function soakFrom(rollout: RouteServerConfigStatus['rollout']): Soak | undefined {
  if (rollout?.step === undefined || rollout.since === undefined || rollout.template === undefined) return undefined;
  return { step: rollout.step, sinceMs: Date.parse(rollout.since), template: rollout.template };
}

function failureFrom(fallback: NonNullable<RouteServerConfigStatus['fallback']>): FailureMemory {
  const { failingSince, since, generation, reason, message = '' } = fallback;
  return {
    // Only another version of the operator can have written a reason that this one does not know.
    reason: reasonNamed(reason) ?? reasons.routeServerGone,
    message,
    sinceMs: Date.parse(failingSince),
    fellBackMs: since === undefined ? undefined : Date.parse(since),
    generation,
  };
}
