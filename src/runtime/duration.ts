/**
 * Gets a duration as people and Go programs write it ("10m", "336h", "1h30m", "1.5s"); gives milliseconds, and back.
 *
 * Source: the syntax of Go's time.ParseDuration.
 */

const unitMs: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
};
const wholePattern = /^[+-]?(?:\d+\.?\d*(?:ns|us|µs|μs|ms|s|m|h)|\.\d+(?:ns|us|µs|μs|ms|s|m|h))+$/;
const partPattern = /(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)/g;

/** Milliseconds of `text`, or undefined when it is not a duration. A bare `0` is one, a bare `10` is not (10 what?). */
export function parseDuration(text: string): number | undefined {
  if (/^[+-]?0$/.test(text)) return 0;
  if (!wholePattern.test(text)) return undefined;
  let totalMs = 0;
  for (const [, amount = '', unit = ''] of text.matchAll(partPattern))
    totalMs += Number(amount) * (unitMs[unit] ?? NaN);
  return text.startsWith('-') ? -totalMs : totalMs;
}

/** The shortest form that parses back to the same value: 5400000 is "1h30m", 1500 is "1.5s". */
export function formatDuration(ms: number): string {
  if (ms < 0) return `-${formatDuration(-ms)}`;
  if (ms === 0) return '0s';
  if (ms < 1_000) return `${ms}ms`;
  const hours = Math.floor(ms / 3_600_000);
  const minutes = Math.floor((ms % 3_600_000) / 60_000);
  const seconds = (ms % 60_000) / 1_000;
  return [hours > 0 ? `${hours}h` : '', minutes > 0 ? `${minutes}m` : '', seconds > 0 ? `${seconds}s` : ''].join('');
}
