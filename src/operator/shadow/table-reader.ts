/**
 * Gets the address of a Skipper; gives the table it has put to use, as bytes of eskip.
 *
 * Source of the endpoint: Skipper v0.27.65 `routing/routing.go`, `GET :9911/routes?offset&limit&nopretty`, which pages
 * at 1,024 routes unless a limit is given and names the number of all routes in `X-Count`.
 */
import type { Dispatcher } from 'undici';

/** A Skipper's support listener. */
export interface SupportAddress {
  /** The pod's name, for messages. */
  readonly pod: string;
  readonly host: string;
  readonly port: number;
}

export interface AppliedTable {
  readonly eskip: Uint8Array<ArrayBuffer>;
  /** Routes that Skipper says it has; a table read in full has as many. */
  readonly count: number;
  /** Routes that it was given and could not put to use, for an unknown filter, say. */
  readonly rejected: number;
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
    return { eskip: table.body, count: table.count, rejected: invalid.count };
  }

  async #ask(address: SupportAddress, method: 'GET' | 'HEAD', path: string, signal: AbortSignal) {
    const { pod, host, port } = address;
    try {
      const { statusCode, headers, body } = await this.#dispatcher.request({
        origin: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
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
      return { body: bytes, count };
    } catch (error) {
      if (error instanceof TableUnreadable) throw error;
      const why = error instanceof Error ? error.message : String(error);
      throw new TableUnreadable(`Skipper ${pod} did not answer on its support port ${port}: ${why}`, { cause: error });
    }
  }
}
