/**
 * Gets requests; gives each to whoever answers its path: tables, health, shards.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';

export interface Routing {
  /** `zone` is `''` for the whole table. */
  readonly routes: (request: IncomingMessage, response: ServerResponse, zone: string) => Promise<void> | undefined;
  readonly health: AskHealth;
  /** JSON by path. */
  readonly shards: ReadonlyMap<string, () => string>;
  readonly onFailure: (error: unknown) => void;
}

/** Whether the route server is ready, and in words or as JSON what it serves. */
export type AskHealth = (format: 'text' | 'json') => { readonly isHealthy: boolean; readonly body: string };

/** Answers one request. */
export function route(routing: Routing, request: IncomingMessage, response: ServerResponse): void {
  if (request.url === '/routes') {
    table(routing, request, response, '');
    return;
  }
  const [path = '/'] = (request.url ?? '/').split('?', 1);
  const shards = routing.shards.get(path);
  const zone = zoneOf(path);
  if (path === '/health') answerHealth(routing.health, request, response);
  else if (shards !== undefined) shardList(request, response, shards);
  else if (zone === undefined) text(response, 404, '404 page not found\n');
  else if (zone === null) text(response, 400, '400 Bad Request\n');
  else table(routing, request, response, zone);
}

function table(routing: Routing, request: IncomingMessage, response: ServerResponse, zone: string): void {
  const fail = (error: unknown): void => {
    routing.onFailure(error);
    if (response.headersSent) response.destroy();
    else text(response, 500, 'the table could not be made\n');
  };
  try {
    routing.routes(request, response, zone)?.catch(fail);
  } catch (error) {
    fail(error);
  }
}

/** The zone in a path for tables, `''` for the whole one; null for a bad escape, undefined for another path. */
function zoneOf(path: string): string | null | undefined {
  if (path === '/routes') return '';
  const [, segment] = /^\/routes\/([^/]+)$/.exec(path) ?? [];
  if (segment === undefined) return undefined;
  try {
    return decodeURIComponent(segment);
  } catch {
    return null;
  }
}

/** As the original; with `?verbose` in words, with `?verbose=json` as JSON. */
export function answerHealth(ask: AskHealth, request: IncomingMessage, response: ServerResponse): void {
  const verbose = new URLSearchParams((request.url ?? '').split('?', 2)[1]).get('verbose');
  const isJson = verbose === 'json';
  const { isHealthy, body } = ask(isJson ? 'json' : 'text');
  if (isHealthy && verbose === null) response.writeHead(204).end();
  else if (isJson) response.writeHead(isHealthy ? 200 : 503, { 'Content-Type': 'application/json' }).end(`${body}\n`);
  // Without the word it is the original's answer, which is one line.
  else text(response, isHealthy ? 200 : 503, `${verbose === null ? (body.split('\n', 1)[0] ?? '') : body}\n`);
}

function shardList(request: IncomingMessage, response: ServerResponse, shards: () => string): void {
  if (request.method !== 'GET') {
    response.writeHead(405, { Allow: 'GET', 'Content-Length': '0' }).end();
    return;
  }
  const body = Buffer.from(shards());
  response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': String(body.length) }).end(body);
}

function text(response: ServerResponse, status: number, body: string): void {
  const headers = {
    'Content-Type': 'text/plain; charset=utf-8',
    'X-Content-Type-Options': 'nosniff',
    'Content-Length': String(Buffer.byteLength(body)),
  };
  response.writeHead(status, headers).end(body);
}
