/** Gets a settled comparison and what status says; gives what status shall say. Pure. */
import type { DifferenceSample, ShadowStatus } from '../../api/index.ts';
import { isoTime } from '../../rollout/index.ts';
import type { Settlement } from '../../shadow/index.ts';

/**
 * The very same value when nothing has changed that a person must know: digests and the number of checks differ at each
 * look in a living cluster, so they are written along with another change and never for their own sake. For the same
 * reason a difference that was seen once, and mostly is only a change on its way, is not shown while the verdict stands.
 */
export function shadowStatus(settlement: Settlement, before: ShadowStatus | undefined): ShadowStatus {
  const { verdict, sinceMs, checks } = settlement;
  const { counts, samples, digests, toleratedBy } = shownOf(settlement, before);
  const now: ShadowStatus = {
    verdict,
    since: isoTime(sinceMs),
    ...(counts === undefined ? {} : { counts }),
    ...(samples === undefined ? {} : { samples: samples.map(cut) }),
    ...(toleratedBy === undefined ? {} : { toleratedBy: toleratedBy.slice(0, maxToleratedBy) }),
  };
  if (before !== undefined && lasting(before) === lasting(now)) return before;
  return { ...now, checks, ...(digests === undefined ? {} : { digests }) };
}

/** Most entries of `spec.shadow.tolerate` that status names. */
const maxToleratedBy = 10;

// As long as the CRD lets them be: a path, and so an id, may be of any length.
const cut = ({ routeId, kind, difference }: DifferenceSample): DifferenceSample => ({
  routeId: routeId.slice(0, 512),
  kind,
  difference: difference.slice(0, 1024),
});

type Shown = Pick<ShadowStatus, 'counts' | 'samples' | 'digests' | 'toleratedBy'>;

function shownOf({ verdict, comparison }: Settlement, before: ShadowStatus | undefined): Shown {
  const isUnconfirmed = verdict === 'InSync' && (comparison?.differences.length ?? 0) > 0;
  if (comparison !== undefined && !isUnconfirmed) return comparison;
  // What differed belongs to the verdict that it led to.
  return before?.verdict === 'InSync' ? before : {};
}

function lasting({ verdict, since, counts, samples = [], toleratedBy = [] }: ShadowStatus): string {
  const inOrder = counts && Object.entries(counts).sort(([one], [other]) => one.localeCompare(other));
  return JSON.stringify([
    verdict,
    since,
    inOrder,
    toleratedBy.map(({ route, class: kind, count }) => [route, kind, count]),
    samples.map(({ routeId, kind, difference }) => [routeId, kind, difference]),
  ]);
}
