/** Fade-in: gets the age of endpoints that came in one scale-up, gives the weight that they have by now. */
import { oneOf, positive } from './option-rules.ts';
import type { FadeInOptions } from './types.ts';

/** Endpoints that were first seen in the same update. They fade by one clock, whatever comes after them. */
export interface FadeEvent {
  /** By the balancer's clock, in milliseconds. */
  readonly startedAt: number;
  readonly slots: Uint32Array;
}

export interface FadeInRule {
  readonly mode: 'off' | 'skipper' | 'n-ring';
  readonly durationMs: number;
  readonly exponent: number;
}

/** @throws BalancerError RSRV_BALANCER_OPTION for a mode that there is not, or a duration or exponent that is not above 0. */
export function fadeInRule(options: FadeInOptions | undefined): FadeInRule {
  if (options === undefined) return { mode: 'off', durationMs: 0, exponent: 1 };
  const { mode, durationMs = 30_000, exponent = 2.5 } = options;
  oneOf('fadeIn.mode', ['skipper', 'n-ring'], mode);
  positive('fadeIn.durationMs', durationMs);
  positive('fadeIn.exponent', exponent);
  return { mode, durationMs, exponent };
}

/**
 * 1 for a negative age: when the clock jumps back, the fade is over instead of starving new endpoints until the clock
 * has caught up. At age 0 Skipper's score is 1 (proxy/fadein.go); by n-ring nothing has moved yet.
 */
export function fadeWeight(rule: FadeInRule, ageMs: number): number {
  if (ageMs < 0 || ageMs >= rule.durationMs) return 1;
  if (ageMs === 0) return rule.mode === 'skipper' ? 1 : 0;
  return (ageMs / rule.durationMs) ** rule.exponent;
}
