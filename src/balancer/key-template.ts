/**
 * Keys by Skipper's rules: gets a template such as `${request.header.X-Customer}` and a request, gives the key that
 * Skipper would hash (eskip/template.go, filters/consistenthash/key.go, loadbalancer/algorithm.go).
 *
 * Keys are byte strings: one character per byte, as Node hands out header values. Pick with encoding `latin1`.
 */
import { clientAddress, hostOf } from './client-address.ts';
import { cookieValue, pathOf, queryValue, rawQueryOf, toByteString } from './request-parts.ts';

/** The request as Skipper would receive it. */
export interface KeyRequest {
  /** `GET`, `POST` and so on. */
  readonly method: string;
  /** Value of the Host header. */
  readonly host: string;
  /** Path and query, percent-encoded, as in the request line. */
  readonly target: string;
  /** First value of a header by its lower-case name, one character per byte; undefined without it. */
  readonly header: (name: string) => string | undefined;
  /** `ip:port` of the connection as Skipper would see it: where this process calls from. */
  readonly remoteAddress: string;
}

/** Gives the key of a request, as a route of Skipper would. */
export interface KeyRule {
  /** The key of the request: of the template, or the client's address when there is none or a placeholder is empty. */
  keyOf: (request: KeyRequest) => string;
}

/** @param template argument of Skipper's filter consistentHashKey; undefined for a route without that filter. */
export function keyRule(template?: string): KeyRule {
  if (template === undefined) return { keyOf: source };
  // Once and not per request: this is as dear as placing the key.
  const bytes = toByteString(template);
  const placeholders = [...template.matchAll(/\$\{([^{}]+)\}/g)].map(([, name = '']) => ({
    valueOf: readerOf(name),
    pattern: toByteString(`\${${name}}`),
  }));
  const [only] = placeholders;
  // By far the commonest template is one placeholder and nothing else.
  if (only?.pattern === bytes) return { keyOf: (request) => only.valueOf(request) || source(request) };
  return {
    keyOf: (request) => {
      let key = bytes;
      for (const { valueOf, pattern } of placeholders) {
        const value = valueOf(request);
        if (value === '') return source(request);
        key = key.replaceAll(pattern, () => value);
      }
      return key;
    },
  };
}

const forwardedFor = (request: KeyRequest): string => request.header('x-forwarded-for') ?? '';

function source(request: KeyRequest): string {
  return clientAddress(forwardedFor(request), request.remoteAddress, 'first');
}

/** Gives what a placeholder stands for; empty when the request has no such thing. */
type Reader = (request: KeyRequest) => string;

const named: Readonly<Record<string, Reader>> = {
  'request.method': ({ method }) => method,
  'request.host': ({ host }) => host,
  'request.path': ({ target }) => pathOf(target),
  'request.rawQuery': ({ target }) => rawQueryOf(target),
  'request.source': source,
  'request.sourceFromLast': (request) => clientAddress(forwardedFor(request), request.remoteAddress, 'last'),
  'request.clientIP': ({ remoteAddress }) => hostOf(remoteAddress) ?? '',
};

const prefixed: readonly (readonly [prefix: string, readerOf: (name: string) => Reader])[] = [
  ['request.header.', headerReader],
  ['request.query.', queryReader],
  ['request.cookie.', (name) => (request) => cookieValue(request.header('cookie') ?? '', name)],
];

const nothing: Reader = () => '';

/** Go keeps Host out of a request's headers. */
function headerReader(name: string): Reader {
  const lower = name.toLowerCase();
  return lower === 'host' || lower === '' ? nothing : (request) => request.header(lower) ?? '';
}

function queryReader(name: string): Reader {
  const bytes = toByteString(name);
  return ({ target }) => queryValue(rawQueryOf(target), bytes);
}

/** Of nothing for path parameters: those are known to Skipper's routes only. */
function readerOf(placeholder: string): Reader {
  for (const [prefix, readerFor] of prefixed)
    if (placeholder.startsWith(prefix)) return readerFor(placeholder.slice(prefix.length));
  return (Object.hasOwn(named, placeholder) ? named[placeholder] : undefined) ?? nothing;
}
