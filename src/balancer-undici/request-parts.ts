/** Gets what was handed to a dispatcher, gives the parts that keys and endpoints need of it. */
import { stringify } from 'node:querystring';
import type { Dispatcher } from 'undici';
import type { KeyRequest } from '../balancer/index.ts';

type Headers = Dispatcher.DispatchOptions['headers'];

/** The request as Skipper would receive it. Headers are looked at only when a key asks for them. */
export function keyRequestOf(options: Dispatcher.DispatchOptions, remoteAddress: string): KeyRequest {
  const { method, path, query, headers } = options;
  return {
    method,
    target: query === undefined ? path : `${path}?${stringify(query)}`,
    get host() {
      return hostOf(options);
    },
    header: (name) => headerOf(headers, name),
    remoteAddress,
  };
}

/** What the Host header says or would say. */
function hostOf({ headers, origin }: Dispatcher.DispatchOptions): string {
  return headerOf(headers, 'host') ?? (origin === undefined ? '' : new URL(origin).host);
}

/** First value of a header by its lower-case name. */
export function headerOf(headers: Headers, name: string): string | undefined {
  for (const [found, value] of entriesOf(headers))
    if (value !== undefined && found.length === name.length && found.toLowerCase() === name) return value;
  return undefined;
}

/**
 * The same headers with the Host that the request's URL names: an endpoint's own address would be nobody's host name.
 * Skipper hands it on likewise where proxyPreserveHost is set.
 */
export function withHost(options: Dispatcher.DispatchOptions): Headers {
  const { headers } = options;
  if (headerOf(headers, 'host') !== undefined) return headers ?? null;
  const host = hostOf(options);
  if (host === '') return headers ?? null;
  if (headers === null || headers === undefined) return { host };
  if (isFlat(headers)) return [...headers, 'host', host];
  if (isIterable(headers)) return [...headers, ['host', host]];
  return { ...headers, host };
}

type HeaderEntry = readonly [name: string, value: string | undefined];

function* entriesOf(headers: Headers): Generator<HeaderEntry> {
  if (headers === null || headers === undefined) return;
  if (isFlat(headers)) {
    for (let i = 0; i < headers.length; i += 2) yield [headers[i] ?? '', headers[i + 1]];
    return;
  }
  for (const [name, value] of isIterable(headers) ? headers : Object.entries(headers)) yield [name, firstOf(value)];
}

function firstOf(value: number | string | readonly string[] | undefined): string | undefined {
  const first = typeof value === 'object' ? value[0] : value;
  return first === undefined ? undefined : String(first);
}

function isFlat(headers: NonNullable<Headers>): headers is string[] {
  return Array.isArray(headers) && (headers.length === 0 || typeof headers[0] === 'string');
}

function isIterable(
  headers: NonNullable<Headers>,
): headers is Iterable<[string, string | string[] | undefined]> & NonNullable<Headers> {
  return Symbol.iterator in headers;
}

const idempotentMethods = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'TRACE', 'QUERY']);

/** True when the same request may be sent twice: nothing is lost by it, and its body is still there. */
export function isRepeatable({ method, body, upgrade, idempotent }: Dispatcher.DispatchOptions): boolean {
  if (upgrade !== undefined && upgrade !== null && upgrade !== false) return false;
  return (idempotent ?? idempotentMethods.has(method)) && isReplayable(body);
}

/** True for a body that can be read again: not for streams and iterables, which `fetch` makes of every body. */
export function isReplayable(body: Dispatcher.DispatchOptions['body']): boolean {
  return body === null || body === undefined || typeof body === 'string' || ArrayBuffer.isView(body);
}
