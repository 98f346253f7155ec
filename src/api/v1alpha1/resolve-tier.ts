/** Gets a spec and the cluster's tier, gives the mode and percentage that hold in this cluster. */
import type { ResolvedStatus, RouteServerConfigSpec } from './types.ts';
import { reasons, type Reason } from './reasons.ts';

/** What the spec comes to in a cluster of one tier. */
export interface Resolution extends ResolvedStatus {
  /** Why it came to that; also the reason of the condition `TierKnown`. */
  readonly reason: Extract<Reason, 'TierFound' | 'TierWithoutEntry' | 'TierUnknown'>;
}

/**
 * The entry of `spec.tiers` for `tier` over the top-level fields; what the entry leaves out comes from the top level.
 * @param tier the tier the operator was told, `undefined` or `''` when it was told none
 */
export function resolveTier(
  spec: Pick<RouteServerConfigSpec, 'mode' | 'rolloutPercentage' | 'tiers'>,
  tier: string | undefined,
): Resolution {
  const { mode, rolloutPercentage } = spec;
  if (tier === undefined || tier === '') {
    return { mode, rolloutPercentage, source: 'TopLevel', reason: reasons.tierUnknown };
  }
  const entry = spec.tiers.find(({ name }) => name === tier);
  if (entry === undefined) {
    return { mode, rolloutPercentage, source: 'TopLevel', reason: reasons.tierWithoutEntry };
  }
  return {
    mode: entry.mode ?? mode,
    rolloutPercentage: entry.rolloutPercentage ?? rolloutPercentage,
    source: 'Tier',
    reason: reasons.tierFound,
  };
}
