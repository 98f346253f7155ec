/**
 * Gets a text and the place of a literal in it; gives where the literal ends and what it means.
 *
 * Source: Skipper v0.27.65, `eskip/lexer.go`: the rules of `scanEscaped`, `scanRegexp` and `scanNumber`.
 */

const backslash = 92;
const slash = 47;
const openBracket = 91;
const closeBracket = 93;
const dot = 46;
const dash = 45;

/** What an escape in a quoted string stands for, besides the quote itself. Others keep their backslash. */
const escapes: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
};

/** The offset of the closing `quote` for content that starts at `from`, or -1. */
export function endOfQuoted(text: string, from: number, quote: number): number {
  for (let at = from; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === quote) return at;
    if (code === backslash) at += 1;
  }
  return -1;
}

/** The offset of the slash that closes a regular expression whose content starts at `from`, or -1. */
export function endOfRegexp(text: string, from: number): number {
  let inBrackets = false;
  for (let at = from; at < text.length; at += 1) {
    switch (text.charCodeAt(at)) {
      case backslash:
        at += 1;
        break;
      case openBracket:
        inBrackets = true;
        break;
      case closeBracket:
        inBrackets = false;
        break;
      case slash:
        // A slash in a character class is an ordinary character: /[/]/ is complete.
        if (!inBrackets) return at;
    }
  }
  return -1;
}

/** The offset behind the number that starts at `from` with a digit, a dot or a minus. */
export function endOfNumber(text: string, from: number): number {
  let at = text.charCodeAt(from) === dash ? from + 1 : from;
  let sawDot = false;
  for (; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === dot) {
      if (sawDot) return at;
      sawDot = true;
    } else if (!isDigit(code)) {
      return at;
    }
  }
  return at;
}

/** The meaning of the content of a quoted string. */
export function unescapeQuoted(content: string, quote: string): string {
  if (!content.includes('\\')) return content;
  return content.replace(/\\([^])/g, (whole, escaped: string) =>
    escaped === quote ? quote : (escapes[escaped] ?? whole),
  );
}

/** The meaning of the content of a regular expression literal: only the slash and the backslash are escaped in it. */
export function unescapeRegexp(content: string): string {
  if (!content.includes('\\')) return content;
  return content.replace(/\\([^])/g, (whole, escaped: string) =>
    escaped === '/' || escaped === '\\' ? escaped : whole,
  );
}

export function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}
