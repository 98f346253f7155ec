/**
 * Gets nothing; gives a clock on which time flies, for tests with real sockets and long waits.
 */
import { systemClock } from '../../../src/runtime/index.ts';
import type { Clock } from '../../../src/runtime/index.ts';

/** A clock on which `factor` seconds pass each second. */
export function hurriedClock(factor: number): Clock {
  const startedAt = systemClock.monotonic();
  const passed = (): number => (systemClock.monotonic() - startedAt) * factor;
  const epoch = systemClock.now();
  return {
    now: () => epoch + passed(),
    monotonic: passed,
    sleep: (ms, signal) => systemClock.sleep(ms / factor, signal),
    schedule: (ms, run) => systemClock.schedule(ms / factor, run),
  };
}
