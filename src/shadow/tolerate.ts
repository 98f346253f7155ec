/** Gets the differences that a person has declared harmless. Gives whether one of them is meant. */
import type { DifferenceClass, Tolerance } from './types.ts';

/** Whether a route's difference is tolerated. */
export type Tolerates = (routeId: string, kind: DifferenceClass) => boolean;

/**
 * Reads tolerances once for a whole comparison. `route` is a regular expression that a part of the id must match. One
 * that cannot be read tolerates nothing; `toleranceProblems` says so.
 */
export function toleratesFrom(tolerate: readonly Tolerance[]): Tolerates {
  const rules = tolerate.flatMap((tolerance) => {
    const pattern = patternOf(tolerance);
    return pattern === undefined ? [] : [{ pattern, kind: tolerance.class }];
  });
  return (routeId, kind) =>
    rules.some((rule) => (rule.kind === undefined || rule.kind === kind) && rule.pattern.test(routeId));
}

/** What is wrong with `spec.shadow.tolerate`, one message for each entry that cannot be read. */
export function toleranceProblems(tolerate: readonly Tolerance[]): readonly string[] {
  return tolerate.flatMap((tolerance, index) =>
    patternOf(tolerance) === undefined
      ? [
          `spec.shadow.tolerate[${index}].route is not a regular expression and tolerates nothing: ${tolerance.route ?? ''}`,
        ]
      : [],
  );
}

function patternOf({ route }: Tolerance): RegExp | undefined {
  try {
    return new RegExp(route ?? '', 'u');
  } catch {
    return undefined;
  }
}
