/** Gets a function, gives what one call of it takes: in ns, the least of several rounds, which is what others disturb least. */

export interface Timing {
  readonly calls: number;
  readonly rounds: number;
}

const now = (): number => performance.now();

/** @param run makes as many calls as it is told, in a loop of its own, so that the loop is compiled with the call. */
export function nsPerCall(run: (calls: number) => void, { calls, rounds }: Timing): number {
  run(Math.ceil(calls / 10));
  let least = Infinity;
  for (let round = 0; round < rounds; round++) {
    const beganAt = now();
    run(calls);
    least = Math.min(least, now() - beganAt);
  }
  return (least * 1e6) / calls;
}

/** Times of single calls, in ms. */
export function msOfEach(times: number, run: (time: number) => void): readonly number[] {
  return Array.from({ length: times }, (_, time) => {
    const beganAt = now();
    run(time);
    return now() - beganAt;
  });
}
