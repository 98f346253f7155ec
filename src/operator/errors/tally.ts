/** Gets what Skippers have counted since they started, look by look; gives what they counted since a step began. Pure. */
import type { RequestCounts } from '../../rollout/index.ts';

/** What one Skipper counted, by pod. */
export type Counted = ReadonlyMap<string, RequestCounts>;
interface Share {
  /** As the Skipper said last. */
  readonly last: RequestCounts;
  readonly since: RequestCounts;
}
/** By pod; Skippers that are gone stay in it, for they have answered requests of this step. */
export type Tally = ReadonlyMap<string, Share>;

const nothing: RequestCounts = { requests: 0, errors: 0 };

/** The tally after a look. What a Skipper had counted before it was first seen does not count. */
export function count(tally: Tally, counted: Counted): Tally {
  const next = new Map(tally);
  for (const [pod, now] of counted) {
    const before = tally.get(pod);
    // A container that was restarted begins anew.
    const last = before === undefined ? now : now.requests < before.last.requests ? nothing : before.last;
    next.set(pod, { last: now, since: add(before?.since ?? nothing, now, last) });
  }
  return next;
}

/** All Skippers together. */
export function total(tally: Tally): RequestCounts {
  return [...tally.values()].reduce((sum, { since }) => add(sum, since, nothing), nothing);
}

function add(sum: RequestCounts, now: RequestCounts, before: RequestCounts): RequestCounts {
  return {
    requests: sum.requests + now.requests - before.requests,
    errors: sum.errors + Math.max(0, now.errors - before.errors),
  };
}
