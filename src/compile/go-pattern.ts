/**
 * Gets a regular expression and a replacement in Go's syntax, as Skipper's flags have them, gives JavaScript's.
 *
 * Only flags come here. Expressions that users write into Ingresses are passed on as text and never run by us.
 */

/** Ways of Go to write what JavaScript writes otherwise. */
const rewrites: readonly (readonly [RegExp, string])[] = [
  [/\\A/g, '^'],
  [/\\z/g, '$'],
  [/\(\?P</g, '(?<'],
  [/\[:alpha:\]/g, 'A-Za-z'],
  [/\[:digit:\]/g, '0-9'],
  [/\[:alnum:\]/g, '0-9A-Za-z'],
  [/\[:word:\]/g, '0-9A-Za-z_'],
  [/\[:space:\]/g, '\\s'],
];

/** Reads a pattern; `undefined` when it is none. It has the `g` flag only if asked to, since that keeps state. */
export function goPattern(text: string, flags: '' | 'g' = ''): RegExp | undefined {
  const [, inline = '', body = ''] = /^(?:\(\?([ims]+)\))?(.*)$/s.exec(text) ?? [];
  const source = rewrites.reduce((rewritten, [from, to]) => rewritten.replaceAll(from, to), body);
  try {
    return new RegExp(source, flags + inline);
  } catch {
    return undefined;
  }
}

/** `$name` takes as many word characters as follow, so `$1x` is the group called "1x": `${1}x` says what was meant. */
const reference = /\$(?:\$|\{(\w+)\}|(\w+))/g;

function groupText(name: string, match: RegExpExecArray): string {
  const found = /^\d+$/.test(name) ? match[Number(name)] : match.groups?.[name];
  return found ?? '';
}

/** Replaces every match, as `ReplaceAllString` of Go. The pattern needs the `g` flag. */
export function replaceAllLikeGo(text: string, pattern: RegExp, replacement: string): string {
  let replaced = '';
  let end = 0;
  for (const match of text.matchAll(pattern)) {
    const expanded = replacement.replaceAll(reference, (whole, braced?: string, bare?: string) => {
      const name = braced ?? bare;
      return name === undefined ? whole.slice(1) : groupText(name, match);
    });
    replaced += text.slice(end, match.index) + expanded;
    end = match.index + match[0].length;
  }
  return replaced + text.slice(end);
}
