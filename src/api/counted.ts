/** Gets a number; gives it with words that agree with it, for sentences that a person reads. */

/** `1 route`, `2 routes`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** The word that agrees with `count`: `agreeing(1, 'is', 'are')` is `is`. */
export function agreeing(count: number, one: string, several: string): string {
  return count === 1 ? one : several;
}
