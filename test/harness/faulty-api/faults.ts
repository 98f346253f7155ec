/**
 * Gets the faults that a test orders; gives the one that a request meets.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';

/** What goes wrong. */
export type Fault =
  | {
      readonly type: 'answer';
      readonly status: number;
      readonly reason?: string;
      readonly headers?: Record<string, string>;
    }
  /** Bytes that are no API object, with status 200. */
  | { readonly type: 'bytes'; readonly bytes: string }
  /** The connection is closed without an answer. */
  | { readonly type: 'cut' }
  /** The request is taken and never answered. */
  | { readonly type: 'silence' };

/** Which requests. */
export interface Matching {
  readonly method?: string;
  /** Whether it is a watch; default either. */
  readonly watch?: boolean;
  readonly path?: RegExp;
  /** Only requests that go on with a list. */
  readonly continues?: boolean;
}

interface Order {
  readonly matching: Matching;
  readonly fault: Fault;
  left: number;
}

/** The orders of a test, in the order in which they were given. */
export class Faults {
  readonly #orders: Order[] = [];

  /** The next `times` requests that match meet `fault`. */
  add(matching: Matching, fault: Fault, times = 1): void {
    this.#orders.push({ matching, fault, left: times });
  }

  /** From now on nothing goes wrong. */
  clear(): void {
    this.#orders.length = 0;
  }

  /** The fault that this request meets, if any; uses it up. */
  take(request: IncomingMessage, url: URL): Fault | undefined {
    const order = this.#orders.find(({ matching, left }) => left > 0 && matches(matching, request, url));
    if (order === undefined) return undefined;
    order.left -= 1;
    return order.fault;
  }
}

function matches(matching: Matching, request: IncomingMessage, url: URL): boolean {
  const { method, watch, path, continues } = matching;
  if (method !== undefined && method !== request.method) return false;
  if (watch !== undefined && watch !== (url.searchParams.get('watch') === 'true')) return false;
  if (continues !== undefined && continues !== url.searchParams.has('continue')) return false;
  return path?.test(url.pathname) ?? true;
}

/** Lets a request meet its fault. */
export function inflict(fault: Fault, response: ServerResponse): void {
  switch (fault.type) {
    case 'answer':
      sendStatus(response, fault.status, fault.reason ?? 'Injected', fault.headers);
      return;
    case 'bytes':
      response.writeHead(200, { 'content-type': 'application/json' }).end(fault.bytes);
      return;
    case 'cut':
      response.destroy();
      return;
    case 'silence':
      return;
  }
}

/** Answers with a Status object. */
export function sendStatus(
  response: ServerResponse,
  code: number,
  reason: string,
  headers: Record<string, string> = {},
): void {
  const status = { kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason, message: `injected ${reason}` };
  response.writeHead(code, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(status));
}
