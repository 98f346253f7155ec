/**
 * Gets the text of a table; gives it as bytes, plain and compressed, with what identifies them.
 */
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

/** Bytes of one version in one encoding; the shape that http/answer.ts serves. */
export interface TableBytes {
  readonly etag: string;
  readonly lastModifiedMs: number;
  readonly count: number;
  readonly body: Buffer;
  readonly isGzip: boolean;
}

const compress = promisify(gzip);

/** One version of a table. Equal text has equal tags on every replica. */
export class Table {
  readonly identity: TableBytes;
  #gzip: Promise<TableBytes> | undefined;

  constructor(text: string, { count, lastModifiedMs }: { readonly count: number; readonly lastModifiedMs: number }) {
    const body = Buffer.from(text);
    const digest = createHash('sha256').update(body).digest('hex');
    this.identity = Object.freeze({ etag: `"${digest}"`, lastModifiedMs, count, body, isGzip: false });
  }

  /** The compressed form, made once, off the event loop, when first asked for. */
  gzip(): Promise<TableBytes> {
    this.#gzip ??= this.#compress();
    return this.#gzip;
  }

  async #compress(): Promise<TableBytes> {
    const { etag, ...rest } = this.identity;
    const body = await compress(rest.body);
    return Object.freeze({ ...rest, etag: `${etag.slice(0, -1)}+gzip"`, body, isGzip: true });
  }
}
