/**
 * Gets an endpoint as eskip writes it, a URL with the zone in its query; gives the endpoint. And the way back.
 *
 * Source: Skipper v0.27.65, `eskip/eskip.go` (newRouteDefinition, newLBEndpoint, LBEndpoint.StringWithZone).
 */

import { type Authority, type GoUrl, parseGoUrl } from './go-url.ts';
import { cut, decodeBytes, encodeBytes, plainCharacters } from './percent.ts';
import type { LbEndpoint } from './route.ts';

export type EndpointResult =
  | { readonly ok: true; readonly scheme: string; readonly endpoint: LbEndpoint }
  | { readonly ok: false; readonly problem: string };

/** Nearly every endpoint; it has nothing that could be refused or rewritten. */
const plainEndpoint = /^(https?):\/\/[\w.-]+(?::\d+)?(?:\/[\w./-]*)?(?:\?zone=([\w.-]+))?$/;

/** Reads an endpoint, and says why when Skipper would refuse it. `scheme` is in lower case, `''` for a bare path. */
export function readEndpoint(text: string): EndpointResult {
  const plain = plainEndpoint.exec(text);
  if (plain !== null) {
    const [, scheme = '', zone] = plain;
    return {
      ok: true,
      scheme,
      endpoint: zone === undefined ? { address: text } : { address: withoutQuery(text), zone },
    };
  }
  const parsed = parseGoUrl(text);
  if (!parsed.ok) return { ok: false, problem: `the endpoint is not a URL: ${parsed.problem}` };
  return { ok: true, scheme: parsed.url.scheme, endpoint: withZoneTakenOut(text) };
}

/** Nearly every zone; it has nothing to escape. */
const plainZone = /^[\w.-]+$/;

/** The endpoint as eskip writes it. */
export function printEndpoint({ address, zone }: LbEndpoint): string {
  if (zone === undefined || zone === '') return address;
  if (plainZone.test(zone) && !address.includes('#') && !address.includes('?')) return `${address}?zone=${zone}`;
  const query = `zone=${escapeQuery(decodeBytes(zone.replaceAll('%', '%25')))}`;
  const [url, fragment] = cut(address, '#');
  // Skipper writes "?" even behind a query, and would read that as part of the last value.
  return `${url}${url.includes('?') ? '&' : '?'}${query}${fragment === '' ? '' : `#${fragment}`}`;
}

function withZoneTakenOut(text: string): LbEndpoint {
  const [beforeFragment, fragment] = cut(text, '#');
  const parsed = parseGoUrl(beforeFragment);
  const parameters = parsed.ok ? parseQuery(parsed.url.query) : [];
  const bytes = parameters.find(({ key }) => key === 'zone')?.value ?? '';
  if (!parsed.ok || bytes === '') return { address: text };
  const rest = parameters.filter(({ key }) => key !== 'zone').sort((left, right) => compareBytes(left.key, right.key));
  const query = rest.map(({ key, value }) => `${escapeQuery(key)}=${escapeQuery(value)}`).join('&');
  const address = `${printGoUrl(parsed.url)}${query === '' ? '' : `?${query}`}${fragment === '' ? '' : `#${fragment}`}`;
  return { address, zone: new TextDecoder().decode(Uint8Array.from(bytes, (byte) => byte.charCodeAt(0))) };
}

interface Parameter {
  readonly key: string;
  readonly value: string;
}

/** The parameters of a query, as bytes; those that Go cannot read are left out, as Go does. */
function parseQuery(query: string): Parameter[] {
  return query
    .split('&')
    .filter((part) => part !== '' && !part.includes(';') && !/%(?![0-9a-f]{2})/i.test(part))
    .map((part) => {
      const [key, value] = cut(part.replaceAll('+', ' '), '=');
      return { key: decodeBytes(key), value: decodeBytes(value) };
    });
}

/** A URL without its query, as Go's URL.String writes it. */
function printGoUrl({ scheme, opaque, authority, path }: GoUrl): string {
  const start = scheme === '' ? '' : `${scheme}:`;
  if (opaque !== '') return start + opaque;
  // Go keeps a path that is a valid encoding as it stands, and encodes any other anew.
  const isValid = /^[\w.~!$&'()*+,/:;=@[\]%-]*$/.test(path);
  const encodedPath = isValid ? path : encodeBytes(decodeBytes(path), plainCharacters.path);
  return start + printAuthority(authority, path) + encodedPath;
}

function printAuthority(authority: Authority | undefined, path: string): string {
  if (authority === undefined) return '';
  const user = authority.user?.map((part) => encodeBytes(part, plainCharacters.user)).join(':');
  const text = (user === undefined ? '' : `${user}@`) + encodeBytes(authority.host, plainCharacters.host);
  return text === '' && path === '' ? '' : `//${text}`;
}

function escapeQuery(bytes: string): string {
  return encodeBytes(bytes, plainCharacters.query).replaceAll('%20', '+');
}

function withoutQuery(text: string): string {
  return text.slice(0, text.indexOf('?'));
}

function compareBytes(left: string, right: string): number {
  return left < right ? -1 : Number(left > right);
}
