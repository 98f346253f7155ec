/**
 * Gets requests; gives each to whoever answers its path: tables, health, shards.
 */
import { textReply } from './exchange.ts';
import type { Ask, Decide, Reply } from './exchange.ts';

export interface Routing {
  /** `zone` is `''` for the whole table. */
  readonly routes: (ask: Ask, zone: string) => Reply | Promise<Reply>;
  readonly health: AskHealth;
  /** JSON by path. */
  readonly shards: ReadonlyMap<string, () => string>;
  readonly onFailure: (error: unknown) => void;
}

/** Whether the route server is ready, and in words or as JSON what it serves. */
export type AskHealth = (format: 'text' | 'json') => { readonly isHealthy: boolean; readonly body: string };

/** Answers all requests. */
export function router(routing: Routing): Decide {
  return (ask) => {
    if (ask.url === '/routes') return table(routing, ask, '');
    const [path = '/'] = (ask.url ?? '/').split('?', 1);
    const shards = routing.shards.get(path);
    const zone = zoneOf(path);
    if (path === '/health') return healthReply(routing.health, ask);
    if (shards !== undefined) return shardList(ask, shards);
    if (zone === undefined) return textReply(404, '404 page not found\n');
    if (zone === null) return textReply(400, '400 Bad Request\n');
    return table(routing, ask, zone);
  };
}

function table(routing: Routing, ask: Ask, zone: string): Reply | Promise<Reply> {
  const fail = (error: unknown): Reply => {
    routing.onFailure(error);
    return textReply(500, 'the table could not be made\n');
  };
  try {
    const reply = routing.routes(ask, zone);
    return reply instanceof Promise ? reply.catch(fail) : reply;
  } catch (error) {
    return fail(error);
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
export function healthReply(health: AskHealth, { url = '' }: Pick<Ask, 'url'>): Reply {
  const verbose = new URLSearchParams(url.split('?', 2)[1]).get('verbose');
  const isJson = verbose === 'json';
  const { isHealthy, body } = health(isJson ? 'json' : 'text');
  if (isHealthy && verbose === null) return { status: 204, headers: [], body: [] };
  const status = isHealthy ? 200 : 503;
  if (isJson) return textReply(status, `${body}\n`, 'application/json');
  // Without the word it is the original's answer, which is one line.
  return textReply(status, `${verbose === null ? (body.split('\n', 1)[0] ?? '') : body}\n`);
}

function shardList({ method }: Ask, shards: () => string): Reply {
  if (method !== 'GET') return { status: 405, headers: ['Allow', 'GET', 'Content-Length', '0'], body: [] };
  const body = Buffer.from(shards());
  return {
    status: 200,
    headers: ['Content-Type', 'application/json', 'Content-Length', String(body.length)],
    body: [body],
  };
}
