/**
 * Gets what a person named a table by: a file, standard input, or the URL of a route server or of a Skipper's support
 * listener. Gives the table's text.
 *
 * Source of the query: Skipper v0.27.65 `routing/routing.go`; its listener gives 1,024 routes unless a limit is given,
 * and says in `X-Count` how many there are. Route servers take no notice of the query.
 */
import { readFile } from 'node:fs/promises';
import type { RejectedRoutes } from '../../shadow/index.ts';
import { Failure, whyUnreadable } from '../failure.ts';

export interface NamedTable {
  /** As the person gave it. */
  readonly name: string;
  readonly text: string;
  /** How many routes the server said there are. */
  readonly expectedRoutes: number | undefined;
  /** What a Skipper was given and did not put to use, when it was asked for that. */
  readonly rejected?: RejectedRoutes;
}

export interface TableSourceOptions {
  readonly stdin: () => Promise<string>;
  /** Limit for a whole answer, in milliseconds. */
  readonly timeoutMs: number;
}

/** More routes than any table has: a real fleet's has 110,000. */
const everyRoute = '10000000';

/** Whether the source is a server, whose table changes. */
export function isLive(source: string): boolean {
  return /^https?:\/\//i.test(source);
}

/** @throws Failure naming the table when it cannot be read */
export async function readTable(source: string, options: TableSourceOptions): Promise<NamedTable> {
  if (isLive(source)) return fetchTable(source, options.timeoutMs);
  if (source === '-') return { name: '<stdin>', text: await options.stdin(), expectedRoutes: undefined };
  try {
    return { name: source, text: await readFile(source, 'utf8'), expectedRoutes: undefined };
  } catch (error) {
    throw new Failure(`${source}: ${whyUnreadable(error)}`);
  }
}

/** The URL that is asked: of a bare server its /routes, and always all of them. */
export function tableUrl(source: string): URL {
  if (!URL.canParse(source)) throw new Failure(`${source}: is no URL`);
  const url = new URL(source);
  if (url.username !== '' || url.password !== '') {
    throw new Failure(`${url.host}: give the URL without user and password: it would stand in logs`);
  }
  if (url.pathname === '/') url.pathname = '/routes';
  if (!url.searchParams.has('limit')) url.searchParams.set('limit', everyRoute);
  if (!url.searchParams.has('nopretty')) url.searchParams.set('nopretty', '');
  return url;
}

async function fetchTable(source: string, timeoutMs: number): Promise<NamedTable> {
  const url = tableUrl(source);
  let answer: Response;
  let text: string;
  try {
    answer = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) });
    text = await answer.text();
  } catch (error) {
    throw new Failure(`${source}: ${whyUnanswered(error, timeoutMs)}`);
  }
  if (answer.status !== 200) {
    throw new Failure(`${source}: answered ${answer.status} ${answer.statusText}; expected 200 with a table`);
  }
  const count = answer.headers.get('x-count');
  return { name: source, text, expectedRoutes: count === null ? undefined : Number(count) };
}

/** fetch says "fetch failed" and keeps the reason to itself. */
function whyUnanswered(error: unknown, timeoutMs: number): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return `no whole answer within ${timeoutMs / 1_000} s`;
  return error.cause instanceof Error ? `no answer: ${error.cause.message || error.cause.name}` : error.message;
}
