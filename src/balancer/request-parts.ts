/** Parts of a request as Go's net/http reads them: get encoded text, give byte strings (one character per byte). */

/** UTF-8 bytes of a text, one character per byte. */
export function toByteString(text: string): string {
  return String.fromCharCode(...new TextEncoder().encode(text));
}

const hexDigits = /%([\da-f]{2})/gi;
const decoded = (text: string): string =>
  text.replace(hexDigits, (_, digits: string) => String.fromCharCode(parseInt(digits, 16)));

/** Go's URL.Path: percent-decoded. */
export function pathOf(target: string): string {
  const end = target.indexOf('?');
  return decoded(end === -1 ? target : target.slice(0, end));
}

export function rawQueryOf(target: string): string {
  const start = target.indexOf('?');
  return start === -1 ? '' : target.slice(start + 1);
}

/** First value of a query parameter. Go leaves out pairs with a semicolon or a broken escape. */
export function queryValue(rawQuery: string, name: string): string {
  for (const pair of rawQuery.split('&')) {
    if (pair === '' || pair.includes(';') || /%(?![\da-f]{2})/i.test(pair)) continue;
    const equals = pair.indexOf('=');
    const [key, value] = equals === -1 ? [pair, ''] : [pair.slice(0, equals), pair.slice(equals + 1)];
    if (decoded(key.replaceAll('+', ' ')) === name) return decoded(value.replaceAll('+', ' '));
  }
  return '';
}

const isToken = (text: string): boolean => /^[!#$%&'*+.^`|~\w-]+$/.test(text);
/** Go's textproto.TrimString, which knows these two only. */
const trimmed = (text: string): string => text.replace(/^[ \t]+|[ \t]+$/g, '');

/**
 * Value of the first cookie of that name, which may come without a value. Go leaves out cookies whose name is no token
 * of RFC 6265, or whose value holds a byte that it forbids.
 */
export function cookieValue(header: string, name: string): string {
  if (!isToken(name)) return '';
  for (const part of header.split(';')) {
    const pair = trimmed(part);
    const equals = pair.indexOf('=');
    if (trimmed(equals === -1 ? pair : pair.slice(0, equals)) !== name) continue;
    const quoted = equals === -1 ? '' : pair.slice(equals + 1);
    const isQuoted = quoted.length > 1 && quoted.startsWith('"') && quoted.endsWith('"');
    const value = isQuoted ? quoted.slice(1, -1) : quoted;
    if (/^[ !#-[\]-~]*$/.test(value)) return value;
  }
  return '';
}
