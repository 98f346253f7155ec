/**
 * Gets a request for a table and the table; gives the answer as data: status, headers, bytes.
 *
 * Behaves as Go's `http.ServeContent` under routesrv's handler, and adds Content-Length and Vary.
 */
import type { IncomingHttpHeaders } from 'node:http';
import type { Body } from '../snapshot/body.ts';
import { contentRange, multipart, parseRange } from './byte-ranges.ts';
import type { ByteRange } from './byte-ranges.ts';
import { judgeConditions } from './conditions.ts';

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

export interface Answer {
  readonly status: 200 | 206 | 304 | 412 | 416;
  readonly headers: Readonly<Record<string, string>>;
  /** Buffers that many answers share. */
  readonly body: readonly Buffer[];
}

const contentType = 'text/plain; charset=utf-8';

/** Answers a GET or HEAD for `variant`. */
export function answer(headers: IncomingHttpHeaders, variant: Variant): Answer {
  const condition = judgeConditions(headers, variant);
  switch (condition.outcome) {
    case 'failed':
      return { status: 412, headers: { ...describe(variant), ...lastModified(variant) }, body: [] };
    case 'notModified':
      return { status: 304, headers: identify(variant), body: [] };
    case 'send':
      return condition.range === undefined ? whole(variant) : ranged(variant, condition.range);
  }
}

/** Answers with all of `variant`, whatever the request's conditions. */
export function whole(variant: Variant): Answer {
  return success(200, variant, { 'Content-Length': String(variant.body.length) }, variant.body.parts);
}

function ranged(variant: Variant, range: string): Answer {
  const { body } = variant;
  const request = parseRange(range, body.length);
  if (request.outcome === 'refused') return refuse(variant, request.reason, request.isOutside);
  const [only, ...others] = request.ranges;
  if (only === undefined) return whole(variant);
  if (others.length > 0) return several(variant, request.ranges);
  const headers = { 'Content-Range': contentRange(only, body.length), 'Content-Length': String(only.length) };
  return success(206, variant, headers, body.slice(only.start, only.length));
}

function several(variant: Variant, ranges: readonly ByteRange[]): Answer {
  // Any boundary will do that is not in the body: a tag that was derived from the body is not.
  const boundary = variant.etag.replaceAll(/[^\da-z]/g, '');
  const body = multipart(variant.body, ranges, { boundary, contentType });
  const length = body.reduce((sum, part) => sum + part.length, 0);
  const headers = {
    'Content-Type': `multipart/byteranges; boundary=${boundary}`,
    'Content-Length': String(length),
  };
  return success(206, variant, headers, body);
}

function success(status: 200 | 206, variant: Variant, headers: Answer['headers'], body: readonly Buffer[]): Answer {
  const common = { ...describe(variant), ...lastModified(variant), 'Accept-Ranges': 'bytes' };
  return { status, headers: { ...common, ...headers }, body };
}

function refuse(variant: Variant, reason: string, isOutside: boolean): Answer {
  const body = Buffer.from(`${reason}\n`);
  const headers = {
    'Content-Type': contentType,
    'Content-Length': String(body.length),
    'X-Content-Type-Options': 'nosniff',
    'X-Count': String(variant.count),
    Vary: 'Accept-Encoding',
    ...(isOutside ? { 'Content-Range': `bytes */${variant.body.length}` } : {}),
  };
  return { status: 416, headers, body: [body] };
}

function identify(variant: Variant): Answer['headers'] {
  return { Etag: variant.etag, 'X-Count': String(variant.count), Vary: 'Accept-Encoding' };
}

function describe(variant: Variant): Answer['headers'] {
  const encoding = variant.isGzip ? { 'Content-Encoding': 'gzip' } : {};
  return { 'Content-Type': contentType, ...encoding, ...identify(variant) };
}

function lastModified({ lastModifiedMs }: Variant): Answer['headers'] {
  return { 'Last-Modified': new Date(lastModifiedMs).toUTCString() };
}
