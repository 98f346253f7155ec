/**
 * Gets the verdict so far and new evidence. Gives the verdict now.
 *
 * One comparison proves sameness, but not difference: two Skippers poll at different moments. So a difference counts
 * when it is seen again, and until then the verdict stays what it was.
 */
import type { Comparison, Evidence, Inconclusive, Settlement } from './types.ts';

/** In how many comparisons the same difference has to be seen before it counts. */
const SIGHTINGS_THAT_COUNT = 2;

type Judged = Pick<Settlement, 'verdict' | 'pending' | 'comparison' | 'inconclusive'>;

/** Judges evidence. `sinceMs` moves only when the verdict changes; `undefined` stands for no verdict yet. */
export function settle(previous: Settlement | undefined, evidence: Evidence, nowMs: number): Settlement {
  const judged = evidence.outcome === 'compared' ? judge(previous, evidence.comparison) : doubted(previous, evidence);
  const hasChanged = previous?.verdict !== judged.verdict;
  return { ...judged, sinceMs: hasChanged ? nowMs : previous.sinceMs, checks: (previous?.checks ?? 0) + 1 };
}

/** Whether a difference waits for its second sighting: the next comparison should come soon, not at the interval. */
export function awaitsReread({ pending }: Settlement): boolean {
  return Object.values(pending).some((sightings) => sightings < SIGHTINGS_THAT_COUNT);
}

// Not knowing is no sighting, and takes none back either.
function doubted(previous: Settlement | undefined, { reason, message }: Inconclusive): Judged {
  return {
    verdict: 'Inconclusive',
    inconclusive: { reason, message },
    pending: previous?.pending ?? {},
    ...(previous?.comparison === undefined ? {} : { comparison: previous.comparison }),
  };
}

function judge(previous: Settlement | undefined, comparison: Comparison): Judged {
  const seenBefore = previous?.pending ?? {};
  const pending = Object.fromEntries(
    comparison.differences.map((key) => [key, Math.min((seenBefore[key] ?? 0) + 1, SIGHTINGS_THAT_COUNT)] as const),
  );
  if (comparison.differences.length === 0) return { verdict: 'InSync', pending, comparison };
  const counts = Object.values(pending).some((sightings) => sightings >= SIGHTINGS_THAT_COUNT);
  if (counts) return { verdict: 'OutOfSync', pending, comparison };
  return unconfirmed(previous, { pending, comparison });
}

function unconfirmed(previous: Settlement | undefined, seen: Pick<Judged, 'pending' | 'comparison'>): Judged {
  if (previous !== undefined && previous.verdict !== 'Inconclusive') return { verdict: previous.verdict, ...seen };
  const message = 'the tables differ; whether it lasts is seen when they are read again';
  return { verdict: 'Inconclusive', inconclusive: { reason: 'AwaitingReread', message }, ...seen };
}
