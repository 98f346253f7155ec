/** Gets a request of node:http before it is sent, gives what keys are made of. */
import type { ClientRequest } from 'node:http';
import type { KeyRequest } from '../balancer/index.ts';
import type { ConnectOptions } from './connections.ts';

/** The request as Skipper would receive it. */
export function keyRequestOf(request: ClientRequest, options: ConnectOptions, remoteAddress: string): KeyRequest {
  const { headers } = options;
  // Headers given as a list are written at once, and the request does not know them.
  const list: readonly unknown[] | undefined = Array.isArray(headers) ? headers.flat() : undefined;
  const header = (name: string): string | undefined =>
    list === undefined ? firstOf(request.getHeader(name)) : inList(list, name);
  return { method: request.method, host: header('host') ?? '', target: request.path, header, remoteAddress };
}

function firstOf(value: unknown): string | undefined {
  const first: unknown = Array.isArray(value) ? value[0] : value;
  return typeof first === 'string' || typeof first === 'number' ? String(first) : undefined;
}

function inList(list: readonly unknown[], name: string): string | undefined {
  const at = list.findIndex((entry, i) => i % 2 === 0 && String(entry).toLowerCase() === name);
  return at < 0 ? undefined : firstOf(list[at + 1]);
}
