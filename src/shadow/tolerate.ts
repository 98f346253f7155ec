/** Gets the differences that a person has declared harmless. Gives which of them is meant, and how often. */
import { compileGoRegexp } from '../eskip/index.ts';
import type { DifferenceClass, ToleratedBy, Tolerance } from './types.ts';

/** The index of the entry that makes a route's difference harmless; `undefined` when none does. */
export type Tolerates = (routeId: string, kind: DifferenceClass) => number | undefined;

/**
 * Reads tolerances once for a whole comparison. `route` is an RE2 regular expression that a part of the id must match. One
 * that cannot be read tolerates nothing; `toleranceProblems` says so.
 * @param onTry told of the index of each pattern before it is tried, and of -1 afterwards: unlike RE2's, the engine here
 *   may not come to an end, and whoever waits for it must be able to say because of which pattern
 */
export function toleratesFrom(tolerate: readonly Tolerance[], onTry: (index: number) => void = noMatter): Tolerates {
  const rules = tolerate.flatMap((tolerance, index) => {
    const compiled = compileGoRegexp(tolerance.route ?? '');
    return compiled.ok ? [{ index, pattern: compiled.regexp, kind: tolerance.class }] : [];
  });
  return (routeId, kind) => {
    const tolerating = rules.find((rule) => {
      if (rule.kind !== undefined && rule.kind !== kind) return false;
      onTry(rule.index);
      return rule.pattern.test(routeId);
    });
    onTry(-1);
    return tolerating?.index;
  };
}

/** Counts by entry, the largest first. `indices` are what `Tolerates` gave for each tolerated difference. */
export function countByEntry(tolerate: readonly Tolerance[], indices: readonly number[]): readonly ToleratedBy[] {
  return tolerate
    .map(({ route, class: kind }, index) => ({
      ...(route === undefined ? {} : { route }),
      ...(kind === undefined ? {} : { class: kind }),
      count: indices.filter((one) => one === index).length,
    }))
    .filter(({ count }) => count > 0)
    .toSorted((one, other) => other.count - one.count);
}

const noMatter = (): undefined => undefined;

/** What is wrong with `spec.shadow.tolerate`, one message for each entry that cannot be read. */
export function toleranceProblems(tolerate: readonly Tolerance[]): readonly string[] {
  return tolerate.flatMap(({ route = '' }, index) => {
    const compiled = compileGoRegexp(route);
    return compiled.ok ? [] : [`spec.shadow.tolerate[${index}].route tolerates nothing: ${compiled.problem}`];
  });
}
