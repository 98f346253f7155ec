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

const withPatterns = new Set(['Host', 'PathRegexp', 'HeaderRegexp']);
const controls = new Map(
  Object.entries({ '\x07': 'a', '\b': 'b', '\f': 'f', '\n': 'n', '\r': 'r', '\t': 't', '\v': 'v' }),
);

/**
 * Skipper prints a control character in a pattern as an escape that its parser then leaves to the regular expression:
 * a line feed becomes a backslash and an n. We print what reads back the same (docs/guide/parity.md).
 */
function asSkipperPrintsPatterns(route: Route): Route {
  const escaped = <T>(arg: T): T | string =>
    typeof arg === 'string' ? arg.replace(/[\cG\b\f\n\r\t\v]/g, (found) => `\\${controls.get(found) ?? ''}`) : arg;
  const predicates = route.predicates.map((predicate) =>
    withPatterns.has(predicate.name)
      ? { ...predicate, args: predicate.args.map((arg, at, { length }) => (at === length - 1 ? escaped(arg) : arg)) }
      : predicate,
  );
  return { ...route, predicates };
}

function areEqual(their: Route | undefined, own: Route | undefined): boolean {
  if (their === undefined || own === undefined) return false;
  return equalRoutes(their, own) || equalRoutes(their, asSkipperPrintsPatterns(own));
}

function differenceOf(theirs: string | undefined, ours: string | undefined): readonly string[] {
  if (theirs === ours) return [];
  if (areEqual(read(theirs), read(ours))) return [];
  return [...(theirs === undefined ? [] : [`- ${theirs}`]), ...(ours === undefined ? [] : [`+ ${ours}`])];
}

/**
 * Skipper cannot read a table with a route that is no eskip. We leave it out, and with it what would follow from it:
 * clones, that its host needs no catch-all route, that another route of its id is passed over. So only routes that
 * both tables have can be compared then.
 */
function comparableIds(
  their: ReadonlyMap<string, string>,
  own: ReadonlyMap<string, string>,
  leftOut: readonly string[],
): readonly string[] {
  const isReplaced = (id: string): boolean => leftOut.some((left) => id.endsWith(left));
  return [...own.keys()].filter((id) => read(their.get(id)) !== undefined && !isReplaced(id));
}

export interface Comparison {
  /** One line each; empty when both have the same routes in the same order. */
  readonly differences: readonly string[];
  /** False when the original's table has routes that Skipper cannot read. */
  readonly isWhole: boolean;
}

/**
 * @param leftOut ids of routes that we left out; flags that edit routes may have made them readable in the original
 */
export function compareTexts(theirs: string, ours: string, leftOut: readonly string[] = []): Comparison {
  if (theirs === ours) return { differences: [], isWhole: true };
  const [their, own] = [byId(theirs), byId(ours)];
  const isWhole = leftOut.length === 0 && [...their.values()].every((line) => read(line) !== undefined);
  const ids = isWhole ? [...new Set([...their.keys(), ...own.keys()])] : comparableIds(their, own, leftOut);
  const different = ids.flatMap((id) => differenceOf(their.get(id), own.get(id)));
  if (different.length > 0) return { differences: different, isWhole };
  const theirOrder = [...their.keys()].filter((id) => own.has(id));
  const ownOrder = [...own.keys()].filter((id) => their.has(id));
  const at = ownOrder.findIndex((id, index) => id !== theirOrder[index]);
  return { differences: at === -1 ? [] : [`the order differs from ${ownOrder[at] ?? ''} on`], isWhole };
}
