/** Waiting for a condition of the outside world, with a deadline and with the last thing seen in the error. */
import { setTimeout as pause } from 'node:timers/promises';
import { HopelessError, TestBedError, reasonOf } from './errors.ts';

/** What to wait for. */
export interface Wait {
  /** Ends the sentence "waited 30 s for …". */
  readonly what: string;
  readonly deadlineMs: number;
  readonly intervalMs?: number;
  /** Called when the deadline has passed: what else the reader should know (the end of a log, say). */
  readonly explain?: () => Promise<string>;
}

/**
 * Polls `probe` until it gives something other than undefined and false, and returns that.
 * A probe that throws is tried again.
 * @throws TestBedError at the deadline, with the last reason.
 * @throws HopelessError at once when the probe throws one.
 */
export async function until<T>(wait: Wait, probe: () => Promise<T | undefined | false>): Promise<T> {
  const start = performance.now();
  let last = '';
  while (performance.now() - start < wait.deadlineMs) {
    try {
      const seen = await probe();
      if (seen !== undefined && seen !== false) return seen;
    } catch (error) {
      if (error instanceof HopelessError) throw error;
      last = reasonOf(error);
    }
    await pause(wait.intervalMs ?? 50);
  }
  const explanation = (await wait.explain?.()) ?? '';
  const seconds = Math.round(wait.deadlineMs / 1000);
  throw new TestBedError([`waited ${seconds} s for ${wait.what}`, last, explanation].filter(Boolean).join('\n'));
}
