/**
 * Gets a route server; gives what a Skipper is sent when the table changes, byte by byte: headers, bodies, and the 304s
 * that follow.
 *
 * Polls as Skipper's client does: a new connection for each request, gzip, the tag of the last answer.
 */
import { once } from 'node:events';
import { connect } from 'node:net';

/** Longer than what a route server takes for a repeated request after a cut transfer, 250 ms. */
const betweenPollsMs = 400;
/** A replica may send a body once more; more often than that would be for ever. */
const mostPolls = 6;

/** One Skipper. */
export class SkipperClient {
  readonly #port: number;
  #etag = '';

  constructor(port: number) {
    this.#port = port;
  }

  /** Polls until it is told twice that it has the newest table; gives the bytes of all answers. */
  async catchUp(): Promise<number> {
    let bytes = 0;
    for (let unchanged = 0, polls = 0; unchanged < 2; polls++) {
      if (polls === mostPolls) throw new Error(`no 304 after ${String(mostPolls)} polls of one table`);
      const answer = await this.#poll();
      bytes += answer.bytes;
      unchanged = answer.isNew ? 0 : unchanged + 1;
      await new Promise((resolve) => setTimeout(resolve, betweenPollsMs));
    }
    return bytes;
  }

  async #poll(): Promise<{ readonly isNew: boolean; readonly bytes: number }> {
    const socket = connect(this.#port, '127.0.0.1');
    const own = ['Host: bench', 'User-Agent: Go-http-client/1.1', 'Accept-Encoding: gzip', 'Connection: close'];
    const known = this.#etag === '' ? [] : [`If-None-Match: ${this.#etag}`];
    socket.write(`GET /routes HTTP/1.1\r\n${[...own, ...known].join('\r\n')}\r\n\r\n`);
    let head = '';
    socket.on('data', (data) => {
      if (head.length < 1_000) head += data.toString('latin1', 0, 1_000);
    });
    await once(socket, 'close');
    this.#etag = /^etag: (.*)\r$/im.exec(head)?.[1] ?? this.#etag;
    return { isNew: !head.startsWith('HTTP/1.1 304'), bytes: socket.bytesRead };
  }
}
