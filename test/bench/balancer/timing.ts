/** Gets a function, gives what one call of it takes and what garbage it leaves. */
import { PerformanceObserver } from 'node:perf_hooks';
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const callsPerRound = 2048;

/**
 * In ns: the least of many short rounds, after as many that do not count. Other work on the machine interrupts long
 * rounds, and all of them; V8 compiles the best that it can only after some hundred thousand calls.
 * @param run makes as many calls as it is told, in a loop of its own, so that the loop is compiled with the call.
 */
export function nsPerCall(run: (calls: number) => void, rounds: number): number {
  for (let warmUp = 0; warmUp < rounds; warmUp++) run(callsPerRound);
  let least = Infinity;
  for (let round = 0; round < rounds; round++) {
    const beganAt = performance.now();
    run(callsPerRound);
    least = Math.min(least, performance.now() - beganAt);
  }
  return (least * 1e6) / callsPerRound;
}

/** Times of single calls, in ms. */
export function msOfEach(times: number, run: (time: number) => void): readonly number[] {
  return Array.from({ length: times }, (_, time) => {
    const beganAt = performance.now();
    run(time);
    return performance.now() - beganAt;
  });
}

const mostWindows = 5;

/**
 * Bytes per call by which the heap grows while it is not collected. What ran before has filled the nursery, so that the
 * next few bytes would have it collected: it is emptied first. When each of five windows is cut short by a collection,
 * the calls themselves fill the nursery: NaN, which meets no goal.
 */
export async function bytesPerCall(run: (calls: number) => void, calls: number): Promise<number> {
  run(calls / 10);
  for (let window = 0; window < mostWindows; window++) {
    const grown = await heapGrowth(run, calls);
    if (grown !== undefined) return Math.round(grown / calls);
  }
  return Number.NaN;
}

/** In bytes; undefined when the heap was collected meanwhile. */
async function heapGrowth(run: (calls: number) => void, calls: number): Promise<number | undefined> {
  let collections = 0;
  const observer = new PerformanceObserver((list) => (collections += list.getEntries().length));
  observer.observe({ entryTypes: ['gc'] });
  collectGarbage();
  // Entries are handed out between turns of the event loop.
  await setImmediate();
  await setImmediate();
  collections = 0;
  const before = process.memoryUsage().heapUsed;
  run(calls);
  const grown = process.memoryUsage().heapUsed - before;
  await setImmediate();
  await setImmediate();
  observer.disconnect();
  return collections === 0 ? grown : undefined;
}

/** What `--expose-gc` has, without the flag. */
function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
}
