/** Gets a length of time as Go writes it ("90s", "1h30m"), gives milliseconds. */

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: SECOND_MS, m: MINUTE_MS, h: HOUR_MS };

/** The form that the CRD accepts: a regular expression that means the same to RE2 and to JavaScript. */
export const DURATION_PATTERN = '^([0-9]+(\\.[0-9]+)?(ms|s|m|h))+$';

const whole = new RegExp(DURATION_PATTERN);

/**
 * Milliseconds of a duration, rounded to whole ones.
 *
 * The API server has refused other forms before this is called on a spec; on other input catch the error.
 * @throws RangeError naming the text and the accepted form. Unlike Go: no sign, no `us`/`ns`, no bare "0".
 */
export function parseDuration(text: string): number {
  if (!whole.test(text)) {
    throw new RangeError(`"${text}" is not a duration: write a number with ms, s, m or h, such as "90s" or "1h30m"`);
  }
  let totalMs = 0;
  for (const [, amount, unit] of text.matchAll(/([0-9.]+)(ms|s|m|h)/g)) {
    totalMs += Number(amount) * (unitMs[unit ?? ''] ?? 0);
  }
  return Math.round(totalMs);
}
