/**
 * Gets a Range header and the size of what it is about; gives the bytes to send.
 *
 * Source: RFC 9110 section 14, with the choices of Go's `http.ServeContent`.
 */
import type { Body } from '../snapshot/body.ts';

/** A part of a body. */
export interface ByteRange {
  readonly start: number;
  readonly length: number;
}

export type RangeRequest =
  | { readonly outcome: 'ranges'; readonly ranges: readonly ByteRange[] }
  /** Not a valid header, or none of the ranges is within the body: 416. */
  | { readonly outcome: 'refused'; readonly reason: string; readonly isOutside: boolean };

/** Reads a Range header. No ranges at all mean: send everything. */
export function parseRange(header: string, size: number): RangeRequest {
  const malformed: RangeRequest = { outcome: 'refused', reason: 'invalid range', isOutside: false };
  if (!header.startsWith('bytes=')) return malformed;
  const ranges: ByteRange[] = [];
  let outside = 0;
  for (const part of header.slice('bytes='.length).split(',')) {
    if (part.trim() === '') continue;
    const range = parseOne(part, size);
    if (range === undefined) return malformed;
    if (range === 'outside') outside++;
    else ranges.push(range);
  }
  if (outside > 0 && ranges.length === 0) {
    return { outcome: 'refused', reason: 'invalid range: failed to overlap', isOutside: true };
  }
  // More bytes than there are is an attack or a mistake; either way everything is the shorter answer.
  const total = ranges.reduce((sum, range) => sum + range.length, 0);
  return { outcome: 'ranges', ranges: total > size ? [] : ranges };
}

function parseOne(part: string, size: number): ByteRange | 'outside' | undefined {
  const [, first, last] = /^\s*(\d*)\s*-\s*(\d*)\s*$/.exec(part) ?? [];
  if (first === undefined || last === undefined || (first === '' && last === '')) return undefined;
  if (first === '') {
    const length = Math.min(Number(last), size);
    return { start: size - length, length };
  }
  const start = Number(first);
  // Go looks at where a range begins before it looks at where it ends.
  if (start >= size) return 'outside';
  const end = last === '' ? size - 1 : Number(last);
  return end < start ? undefined : { start, length: Math.min(end, size - 1) - start + 1 };
}

/** The Content-Range header of one part. */
export function contentRange({ start, length }: ByteRange, size: number): string {
  return `bytes ${start}-${start + length - 1}/${size}`;
}

/** The body of a multipart/byteranges answer; parts of `body` are shared, not copied. */
export function multipart(
  body: Body,
  ranges: readonly ByteRange[],
  { boundary, contentType }: { readonly boundary: string; readonly contentType: string },
): readonly Buffer[] {
  const parts = ranges.flatMap((range, index) => [
    Buffer.from(
      `${index === 0 ? '' : '\r\n'}--${boundary}\r\n` +
        `Content-Range: ${contentRange(range, body.length)}\r\nContent-Type: ${contentType}\r\n\r\n`,
    ),
    ...body.slice(range.start, range.length),
  ]);
  return [...parts, Buffer.from(`\r\n--${boundary}--\r\n`)];
}
