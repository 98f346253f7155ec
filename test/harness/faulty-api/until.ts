/**
 * Gets a claim about the outside world; resolves when it has become true.
 */
import { setTimeout as pause } from 'node:timers/promises';

const deadlineMs = 60_000;

/** Resolves with the first value of `probe` that is neither undefined nor false. The deadline is only for failures. */
export async function until<T>(what: string, probe: () => T | undefined | false): Promise<T> {
  const startedAt = performance.now();
  for (;;) {
    const seen = probe();
    if (seen !== undefined && seen !== false) return seen;
    if (performance.now() - startedAt > deadlineMs) throw new Error(`waited ${deadlineMs / 1_000} s until ${what}`);
    await pause(2);
  }
}
