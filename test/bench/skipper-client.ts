/**
 * Gets a route server; gives what a Skipper is sent when the table changes, byte by byte: headers, bodies, and the 304s
 * that follow.
 *
 * Polls as Skipper's client does: a new connection for each request, gzip, the tag of the last answer.
 */
import { once } from 'node:events';
import { connect } from 'node:net';

/** The ticks of its clock: a route server tells a retry after a cut transfer by coming between them. */
const tickMs = 400;
/** A replica may send a body once more; more often than that would be for ever. */
const mostBodies = 4;

/** One Skipper. */
export class SkipperClient {
  readonly #port: number;
  #etag = '';
  #bytes = 0;
  /** Answers in a row, of either kind. */
  #bodies = 0;
  #unchanged = 0;
  #stopped = false;
  #polling: Promise<void> | undefined;
  #tell = (): void => undefined;

  constructor(port: number) {
    this.#port = port;
  }

  start(): void {
    this.#polling = this.#pollAtTicks();
    // Who waits for it is told.
    this.#polling.catch(() => undefined);
  }

  /** Ends after the poll that is under way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.allSettled([this.#polling]);
  }

  /** Waits until it is told twice that it has the newest table; gives the bytes of all answers since the last time. */
  async catchUp(): Promise<number> {
    this.#unchanged = 0;
    while (this.#unchanged < 2) {
      if (this.#bodies > mostBodies) throw new Error(`no 304 after ${String(mostBodies)} bodies in a row`);
      await Promise.race([new Promise<void>((resolve) => (this.#tell = resolve)), this.#polling]);
    }
    const bytes = this.#bytes;
    this.#bytes = 0;
    return bytes;
  }

  async #pollAtTicks(): Promise<void> {
    const beganAt = performance.now();
    for (let tick = 1; !this.#stopped; tick++) {
      const { isNew, bytes } = await this.#poll();
      this.#bytes += bytes;
      this.#bodies = isNew ? this.#bodies + 1 : 0;
      this.#unchanged = isNew ? 0 : this.#unchanged + 1;
      this.#tell();
      const restMs = beganAt + tick * tickMs - performance.now();
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, restMs)));
    }
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
