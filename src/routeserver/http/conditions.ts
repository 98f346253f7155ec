/**
 * Gets a request's conditional headers and what is served; gives whether to send it, or 304, or 412.
 *
 * Source: RFC 9110 section 13, with the choices of Go's `net/http` `checkPreconditions`, since Skipper's fleet is
 * used to them: If-None-Match compares weakly and beats If-Modified-Since, whole seconds count.
 */
import type { AskedHeaders } from './exchange.ts';

/** What tells one version of a resource from another. */
export interface Validators {
  /** With its quotes. */
  readonly etag: string;
  /** Wall time in milliseconds. */
  readonly lastModifiedMs: number;
}

export type Condition =
  /** Send it; `range` is the Range header that is to be honoured, if any. */
  | { readonly outcome: 'send'; readonly range?: string }
  | { readonly outcome: 'notModified' }
  | { readonly outcome: 'failed' };

/** Judges the conditions of a GET or HEAD. */
export function judgeConditions(headers: AskedHeaders, validators: Validators): Condition {
  if (!mayProceed(headers, validators)) return { outcome: 'failed' };
  if (isUnchanged(headers, validators)) return { outcome: 'notModified' };
  const range = headers.range;
  if (range === undefined || !isRangeCurrent(headers['if-range'], validators)) return { outcome: 'send' };
  return { outcome: 'send', range };
}

function mayProceed(headers: AskedHeaders, { etag, lastModifiedMs }: Validators): boolean {
  const ifMatch = headers['if-match'];
  if (present(ifMatch)) return listsEtag(ifMatch, (candidate) => candidate === etag);
  const since = parseHttpDate(headers['if-unmodified-since']);
  return since === undefined || wholeSeconds(lastModifiedMs) <= since;
}

function isUnchanged(headers: AskedHeaders, { etag, lastModifiedMs }: Validators): boolean {
  const ifNoneMatch = headers['if-none-match'];
  // What nearly every request of a fleet is.
  if (ifNoneMatch === etag) return true;
  if (present(ifNoneMatch)) return listsEtag(ifNoneMatch, (candidate) => candidate.replace(/^W\//, '') === etag);
  const since = parseHttpDate(headers['if-modified-since']);
  return since !== undefined && wholeSeconds(lastModifiedMs) <= since;
}

function isRangeCurrent(ifRange: string | string[] | undefined, { etag, lastModifiedMs }: Validators): boolean {
  if (typeof ifRange !== 'string' || ifRange === '') return true;
  if (ifRange.startsWith('"') || ifRange.startsWith('W/')) return ifRange === etag;
  return parseHttpDate(ifRange) === wholeSeconds(lastModifiedMs);
}

/** Go takes an empty header for a missing one. */
function present(value: string | undefined): value is string {
  return value !== undefined && value !== '';
}

const nextEtag = /^[\s,]*(\*|(?:W\/)?"[\x21\x23-\x7e\x80-\uffff]*")/;

/** Whether a list of entity tags has a `*` or one that `matches`. What follows a malformed one is not read. */
function listsEtag(list: string, matches: (etag: string) => boolean): boolean {
  let rest = list;
  for (let found = nextEtag.exec(rest); found !== null; found = nextEtag.exec(rest)) {
    const etag = found[1] ?? '';
    if (etag === '*' || matches(etag)) return true;
    rest = rest.slice(found[0].length);
  }
  return false;
}

const imfOrRfc850 = /^[A-Z][a-z]+, \d{2}[ -][A-Z][a-z]{2}[ -]\d{2,4} \d{2}:\d{2}:\d{2} GMT$/;
const asctime = /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4}$/;

/** Milliseconds of a date in one of HTTP's three forms; anything else is as good as no header. */
function parseHttpDate(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const text = asctime.test(value) ? `${value} GMT` : value;
  if (text === value && !imfOrRfc850.test(value)) return undefined;
  const parsedMs = Date.parse(text);
  return Number.isNaN(parsedMs) ? undefined : parsedMs;
}

/** Last-Modified has no fraction, so a client's copy of it compares older than the exact time. */
function wholeSeconds(ms: number): number {
  return Math.floor(ms / 1000) * 1000;
}
