/**
 * Gets a URL text; gives its parts as Go's `net/url` sees them, or why Go refuses it.
 *
 * Skipper takes an endpoint only if Go's `url.ParseRequestURI` does. Go is stricter than the WHATWG rules of
 * JavaScript's URL in some places (ports, percent signs) and laxer in others, so its rules are stated here.
 * Source: Go 1.27 `net/url`.
 */

import { problemWithIpLiteral } from './ip-literal.ts';
import { cut, decodeBytes, plainCharacters } from './percent.ts';

/** The name, or name and password, before the `@`; and the host with its port. All of them are decoded bytes. */
export interface Authority {
  readonly user: readonly string[] | undefined;
  readonly host: string;
}

/** The parts of a URL, as written. */
export interface GoUrl {
  readonly scheme: string;
  /** What follows `scheme:` when that is not a slash; there is then no host or path. */
  readonly opaque: string;
  /** What stands between `//` and the path; undefined without `//`. */
  readonly authority: Authority | undefined;
  readonly path: string;
  readonly query: string;
}
export type GoUrlResult = { readonly ok: true; readonly url: GoUrl } | { readonly ok: false; readonly problem: string };

type Part<T> = { readonly ok: true; readonly part: T } | { readonly ok: false; readonly problem: string };

const badEscape = /%(?![0-9a-f]{2})/i;

/** Reads an absolute URL or absolute path, as `url.ParseRequestURI` does. */
export function parseGoUrl(text: string): GoUrlResult {
  if (text === '') return refuse('it is empty');
  if (hasControlCharacter(text)) return refuse('it has a control character');
  if (text === '*') return accept({ scheme: '', opaque: '', authority: undefined, path: '*', query: '' });
  if (text.startsWith(':')) return refuse('it has no scheme before the colon');
  const scheme = /^[a-z][a-z0-9+.-]*(?=:)/i.exec(text)?.[0] ?? '';
  const [rest, query] = cut(scheme === '' ? text : text.slice(scheme.length + 1), '?');
  const start = { scheme: scheme.toLowerCase(), opaque: '', query };
  if (!rest.startsWith('/')) {
    if (scheme === '') return refuse('it begins with neither a scheme such as http:// nor a slash');
    return accept({ ...start, authority: undefined, opaque: rest, path: '' });
  }
  return parseHierarchy(rest, start);
}

function parseHierarchy(rest: string, start: Omit<GoUrl, 'path' | 'authority'>): GoUrlResult {
  const hasAuthority = start.scheme !== '' && rest.startsWith('//');
  const pathAt = hasAuthority ? rest.indexOf('/', 2) : 0;
  const path = pathAt === -1 ? '' : rest.slice(pathAt);
  const authority = hasAuthority
    ? parseAuthority(rest.slice(2, pathAt === -1 ? undefined : pathAt), start.scheme)
    : { ok: true as const, part: undefined };
  if (!authority.ok) return authority;
  if (badEscape.test(path)) return refuse('its path has a % without two hexadecimal digits');
  return accept({ ...start, authority: authority.part, path });
}

function parseAuthority(text: string, scheme: string): Part<Authority> {
  const at = text.lastIndexOf('@');
  const host = parseHost(text.slice(at + 1), scheme);
  if (!host.ok) return host;
  if (at === -1) return { ok: true, part: { user: undefined, host: host.part } };
  const info = text.slice(0, at);
  if (/[^\w.~:!$&'()*+,;=%@-]/.test(info) || badEscape.test(info)) {
    return { ok: false, problem: 'its user name or password has a character that must be escaped' };
  }
  const colon = info.indexOf(':');
  const user = colon === -1 ? [info] : [info.slice(0, colon), info.slice(colon + 1)];
  return { ok: true, part: { user: user.map(decodeBytes), host: host.part } };
}

function parseHost(text: string, scheme: string): Part<string> {
  const bracket = text.lastIndexOf('[');
  const problem = bracket >= 0 ? problemWithIpLiteral(text) : problemWithName(text, scheme);
  return problem === undefined ? { ok: true, part: decodeBytes(text) } : { ok: false, problem };
}

function problemWithName(host: string, scheme: string): string | undefined {
  // More than one colon was once allowed; Go still allows it where the scheme is not HTTP's.
  const isHttp = scheme === 'http' || scheme === 'https';
  const colon = isHttp ? host.indexOf(':') : host.lastIndexOf(':');
  if (colon !== -1 && !/^:\d*$/.test(host.slice(colon))) return 'its port is not a number';
  return problemWithHostText(host);
}

/** Only what is not ASCII may be percent-encoded in a host, and the percent sign itself. */
function problemWithHostText(host: string): string | undefined {
  if (/%(?!25|[89a-f][0-9a-f])/i.test(host)) return 'its host has a % that encodes an ASCII character';
  for (const character of host) {
    if (character < '\x80' && character !== '%' && !plainCharacters.host.test(character)) {
      return `its host has the character ${JSON.stringify(character)}`;
    }
  }
  return undefined;
}

function hasControlCharacter(text: string): boolean {
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code < 0x20 || code === 0x7f) return true;
  }
  return false;
}

function accept(url: GoUrl): GoUrlResult {
  return { ok: true, url };
}

function refuse(problem: string): GoUrlResult {
  return { ok: false, problem };
}
