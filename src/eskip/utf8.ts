/** Small pieces where Go's view of text (UTF-8 bytes, its own list of blanks) differs from JavaScript's. */

/** The characters that Go's strings.TrimSpace takes off; JavaScript's trim knows U+FEFF too, and not U+0085. */
const goBlank = '[\\t\\n\\v\\f\\r \\u0085\\u00A0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]';
const leadingBlanks = new RegExp(`^${goBlank}+`);
const blank = new RegExp(goBlank);

/** Takes blanks off both ends, as Go's strings.TrimSpace does. */
export function trimLikeGo(text: string): string {
  let end = text.length;
  // Counted from the end: a pattern anchored there would try again at every blank in the middle.
  while (end > 0 && blank.test(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end).replace(leadingBlanks, '');
}

/**
 * Orders texts as Go does, by UTF-8 bytes, which is the order of code points. JavaScript's `<` goes by UTF-16
 * units, which puts U+10000 and up before U+E000–U+FFFF.
 */
export function compareLikeGo(left: string, right: string): number {
  if (left === right) return 0;
  const length = Math.min(left.length, right.length);
  for (let i = 0; i < length; i += 1) {
    const difference = left.charCodeAt(i) - right.charCodeAt(i);
    if (difference !== 0) return (left.codePointAt(i) ?? 0) - (right.codePointAt(i) ?? 0) || difference;
  }
  return left.length - right.length;
}
