/**
 * Gets rendered chunks; gives a table as it is served, plain and compressed, with what identifies it.
 */
import { createHash } from 'node:crypto';
import { Body } from './body.ts';
import type { RenderedChunk } from './chunk.ts';
import { gzipStream } from './gzip-stream.ts';

/** Bytes of one version in one encoding; the shape that http/answer.ts serves. */
export interface TableBytes {
  readonly etag: string;
  readonly lastModifiedMs: number;
  readonly count: number;
  readonly body: Body;
  readonly isGzip: boolean;
}

/** One version of a table. Equal text has equal tags and equal bytes on every replica. */
export interface Table {
  readonly identity: TableBytes;
  readonly gzip: TableBytes;
}

/** Puts chunks together. */
export function tableOf(
  chunks: readonly RenderedChunk[],
  version: { readonly count: number; readonly lastModifiedMs: number },
): Table {
  const hash = createHash('sha256');
  for (const { digest } of chunks) hash.update(digest);
  const digest = hash.digest('hex');
  // In one piece, for it is sent often and is small.
  const gzip = gzipStream(chunks);
  return Object.freeze({
    identity: Object.freeze({
      ...version,
      etag: `"${digest}"`,
      body: new Body(
        () => chunks.map(({ bytes }) => bytes()),
        chunks.reduce((sum, { length }) => sum + length, 0),
      ),
      isGzip: false,
    }),
    gzip: Object.freeze({ ...version, etag: `"${digest}+gzip"`, body: new Body([gzip]), isGzip: true }),
  });
}
