/** Escapes and literal characters of Go's regular expressions. Source: Go 1.27, `regexp/syntax` (parseEscape). */

/** A regular expression that Go refuses, or that JavaScript's syntax cannot say. */
export class UntranslatableError extends Error {
  override readonly name = 'UntranslatableError';
}

export interface EscapedCharacter {
  readonly code: number;
  /** The offset behind the escape. */
  readonly end: number;
}

const controls: Readonly<Record<string, number>> = { a: 7, f: 12, n: 10, r: 13, t: 9, v: 11 };
const octal = /\\(?:[1-7][0-7]{1,2}|0[0-7]{0,2})/y;
const hexadecimal = /\\x(?:([0-9a-f]{2})|\{([0-9a-f]+)\})/iy;
const maxCodePoint = 0x10ffff;

/** Reads the escape of one character, at a backslash. */
export function readEscape(source: string, at: number): EscapedCharacter {
  const character = source.charAt(at + 1);
  if (character < '\x80' && /^[^0-9A-Za-z]$/.test(character)) return { code: character.charCodeAt(0), end: at + 2 };
  const control = controls[character];
  if (control !== undefined) return { code: control, end: at + 2 };
  return readNumeric(source, at);
}

function readNumeric(source: string, at: number): EscapedCharacter {
  octal.lastIndex = at;
  const inOctal = octal.exec(source);
  if (inOctal !== null) return { code: parseInt(inOctal[0].slice(1), 8), end: octal.lastIndex };
  hexadecimal.lastIndex = at;
  const inHex = hexadecimal.exec(source);
  const code = inHex === null ? Infinity : parseInt(inHex[1] ?? inHex[2] ?? '', 16);
  if (code <= maxCodePoint) return { code, end: hexadecimal.lastIndex };
  throw new UntranslatableError(`${source.slice(at, at + 2)} is not an escape that Go knows`);
}

/** A character that stands for itself, outside brackets. */
export function literal(character: string): string {
  return /^[\w\s"!#%&',:;<=>@`~-]$/.test(character) ? character : codeEscape(character.codePointAt(0) ?? 0);
}

/** A character by its number; safe at any place. */
export function codeEscape(code: number): string {
  return `\\u{${code.toString(16)}}`;
}
