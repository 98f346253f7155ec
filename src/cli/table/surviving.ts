/** Gets two comparisons of the same two living tables, one after the other; gives the differences that both show. */
import type { Comparison, DifferenceCounts, DifferenceSample } from '../../shadow/index.ts';

/**
 * Servers learn of a change one after the other, so that two that agree differ for some seconds after it. A route that
 * differs in the same way in both readings counts, even when the details have gone on changing. The samples of both
 * comparisons have to be complete.
 */
export function surviving(first: Comparison, second: Comparison): Comparison {
  const before = new Set(first.samples.map(keyOf));
  const differences = differencesIn(second).filter((sample) => before.has(keyOf(sample)));
  const samples = [...differences, ...(second.rejected ?? [])];
  return { ...second, samples, counts: { ...second.counts, ...countsOf(differences) } };
}

/** The samples that are differences: what Skipper rejected and no table has is none. */
export function differencesIn({ samples, rejected = [] }: Comparison): readonly DifferenceSample[] {
  const ids = new Set(rejected.map(({ routeId }) => routeId));
  return samples.filter(({ routeId }) => !ids.has(routeId));
}

function keyOf({ routeId, kind }: DifferenceSample): string {
  return `${kind} ${routeId}`;
}

function countsOf(samples: readonly DifferenceSample[]): Pick<DifferenceCounts, 'added' | 'removed' | 'changed'> {
  // One that only the second Skipper rejected is in the first table, and not in the other.
  const removed = samples.filter(({ kind }) => kind === 'Missing' || kind === 'RejectedBySkipper').length;
  const added = samples.filter(({ kind }) => kind === 'Extra').length;
  return { added, removed, changed: samples.length - added - removed };
}
