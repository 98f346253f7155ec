/**
 * Gets the ports of route servers; gives a TCP proxy that can cut answers, as networks and dying replicas do.
 */
import { connect, createServer } from 'node:net';
import type { Socket } from 'node:net';

/** Cuts an answer after so many bytes; undefined lets it pass. Called with the first bytes of the answer. */
export type Cut = (answerHead: string) => number | undefined;

/** A proxy before a route server. It opens one connection to it per connection from the client. */
export class CuttingProxy {
  readonly #server = createServer((client) => {
    this.#join(client);
  });
  readonly #sockets = new Set<Socket>();
  #target: number;
  #cut: Cut = () => undefined;
  #refusesGzip = false;
  #takesWhole = false;
  #cuts = 0;
  #answers = 0;
  #statusesSinceCut: string[] = [];

  constructor(target: number) {
    this.#target = target;
  }

  /** How many answers were cut. */
  get cuts(): number {
    return this.#cuts;
  }

  /** How many answers with a body were let through whole. */
  get answers(): number {
    return this.#answers;
  }

  /** Status codes of the answers that were let through since the last cut. */
  get statusesSinceCut(): readonly string[] {
    return this.#statusesSinceCut;
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  /** Decides about each answer from now on. */
  cutBy(cut: Cut): void {
    this.#cut = cut;
  }

  /** Takes compression out of what clients accept, or leaves it in. */
  refuseGzip(isRefused: boolean): void {
    this.#refusesGzip = isRefused;
  }

  /** Takes each answer to its last byte before it passes any of it on, as proxies of HTTP may, or passes on what comes. */
  takeWhole(isTaken: boolean): void {
    this.#takesWhole = isTaken;
  }

  /** New connections go to another route server from now on. */
  pointTo(target: number): void {
    this.#target = target;
  }

  listen(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.listen(0, '127.0.0.1', resolve);
    });
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #join(client: Socket): void {
    const upstream = connect(this.#target, '127.0.0.1');
    const both = [client, upstream];
    const end = (): void => {
      for (const socket of both) socket.destroy();
    };
    for (const socket of both) {
      this.#sockets.add(socket);
      socket.on('error', end).on('close', () => {
        this.#sockets.delete(socket);
        end();
      });
    }
    client.on('data', (chunk) => {
      // A request: what comes back from here on is a new answer.
      remaining = undefined;
      upstream.write(
        this.#refusesGzip ? chunk.toString('latin1').replace(/(accept-encoding: )gzip/i, '$1none') : chunk,
      );
    });
    let remaining: number | 'all' | undefined;
    let taken = Buffer.alloc(0);
    upstream.on('data', (arrived: Buffer) => {
      taken = Buffer.concat([taken, arrived]);
      if (this.#takesWhole && taken.length < sizeOf(taken.toString('latin1'))) return;
      const chunk = taken;
      taken = Buffer.alloc(0);
      remaining ??= this.#decide(chunk);
      if (remaining === 'all') {
        client.write(chunk);
        return;
      }
      const passed = chunk.subarray(0, remaining);
      remaining -= passed.length;
      client.write(passed);
      if (remaining > 0) return;
      this.#cuts++;
      // What was passed on must arrive: a reset would take it back.
      upstream.destroy();
      client.end();
    });
  }

  #decide(head: Buffer): number | 'all' {
    const text = head.toString('latin1');
    const wanted = this.#cut(text);
    if (wanted === undefined) this.#statusesSinceCut.push(text.slice('HTTP/1.1 '.length, 'HTTP/1.1 200'.length));
    else this.#statusesSinceCut = [];
    if (wanted === undefined && text.startsWith('HTTP/1.1 200')) this.#answers++;
    return wanted ?? 'all';
  }
}

/** Where the body of an answer begins. */
export function bodyAt(head: string): number {
  return head.indexOf('\r\n\r\n') + 4;
}

/** How long an answer is with its headers; 304 has no body, whatever it says. */
export function sizeOf(head: string): number {
  const bodyBytes = head.startsWith('HTTP/1.1 200') ? Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0) : 0;
  return bodyAt(head) + bodyBytes;
}
