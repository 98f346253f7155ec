/** Gets lists, gives them as one. */

/** One list of two: the other one itself where one is empty, as it nearly always is, and every route is asked. */
export function joined<T>(first: readonly T[], second: readonly T[]): readonly T[] {
  if (first.length === 0) return second;
  return second.length === 0 ? first : first.concat(second);
}
