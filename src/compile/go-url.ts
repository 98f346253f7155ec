/**
 * Gets an address as users write it, gives its parts as Go's `url.Parse` sees them.
 *
 * The URL class of the platform will not do: it repairs what Go refuses, and it adds the `/` whose absence is the rule.
 */

export interface GoUrl {
  readonly scheme: string;
  /** Host and port, without user information. */
  readonly host: string;
  readonly path: string;
  readonly query: string;
}

const schemePattern = /^([A-Za-z][A-Za-z0-9+.-]*):/;
const badEscape = /%(?![0-9A-Fa-f]{2})/;
const validHost = /^(\[[^\]]+\]|[^\s\\^`{|}:]*)(:[0-9]*)?$/;

function isControl(character: string): boolean {
  return character < ' ' || character === '\u007f';
}

function cut(text: string, separator: string): readonly [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

interface Location {
  readonly host: string;
  readonly path: string;
}

/** What follows the scheme. */
function parseLocation(text: string, hasScheme: boolean): Location | undefined {
  // Without a slash, `mailto:a` is a URL of another kind, and `a:b` has an invalid scheme.
  if (!text.startsWith('/') && hasScheme) return { host: '', path: '' };
  if (!text.startsWith('/') && /^[^/]*:/.test(text)) return undefined;
  if (!text.startsWith('//')) return badEscape.test(text) ? undefined : { host: '', path: text };
  const [authority] = cut(text.slice(2), '/');
  const host = authority.slice(authority.lastIndexOf('@') + 1);
  const path = text.slice(2 + authority.length);
  return validHost.test(host) && !badEscape.test(path) ? { host, path } : undefined;
}

/** Parses an absolute or relative URL; `undefined` where Go reports an error. */
export function parseGoUrl(text: string): GoUrl | undefined {
  if (Array.from(text).some(isControl) || text.startsWith(':')) return undefined;
  const [withoutFragment] = cut(text, '#');
  const [prefix = '', scheme = ''] = schemePattern.exec(withoutFragment) ?? [];
  const [rest, query] = cut(withoutFragment.slice(prefix.length), '?');
  const location = parseLocation(rest, scheme !== '');
  return location && { scheme: scheme.toLowerCase(), query, ...location };
}

/** The host without its port and without the brackets of an IPv6 address. */
export function hostnameOf({ host }: GoUrl): string {
  return host.replace(/:[0-9]*$/, '').replace(/^\[(.*)\]$/, '$1');
}
