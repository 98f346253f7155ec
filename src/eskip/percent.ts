/**
 * Percent escapes as Go's `net/url` reads and writes them.
 *
 * "Bytes" are strings whose characters are UTF-8 bytes, U+0000–U+00FF: Go works on bytes, and what was decoded need
 * not be valid UTF-8.
 */

/** Characters that Go does not escape, by part of the URL. */
export const plainCharacters = {
  host: /[\w.~!$&'()*+,;=:[\]<>"-]/,
  user: /[\w.~$&+,;=-]/,
  path: /[\w.~$&+,/:;=@-]/,
  query: /[\w.~-]/,
} as const;

/** Takes percent escapes apart: text to bytes. */
export function decodeBytes(text: string): string {
  return text
    .toWellFormed()
    .replace(/%([0-9a-f]{2})|[\u0080-\uffff]+/gi, (part: string, hex: string | undefined) =>
      hex === undefined ? decodeBytes(encodeURIComponent(part)) : String.fromCharCode(parseInt(hex, 16)),
    );
}

/** Escapes bytes with percent signs, save those that `plain` matches. */
export function encodeBytes(bytes: string, plain: RegExp): string {
  return bytes.replace(/[^]/g, (byte) =>
    plain.test(byte) ? byte : `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
}

/** The text before the first `separator` and the text behind it, which is `''` without one. */
export function cut(text: string, separator: string): readonly [string, string] {
  const at = text.indexOf(separator);
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + separator.length)];
}
