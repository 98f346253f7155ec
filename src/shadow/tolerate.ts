/** Gets the differences that a person has declared harmless. Gives whether one of them is meant. */
import { compileGoRegexp } from '../eskip/index.ts';
import type { DifferenceClass, Tolerance } from './types.ts';

/** Whether a route's difference is tolerated. */
export type Tolerates = (routeId: string, kind: DifferenceClass) => boolean;

/**
 * Reads tolerances once for a whole comparison. `route` is an RE2 regular expression that a part of the id must match. One
 * that cannot be read tolerates nothing; `toleranceProblems` says so.
 */
export function toleratesFrom(tolerate: readonly Tolerance[]): Tolerates {
  const rules = tolerate.flatMap((tolerance) => {
    const compiled = compileGoRegexp(tolerance.route ?? '');
    return compiled.ok ? [{ pattern: compiled.regexp, kind: tolerance.class }] : [];
  });
  return (routeId, kind) =>
    rules.some((rule) => (rule.kind === undefined || rule.kind === kind) && rule.pattern.test(routeId));
}

/** What is wrong with `spec.shadow.tolerate`, one message for each entry that cannot be read. */
export function toleranceProblems(tolerate: readonly Tolerance[]): readonly string[] {
  return tolerate.flatMap(({ route = '' }, index) => {
    const compiled = compileGoRegexp(route);
    return compiled.ok ? [] : [`spec.shadow.tolerate[${index}].route tolerates nothing: ${compiled.problem}`];
  });
}
