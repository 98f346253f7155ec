/** Gets what was handed to a dispatcher, gives the parts that keys and endpoints need of it. */
import { stringify } from 'node:querystring';
import type { Dispatcher } from 'undici';
import { keyRule } from '../balancer/index.ts';
import type { KeyRequest } from '../balancer/index.ts';

type Headers = Dispatcher.DispatchOptions['headers'];

/**
 * Gives the function that makes the key of what was handed to a dispatcher.
 * @param key a template, or a function of a user.
 */
export function dispatchKey(
  key: string | ((request: KeyRequest) => string) | undefined,
  remoteAddress: string,
): (options: Dispatcher.DispatchOptions) => string {
  if (typeof key === 'function') return (options) => key(new DispatchedRequest(remoteAddress, options));
  const { keyOf } = keyRule(key);
  // One for all requests: our own rules keep none, and three objects less per request is a fifth of all that we make.
  const request = new DispatchedRequest(remoteAddress, nothing);
  return (options) => {
    // Headers may be an iterable of the user's that sends a request itself.
    const before = request.options;
    request.options = options;
    try {
      return keyOf(request);
    } finally {
      request.options = before;
    }
  };
}

const nothing: Dispatcher.DispatchOptions = { path: '', method: '' };

/**
 * The request as Skipper would receive it. Headers are looked at only when a key asks for them. A class, because a
 * literal with a getter is made at a hundred times the cost.
 */
class DispatchedRequest implements KeyRequest {
  readonly remoteAddress: string;
  readonly header: KeyRequest['header'];
  options: Dispatcher.DispatchOptions;

  constructor(remoteAddress: string, options: Dispatcher.DispatchOptions) {
    this.options = options;
    this.remoteAddress = remoteAddress;
    this.header = (name) => headerOf(this.options.headers, name);
  }

  get method(): string {
    return this.options.method;
  }

  get target(): string {
    const { path, query } = this.options;
    return query === undefined ? path : `${path}?${stringify(query)}`;
  }

  get host(): string {
    return hostOf(this.options);
  }
}

/** What the Host header says or would say. */
function hostOf({ headers, origin }: Dispatcher.DispatchOptions): string {
  return headerOf(headers, 'host') ?? hostOfOrigin(origin);
}

/** Requests of one dispatcher go to one URL mostly, and parsing it costs as much as placing a key. */
const lastOrigin = { origin: '', host: '' };

function hostOfOrigin(origin: string | URL | undefined): string {
  if (origin === undefined) return '';
  if (typeof origin !== 'string') return origin.host;
  if (origin !== lastOrigin.origin) {
    lastOrigin.host = new URL(origin).host;
    lastOrigin.origin = origin;
  }
  return lastOrigin.host;
}

/** First value of a header by its lower-case name. */
export function headerOf(headers: Headers, name: string): string | undefined {
  if (headers === null || headers === undefined) return undefined;
  if (isFlat(headers)) return flatHeaderOf(headers, name);
  if (isIterable(headers)) {
    for (const [found, value] of headers) if (isNamed(found, name)) return firstOf(value);
    return undefined;
  }
  // By far the commonest form, and read twice per request: no entries, no generator.
  for (const found in headers) if (isNamed(found, name)) return firstOf(headers[found]);
  return undefined;
}

function flatHeaderOf(headers: readonly string[], name: string): string | undefined {
  for (let i = 0; i < headers.length; i += 2) if (isNamed(headers[i] ?? '', name)) return headers[i + 1];
  return undefined;
}

const isNamed = (found: string, name: string): boolean =>
  found.length === name.length && (found === name || found.toLowerCase() === name);

/**
 * The same headers with the Host that the request's URL names: an endpoint's own address would be nobody's host name.
 * Skipper hands it on likewise where proxyPreserveHost is set.
 */
export function withHost(options: Dispatcher.DispatchOptions): Headers {
  const { headers, origin } = options;
  if (headerOf(headers, 'host') !== undefined) return headers ?? null;
  const host = hostOfOrigin(origin);
  if (host === '') return headers ?? null;
  if (headers === null || headers === undefined) return { host };
  if (isFlat(headers)) return [...headers, 'host', host];
  if (isIterable(headers)) return [...headers, ['host', host]];
  return { ...headers, host };
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
