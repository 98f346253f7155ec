/**
 * Gets lists, gives them as one.
 *
 * Each route is put together from several. V8's `concat` and `flatMap` ask its runtime for each element, which takes
 * twice to four times as long (docs/benchmarks.md).
 */

/** One list of two: the other one itself where one is empty, as it nearly always is, and every route is asked. */
export function joined<T>(first: readonly T[], second: readonly T[]): readonly T[] {
  if (first.length === 0) return second;
  if (second.length === 0) return first;
  const both = first.slice();
  for (const one of second) both.push(one);
  return both;
}

/** As `flatMap`. Where a single element gives something, what it gave is the answer itself. */
export function gathered<T, U>(list: readonly T[], listOf: (one: T, at: number) => readonly U[]): readonly U[] {
  let all: readonly U[] = [];
  let own: U[] = [];
  // Counted by hand: entries() makes two objects for each element.
  let at = 0;
  for (const one of list) {
    const more = listOf(one, at);
    at += 1;
    if (more.length === 0) continue;
    if (all.length === 0) {
      all = more;
      continue;
    }
    if (all !== own) all = own = all.slice();
    for (const other of more) own.push(other);
  }
  return all;
}
