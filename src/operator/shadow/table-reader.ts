/**
 * Gets the address of a Skipper; gives the table it has put to use, as bytes of eskip.
 *
 * Source of the endpoint: Skipper v0.27.65 `routing/routing.go`, `GET :9911/routes?offset&limit&nopretty`, which pages
 * at 1,024 routes unless a limit is given, names the number of all routes in `X-Count` and in `X-Timestamp` the second
 * in which it began to make the table.
 */
import type { Dispatcher } from 'undici';
import { originOf } from '../origin.ts';

/** A Skipper's support listener. */
export interface SupportAddress {
  /** The pod's name, for messages. */
  readonly pod: string;
  readonly host: string;
  readonly port: number;
}

/** What a Skipper says about its table without sending it. */
export interface TableGlance {
  /** Routes that Skipper says it has; a table read in full has as many. */
  readonly count: number;
  /** Routes that it was given and could not put to use, for an unknown filter, say. */
  readonly rejected: number;
  /** When it put the table to use, in whole seconds by its own clock. */
  readonly madeAtSeconds: number | undefined;
  /** Its own clock's time of the answer, in whole seconds. */
  readonly toldAtSeconds: number | undefined;
}

export interface AppliedTable extends TableGlance {
  readonly eskip: Uint8Array<ArrayBuffer>;
}

/**
 * Whether a table that was read still is what the Skipper uses. A table is made anew for every change, and its time is
 * told in seconds: only a reading in a later second than the making can be told from a table made right after it.
 */
export function isSameTable(read: TableGlance, now: TableGlance): boolean {
  const { madeAtSeconds, toldAtSeconds } = read;
  if (madeAtSeconds === undefined || toldAtSeconds === undefined) return false;
  const isUnchanged = madeAtSeconds === now.madeAtSeconds && read.count === now.count && read.rejected === now.rejected;
  return isUnchanged && toldAtSeconds > madeAtSeconds + 1;
}

/** A Skipper that could not be read: no evidence, neither good nor bad. */
export class TableUnreadable extends Error {
  override readonly name = 'TableUnreadable';
}

/** More routes than any table has: a real fleet's has 110,000. */
const everyRoute = 10_000_000;

/** Reads applied tables over one pool of connections. */
export class TableReader {
  readonly #dispatcher: Dispatcher;
  readonly #timeoutMs: number;

  /** @param timeoutMs limit of one read, headers and body each */
  constructor(dispatcher: Dispatcher, timeoutMs = 20_000) {
    this.#dispatcher = dispatcher;
    this.#timeoutMs = timeoutMs;
  }

  /** @throws TableUnreadable naming the pod */
  async read(address: SupportAddress, signal: AbortSignal): Promise<AppliedTable> {
    const table = await this.#ask(address, 'GET', `/routes?limit=${everyRoute}&nopretty`, signal);
    const invalid = await this.#ask(address, 'HEAD', '/routes?invalid=true', signal);
    return { ...table, rejected: invalid.count };
  }

  /** @throws TableUnreadable naming the pod */
  async glance(address: SupportAddress, signal: AbortSignal): Promise<TableGlance> {
    const { count, madeAtSeconds, toldAtSeconds } = await this.#ask(address, 'HEAD', '/routes', signal);
    const invalid = await this.#ask(address, 'HEAD', '/routes?invalid=true', signal);
    return { count, rejected: invalid.count, madeAtSeconds, toldAtSeconds };
  }

  async #ask(address: SupportAddress, method: 'GET' | 'HEAD', path: string, signal: AbortSignal) {
    const { pod, host, port } = address;
    try {
      const { statusCode, headers, body } = await this.#dispatcher.request({
        origin: originOf(host, port),
        path,
        method,
        headersTimeout: this.#timeoutMs,
        bodyTimeout: this.#timeoutMs,
        signal,
      });
      const bytes = new Uint8Array(await body.arrayBuffer());
      const count = Number(headers['x-count']);
      if (statusCode !== 200 || !Number.isInteger(count)) {
        throw new TableUnreadable(`Skipper ${pod} answered ${statusCode} on its support port ${port}`);
      }
      return {
        eskip: bytes,
        count,
        madeAtSeconds: secondsOf(headers['x-timestamp']),
        toldAtSeconds: secondsOf(headers['date'], (text) => Date.parse(text) / 1_000),
      };
    } catch (error) {
      if (error instanceof TableUnreadable) throw error;
      const why = error instanceof Error ? error.message : String(error);
      throw new TableUnreadable(`Skipper ${pod} did not answer on its support port ${port}: ${why}`, { cause: error });
    }
  }
}

type Header = string | readonly string[] | undefined;

function secondsOf(header: Header, read: (text: string) => number = Number): number | undefined {
  const seconds = typeof header === 'string' ? read(header) : NaN;
  return Number.isFinite(seconds) ? seconds : undefined;
}
