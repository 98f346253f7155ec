/**
 * Gets the address of a Skipper; gives the table it has put to use, as bytes of eskip.
 *
 * Source of the endpoint: Skipper v0.27.65 `routing/routing.go`, `GET :9911/routes?offset&limit&nopretty`, which pages
 * at 1,024 routes unless a limit is given, names the number of all routes in `X-Count` and in `X-Timestamp` the second
 * in which it began to make the table. What it rejected is told by `invalid=true`, as JSON with the reason of each.
 */
import type { Dispatcher } from 'undici';
import type { RejectedRoutes } from '../../shadow/index.ts';
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

type Asked = Pick<Dispatcher.RequestOptions, 'method' | 'path' | 'headers'>;

/** More routes than any table has: a real fleet's has 110,000. */
const everyRoute = 10_000_000;
/**
 * Most rejected routes that are listed: 3 MB. A list that is cut would name others each time, for Skipper has no order
 * for them. A real fleet's 110,000 routes had 3,000 of them.
 */
export const mostListed = 5_000;
const rejectedPath = '/routes?invalid=true';

/** Reads applied tables over one pool of connections. */
export class TableReader {
  readonly #dispatcher: Dispatcher;
  readonly #timeoutMs: number;

  /** @param timeoutMs limit of one read, headers and body each */
  constructor(dispatcher: Dispatcher, timeoutMs = 20_000) {
    this.#dispatcher = dispatcher;
    this.#timeoutMs = timeoutMs;
  }

  /**
   * @param before what the Skipper has told of it just now
   * @throws TableUnreadable naming the pod
   */
  async read(address: SupportAddress, before: TableGlance, signal: AbortSignal): Promise<AppliedTable> {
    const path = `/routes?limit=${everyRoute}&nopretty`;
    const { bytes, told } = await this.#ask(address, { method: 'GET', path }, signal);
    // Of a table made in between it may be wrong, and then differs from what is told next: that one is read again.
    return { eskip: bytes, ...told, rejected: before.rejected };
  }

  /** @throws TableUnreadable naming the pod */
  async glance(address: SupportAddress, signal: AbortSignal): Promise<TableGlance> {
    const { told } = await this.#ask(address, { method: 'HEAD', path: '/routes' }, signal);
    const invalid = await this.#ask(address, { method: 'HEAD', path: rejectedPath }, signal);
    return { ...told, rejected: invalid.told.count };
  }

  /**
   * What it was given and did not put to use, with its list when that is no longer than `mostListed`.
   * @throws TableUnreadable naming the pod
   */
  async listRejected(address: SupportAddress, signal: AbortSignal): Promise<RejectedRoutes> {
    // The reasons are in this form only.
    const headers = { accept: 'application/json' };
    const path = `${rejectedPath}&limit=${mostListed}`;
    const { bytes, told } = await this.#ask(address, { method: 'GET', path, headers }, signal);
    const { count } = told;
    return count > mostListed ? { count } : { count, listing: new TextDecoder().decode(bytes) };
  }

  async #ask(address: SupportAddress, request: Asked, signal: AbortSignal) {
    const { pod, host, port } = address;
    try {
      const { statusCode, headers, body } = await this.#dispatcher.request({
        ...request,
        origin: originOf(host, port),
        headersTimeout: this.#timeoutMs,
        bodyTimeout: this.#timeoutMs,
        signal,
      });
      const bytes = new Uint8Array(await body.arrayBuffer());
      const count = Number(headers['x-count']);
      if (statusCode !== 200 || !Number.isInteger(count)) {
        throw new TableUnreadable(`Skipper ${pod} answered ${statusCode} on its support port ${port}`);
      }
      const madeAtSeconds = secondsOf(headers['x-timestamp']);
      const toldAtSeconds = secondsOf(headers['date'], (text) => Date.parse(text) / 1_000);
      return { bytes, told: { count, madeAtSeconds, toldAtSeconds } };
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
