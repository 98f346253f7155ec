/**
 * Gets: a flag's value as written. Gives: what Go makes of it, or `undefined` where Go refuses it.
 *
 * Sources: Go `strconv.ParseBool` and `time.ParseDuration`, which Skipper's flag set uses.
 */
import type { SkipperFlagType } from './skipper-flags-group.ts';

const booleans: ReadonlyMap<string, boolean> = new Map([
  ...['1', 't', 'T', 'true', 'TRUE', 'True'].map((word) => [word, true] as const),
  ...['0', 'f', 'F', 'false', 'FALSE', 'False'].map((word) => [word, false] as const),
]);

const unitMs: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};
const durationTerm = /(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)/gy;

/** Reads a boolean in any of Go's spellings. */
export function parseGoBool(value: string): boolean | undefined {
  return booleans.get(value);
}

/** Reads a duration such as `1h15m30.5s` or `-20ms`; gives milliseconds. Only zero may stand without a unit. */
export function parseGoDuration(value: string): number | undefined {
  const sign = value.startsWith('-') ? -1 : 1;
  const terms = value.replace(/^[+-]/, '');
  if (terms === '0') return 0;
  let totalMs = 0;
  let end = 0;
  for (const match of terms.matchAll(durationTerm)) {
    totalMs += Number(match[1]) * (unitMs[match[2] ?? ''] ?? Number.NaN);
    end = match.index + match[0].length;
  }
  return end > 0 && end === terms.length ? sign * totalMs : undefined;
}

// Values with a grammar of their own (eskip, regular expressions, YAML) are left to whoever reads them.
const fits: Readonly<Partial<Record<SkipperFlagType, (value: string) => boolean>>> = {
  bool: (value) => parseGoBool(value) !== undefined,
  int: (value) => /^[+-]?(0x[\da-f]+|0b[01]+|0o?[0-7]+|0|[1-9]\d*)$/i.test(value.replaceAll('_', '')),
  float: (value) => value !== '' && Number.isFinite(Number(value)),
  duration: (value) => parseGoDuration(value) !== undefined,
  map: (value) => value.split(',').every((pair) => /^\s*[^=\s][^=]*=.*\S/.test(pair)),
};

/** Whether Skipper would start with this value. One with a `$(VAR)` is taken to fit: only the kubelet knows it. */
export function fitsFlagType(type: SkipperFlagType, value: string): boolean {
  return value.includes('$(') || (fits[type]?.(value) ?? true);
}
