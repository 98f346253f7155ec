/** Gets the differences that a person has declared harmless. Gives whether one of them is meant. */
import { compileGoRegexp } from '../eskip/index.ts';
import type { DifferenceClass, Tolerance } from './types.ts';

/** Whether a route's difference is tolerated. */
export type Tolerates = (routeId: string, kind: DifferenceClass) => boolean;

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
    const tolerated = rules.some((rule) => {
      if (rule.kind !== undefined && rule.kind !== kind) return false;
      onTry(rule.index);
      return rule.pattern.test(routeId);
    });
    onTry(-1);
    return tolerated;
  };
}

const noMatter = (): undefined => undefined;

/** What is wrong with `spec.shadow.tolerate`, one message for each entry that cannot be read. */
export function toleranceProblems(tolerate: readonly Tolerance[]): readonly string[] {
  return tolerate.flatMap(({ route = '' }, index) => {
    const compiled = compileGoRegexp(route);
    return compiled.ok ? [] : [`spec.shadow.tolerate[${index}].route tolerates nothing: ${compiled.problem}`];
  });
}
