/**
 * Gets a scalar of YAML as it is written; gives what Go makes of it.
 *
 * Skipper, its tests and kubectl read YAML with go-yaml v2, which has the words of YAML 1.1 and Go's numbers: `yes` is
 * a boolean, `0777` and `0o777` are octal, `08` is a float, `1_000` is an integer; times and base 60 are text
 * (`resolve.go`).
 */

export type GoScalar = string | number | boolean | null;

const words: ReadonlyMap<string, GoScalar> = new Map<string, GoScalar>([
  ...['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'].map((word) => [word, true] as const),
  ...['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'].map((word) => [word, false] as const),
  ...['', '~', 'null', 'Null', 'NULL'].map((word) => [word, null] as const),
  ...['.nan', '.NaN', '.NAN'].map((word) => [word, Number.NaN] as const),
  ...['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF'].map((word) => [word, Infinity] as const),
  ...['-.inf', '-.Inf', '-.INF'].map((word) => [word, -Infinity] as const),
]);

const integer = /^([+-]?)(0[xX][\da-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|0|[1-9]\d*)$/;
const decimal = /^[+-]?(\.\d+|\d+(\.\d*)?)([eE][+-]?\d+)?$/;
const lowest = -(2n ** 63n);
const largest = 2n ** 63n - 1n;
const highest = 2n ** 64n - 1n;

/** A scalar without quotes and without a tag. */
export function resolveGoScalar(text: string): GoScalar {
  const word = words.get(text);
  if (word !== undefined) return word;
  if (!/^[\d+.-]/.test(text)) return text;
  // Underscores mean nothing; in a number that begins with a dot they have to stand between digits.
  const isOdd = text.startsWith('.') && /_(?!\d)|(?<!\d)_/.test(text);
  return (isOdd ? undefined : numberOf(text.replaceAll('_', ''))) ?? text;
}

function numberOf(text: string): number | undefined {
  const whole = integerOf(text);
  return whole === undefined ? decimalOf(text) : Number(whole);
}

/** Undefined, too, for one that 64 bits cannot hold. */
function integerOf(text: string): bigint | undefined {
  const [, sign = '', digits] = integer.exec(text) ?? [];
  if (digits === undefined) return undefined;
  const size = BigInt(/^0\d/.test(digits) ? `0o${digits.slice(1)}` : digits);
  const value = sign === '-' ? -size : size;
  return value < lowest || value > (sign === '' ? highest : largest) ? undefined : value;
}

function decimalOf(text: string): number | undefined {
  if (!decimal.test(text)) return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}

/**
 * A scalar without quotes as the key of a map, which is text in JSON: `0x10: …` has the key `16`. `undefined` where
 * there is none, for null and for what needs the 64th bit (sigs.k8s.io/yaml, `convertToJSONableObject`).
 */
export function goKeyText(text: string): string | undefined {
  const value = resolveGoScalar(text);
  if (value === null) return undefined;
  if (typeof value !== 'number') return String(value);
  const whole = integerOf(text.replaceAll('_', ''));
  if (whole !== undefined) return whole > largest ? undefined : String(whole);
  // 32 bits end at 3.4e38, and what is beyond is endless.
  const single = Math.fround(value);
  return infinities.get(single) ?? singleText(single);
}

const infinities: ReadonlyMap<number, string> = new Map([
  [Infinity, '.inf'],
  [-Infinity, '-.inf'],
  [Number.NaN, '.nan'],
]);

/** The shortest text that is the same number in 32 bits, as `strconv.FormatFloat(value, 'g', -1, 32)` has it. */
function singleText(single: number): string {
  if (Object.is(single, -0)) return '-0';
  const isSame = (digits: number): boolean => Math.fround(Number(single.toExponential(digits))) === single;
  const [mantissa = '', exponent = ''] = single
    .toExponential([0, 1, 2, 3, 4, 5, 6, 7].find((digits) => isSame(digits)) ?? 8)
    .split('e');
  const power = Number(exponent);
  // Go's threshold for the short form.
  if (power >= -4 && power < 6) return String(Number(`${mantissa}e${exponent}`));
  return `${mantissa}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}
