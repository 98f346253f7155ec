/**
 * Gets a number; gives its eskip text.
 *
 * Source: Skipper v0.27.65, `eskip/string.go` (argsString): whole numbers print with `%.0f`, others with `%g`.
 */

/** More digits than a double can hold: reads back as infinity, which eskip has no word for. */
const beyondRange = '9'.repeat(310);

/**
 * The number as eskip text, in digits only. Skipper prints very small and very large fractions with an exponent,
 * such as 1e-05, which its own parser refuses; here those keep their digits too.
 */
export function printNumber(value: number): string {
  if (Number.isInteger(value)) {
    if (Object.is(value, -0)) return '-0';
    return Number.isSafeInteger(value) ? String(value) : BigInt(value).toString();
  }
  if (!Number.isFinite(value)) return value < 0 ? `-${beyondRange}` : beyondRange;
  const text = String(value);
  return text.includes('e') ? spelledOut(text) : text;
}

/** `1.5e-7` as `0.00000015`. Only fractions below one come here: above 1e21 every double is whole. */
function spelledOut(text: string): string {
  const [mantissa = '', exponent = '0'] = text.split('e');
  const sign = mantissa.startsWith('-') ? '-' : '';
  return `${sign}0.${'0'.repeat(-Number(exponent) - 1)}${mantissa.replace(/[-.]/g, '')}`;
}
