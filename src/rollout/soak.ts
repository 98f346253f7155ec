/** How long a step has held: the clock that the next pass reads from status. */
import { hasMoreErrors } from './evidence.ts';
import type { FleetObservation } from './gates.ts';
import { isLaidOut } from './layout.ts';
import type { Soak } from './observation.ts';

/**
 * A soak begins when the step is laid out, and goes on while the fleet is scaled. It begins anew when the Skippers are
 * replaced by ones of another template, and breaks when the moved ones prove to be worse. `now` is epoch ms.
 */
export function soakOf(seen: FleetObservation, step: number, now: number): Soak | undefined {
  if (isBroken(seen)) return undefined;
  const { fleet, companions, remembered } = seen;
  const { soak } = remembered;
  if (soak?.step === step && soak.template === fleet.movedTemplate) return soak;
  return isLaidOut(step, fleet, companions) ? { step, sinceMs: now, template: fleet.movedTemplate } : undefined;
}

function isBroken({ fleet, companions, shadow }: FleetObservation): boolean {
  const { fed } = companions;
  const isWorse = fleet.errors?.known === true && hasMoreErrors(fleet.errors);
  const noneReady = fed !== undefined && fed.replicas > 0 && fed.ready === 0;
  return isWorse || noneReady || shadow?.verdict === 'OutOfSync';
}
