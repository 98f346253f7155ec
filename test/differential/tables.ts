/** Gets the texts of two tables; gives what differs. */
import { equalRoutes, parseRoutes, type Route } from '../../src/eskip/index.ts';

/** Lines of a table by route id. A route that is printed stands on one line. */
function byId(text: string): ReadonlyMap<string, string> {
  const lines = text.split('\n').filter((line) => line !== '');
  return new Map(lines.map((line) => [line.slice(0, line.indexOf(':')), line]));
}

function read(line: string | undefined): Route | undefined {
  const parsed = parseRoutes(line ?? '');
  return parsed.ok ? parsed.routes[0] : undefined;
}

function differenceOf(theirs: string | undefined, ours: string | undefined): readonly string[] {
  if (theirs === ours) return [];
  const [their, own] = [read(theirs), read(ours)];
  if (their !== undefined && own !== undefined && equalRoutes(their, own)) return [];
  return [...(theirs === undefined ? [] : [`- ${theirs}`]), ...(ours === undefined ? [] : [`+ ${ours}`])];
}

/**
 * Skipper cannot read a table with such a route at all. We leave it out, and with it what would follow from it: clones,
 * and that its host needs no catch-all route. So only routes that both tables have can be compared then.
 */
function comparableIds(
  their: ReadonlyMap<string, string>,
  own: ReadonlyMap<string, string>,
  isWhole: boolean,
): readonly string[] {
  if (isWhole) return [...new Set([...their.keys(), ...own.keys()])];
  return [...own.keys()].filter((id) => read(their.get(id)) !== undefined);
}

export interface Comparison {
  /** One line each; empty when both have the same routes in the same order. */
  readonly differences: readonly string[];
  /** False when the original's table has routes that Skipper cannot read. */
  readonly isWhole: boolean;
}

/** `leftOut`: we left a route out; flags that edit routes may have made it readable in the original. */
export function compareTexts(theirs: string, ours: string, leftOut = false): Comparison {
  if (theirs === ours) return { differences: [], isWhole: true };
  const [their, own] = [byId(theirs), byId(ours)];
  const isWhole = !leftOut && [...their.values()].every((line) => read(line) !== undefined);
  const ids = comparableIds(their, own, isWhole);
  const different = ids.flatMap((id) => differenceOf(their.get(id), own.get(id)));
  if (different.length > 0) return { differences: different, isWhole };
  const theirOrder = [...their.keys()].filter((id) => own.has(id));
  const ownOrder = [...own.keys()].filter((id) => their.has(id));
  const at = ownOrder.findIndex((id, index) => id !== theirOrder[index]);
  return { differences: at === -1 ? [] : [`the order differs from ${ownOrder[at] ?? ''} on`], isWhole };
}
