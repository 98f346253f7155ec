/**
 * Gets a request for a table and the table; gives the answer as data: status, headers, bytes.
 *
 * Behaves as Go's `http.ServeContent` under routesrv's handler, and adds Content-Length and Vary.
 */
import type { Body } from '../snapshot/body.ts';
import { contentRange, multipart, parseRange } from './byte-ranges.ts';
import type { ByteRange } from './byte-ranges.ts';
import { judgeConditions } from './conditions.ts';
import type { AskedHeaders, Reply } from './exchange.ts';

/** One version of a table in one encoding. */
export interface Variant {
  /** With its quotes, and `+gzip` where it is compressed. */
  readonly etag: string;
  readonly lastModifiedMs: number;
  /** Number of routes. */
  readonly count: number;
  readonly body: Body;
  readonly isGzip: boolean;
}

export interface Answer extends Pick<Reply, 'headers' | 'body'> {
  readonly status: 200 | 206 | 304 | 412 | 416;
}

const contentType = 'text/plain; charset=utf-8';
const vary = ['Vary', 'Accept-Encoding'];

/** What all answers for one version in one encoding have in common: hundreds of Skippers ask for each. */
interface Prepared {
  readonly unchanged: Answer;
  readonly whole: Answer;
  readonly part: readonly string[];
}

const prepared = new WeakMap<Variant, Prepared>();

/** Answers a GET or HEAD for `variant`. */
export function answer(headers: AskedHeaders, variant: Variant): Answer {
  const condition = judgeConditions(headers, variant);
  switch (condition.outcome) {
    case 'failed':
      return { status: 412, headers: described(variant), body: [] };
    case 'notModified':
      return preparedFor(variant).unchanged;
    case 'send':
      return condition.range === undefined ? whole(variant) : ranged(variant, condition.range);
  }
}

/** Answers with all of `variant`, whatever the request's conditions. */
export function whole(variant: Variant): Answer {
  return preparedFor(variant).whole;
}

function preparedFor(variant: Variant): Prepared {
  const known = prepared.get(variant);
  if (known !== undefined) return known;
  const part = [...described(variant), 'Accept-Ranges', 'bytes'];
  const { body } = variant;
  const made = {
    part,
    unchanged: { status: 304, headers: identified(variant), body: [] },
    whole: {
      status: 200,
      headers: [...part, 'Content-Length', String(body.length)],
      // Made when first asked for: few ask for plain text.
      get body() {
        return body.parts;
      },
    },
  } satisfies Prepared;
  prepared.set(variant, made);
  return made;
}

function ranged(variant: Variant, range: string): Answer {
  const { body } = variant;
  const request = parseRange(range, body.length);
  if (request.outcome === 'refused') return refuse(variant, request.reason, request.isOutside);
  const [only, ...others] = request.ranges;
  if (only === undefined) return whole(variant);
  if (others.length > 0) return several(variant, request.ranges);
  const headers = ['Content-Range', contentRange(only, body.length), 'Content-Length', String(only.length)];
  const { part } = preparedFor(variant);
  return { status: 206, headers: [...part, ...headers], body: body.slice(only.start, only.length) };
}

function several(variant: Variant, ranges: readonly ByteRange[]): Answer {
  // Any boundary will do that is not in the body: a tag that was derived from the body is not.
  const boundary = variant.etag.replaceAll(/[^\da-z]/g, '');
  const body = multipart(variant.body, ranges, { boundary, contentType });
  const length = body.reduce((sum, part) => sum + part.length, 0);
  const type = `multipart/byteranges; boundary=${boundary}`;
  const own = [...lastModified(variant), 'Accept-Ranges', 'bytes', 'Content-Length', String(length)];
  return { status: 206, headers: [...typed(variant, type), ...own], body };
}

function refuse(variant: Variant, reason: string, isOutside: boolean): Answer {
  const body = Buffer.from(`${reason}\n`);
  const headers = [
    ...['Content-Type', contentType, 'Content-Length', String(body.length), 'X-Content-Type-Options', 'nosniff'],
    ...['X-Count', String(variant.count), ...vary],
    ...(isOutside ? ['Content-Range', `bytes */${variant.body.length}`] : []),
  ];
  return { status: 416, headers, body: [body] };
}

function identified(variant: Variant): readonly string[] {
  return ['Etag', variant.etag, 'X-Count', String(variant.count), ...vary];
}

function described(variant: Variant): readonly string[] {
  return [...typed(variant, contentType), ...lastModified(variant)];
}

function typed(variant: Variant, type: string): readonly string[] {
  const encoding = variant.isGzip ? ['Content-Encoding', 'gzip'] : [];
  return ['Content-Type', type, ...encoding, ...identified(variant)];
}

function lastModified({ lastModifiedMs }: Variant): readonly string[] {
  return ['Last-Modified', new Date(lastModifiedMs).toUTCString()];
}
