/** What a gate says about the next move, and how several gates are asked in order. */
import type { Reason } from '../api/index.ts';

/**
 * `Hold` waits for the world to change or for time to pass; `Fail` waits for a person.
 * `retryAfterMs` is set when the gate knows at which moment its answer can change by itself.
 */
export type GateResult =
  | { readonly result: 'Pass' }
  | {
      readonly result: 'Hold';
      readonly reason: Reason;
      readonly message: string;
      readonly retryAfterMs: number | undefined;
    }
  | { readonly result: 'Fail'; readonly reason: Reason; readonly message: string };

/** A gate is named for the violation that it finds. `now` is epoch ms. */
export type Gate<Seen> = (seen: Seen, now: number) => GateResult;

export const pass: GateResult = { result: 'Pass' };

export function hold(reason: Reason, message: string, retryAfterMs?: number): GateResult {
  return { result: 'Hold', reason, message, retryAfterMs };
}

export function fail(reason: Reason, message: string): GateResult {
  return { result: 'Fail', reason, message };
}

/** Asks all gates: the first Fail wins over every Hold, else the first Hold; Pass only when all pass. */
export function chain<Seen>(...gates: readonly Gate<Seen>[]): Gate<Seen> {
  return (seen, now) => {
    const answers = gates.map((gate) => gate(seen, now));
    return answers.find(({ result }) => result === 'Fail') ?? answers.find(({ result }) => result === 'Hold') ?? pass;
  };
}

/** RFC 3339 in UTC with seconds, as in status. */
export function isoTime(epochMs: number): string {
  return new Date(epochMs).toISOString().replace(/\.\d{3}Z$/, 'Z');
}
