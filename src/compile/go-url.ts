/**
 * Gets an address as users write it, gives its parts as Go's `net/url` sees them.
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

const schemePattern = /^([A-Za-z][A-Za-z0-9+.-]*):(.*)$/s;
const isControl = (character: string) => character < ' ' || character === '\u007f';
const badEscape = /%(?![0-9A-Fa-f]{2})/;
const validHost = /^(\[[^\]]+\]|[^\s\\^`{|}:]*)(:[0-9]*)?$/;

function parseAuthority(authority: string): string | undefined {
  const host = authority.slice(authority.lastIndexOf('@') + 1);
  return validHost.test(host) ? host : undefined;
}

/** Parses an absolute or relative URL; `undefined` where Go reports an error. */
export function parseGoUrl(text: string): GoUrl | undefined {
  if (Array.from(text).some(isControl) || text.startsWith(':')) return undefined;
  const withoutFragment = text.replace(/#.*$/s, '');
  const [, scheme = '', afterScheme = withoutFragment] = schemePattern.exec(withoutFragment) ?? [];
  const [rest = '', ...queries] = afterScheme.split('?');
  const query = queries.join('?');
  if (!rest.startsWith('/') && scheme !== '') return { scheme, host: '', path: '', query };
  if (!rest.startsWith('/') && /^[^/]*:/.test(rest)) return undefined;
  if (!rest.startsWith('//')) return badEscape.test(rest) ? undefined : { scheme, host: '', path: rest, query };
  const pathStart = rest.indexOf('/', 2);
  const host = parseAuthority(pathStart < 0 ? rest.slice(2) : rest.slice(2, pathStart));
  const path = pathStart < 0 ? '' : rest.slice(pathStart);
  return host === undefined || badEscape.test(path) ? undefined : { scheme: scheme.toLowerCase(), host, path, query };
}

/** The host without its port and without the brackets of an IPv6 address. */
export function hostnameOf({ host }: GoUrl): string {
  return host.replace(/:[0-9]*$/, '').replace(/^\[(.*)\]$/, '$1');
}
