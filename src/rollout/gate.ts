/** What a gate says about the next move, and how several gates are asked in order. */
import type { Reason } from '../api/index.ts';

/**
 * `Hold` waits for the world to change or for time to pass; `Fail` waits for a person.
 * `retryAfterMs` is set when the gate knows at which moment its answer can change by itself. `awaitsFirstLook` is set when
 * it holds only because this process has not looked itself yet, which it does at once.
 */
export type GateResult =
  | { readonly result: 'Pass' }
  | {
      readonly result: 'Hold';
      readonly reason: Reason;
      readonly message: string;
      readonly retryAfterMs: number | undefined;
      readonly awaitsFirstLook?: true;
    }
  | { readonly result: 'Fail'; readonly reason: Reason; readonly message: string };

/** A gate is named for the violation that it finds. `now` is epoch ms. */
export type Gate<Seen> = (seen: Seen, now: number) => GateResult;

export const pass: GateResult = { result: 'Pass' };

export function hold(reason: Reason, message: string, retryAfterMs?: number): GateResult {
  return { result: 'Hold', reason, message, retryAfterMs };
}

/** Holds until this process has looked itself: what another one saw decides nothing. */
export function holdForFirstLook(reason: Reason, message: string): GateResult {
  return { result: 'Hold', reason, message, retryAfterMs: undefined, awaitsFirstLook: true };
}

/** Whether it is such a hold, to be taken over into what is told of it. */
export function firstLookOf(answer: GateResult): { readonly awaitsFirstLook?: true } {
  return answer.result === 'Hold' && answer.awaitsFirstLook === true ? { awaitsFirstLook: true } : {};
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
