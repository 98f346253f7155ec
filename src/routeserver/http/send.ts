/**
 * Gets an answer and an open response; writes the one to the other and tells how that ended.
 */
import type { ServerResponse } from 'node:http';
import type { Clock } from '../../runtime/index.ts';
import type { Answer } from './answer.ts';

export interface SendOptions {
  readonly clock: Clock;
  /** A HEAD request: headers only. */
  readonly headersOnly: boolean;
  /** Keeps the last byte back until the rest has left and a cut had time to show. 0 sends it at once. */
  readonly holdBackMs: number;
  /** Told of answers with a body, once, one or the other. */
  readonly outcome?: Outcome;
}

/** What may become of a body. */
export interface Outcome {
  /** All bytes were handed to the system. */
  completed(): void;
  /** The connection ended before that. */
  broken(): void;
}

/** Sends `answer`, at once where the system takes all of it. */
export function send(response: ServerResponse, answer: Answer, options: SendOptions): void {
  // Node's types want an array that may be changed, which Node does not do.
  response.writeHead(answer.status, answer.headers as string[]);
  if (options.headersOnly || answer.body.length === 0) {
    response.end();
    return;
  }
  sendBody(response, answer.body, options);
}

function sendBody(response: ServerResponse, parts: readonly Buffer[], options: SendOptions): void {
  const { clock, holdBackMs, outcome } = options;
  // Not `end(body)`: Node takes a connection for idle once end() was called, though most of the body may still wait
  // to be sent, and closes idle connections when the server stops.
  if (holdBackMs === 0) {
    const isOver = writeAll(response, parts, () => {
      end(response);
    });
    // With a client that reads there is nothing left to wait for, and no need of listeners.
    if (isOver) outcome?.completed();
    else tellWhenClosed(response, outcome);
    return;
  }
  tellWhenClosed(response, outcome);
  // Where the last byte is missing nothing is lost that means anything, and a connection that ends while it is
  // being held back was cut for sure.
  const last = parts.at(-1) ?? Buffer.alloc(0);
  writeAll(response, [...parts.slice(0, -1), last.subarray(0, -1)], () => {
    clock.schedule(holdBackMs, () => {
      // Timers go before sockets: where this process was held up for longer, a cut that has been there for long is only
      // seen after them.
      setImmediate(() => {
        end(response, last.subarray(-1));
      });
    });
  });
}

function end(response: ServerResponse, rest?: Buffer): void {
  if (!response.destroyed) response.end(rest);
}

/** 'close' also follows 'finish', when the answer is complete. */
function tellWhenClosed(response: ServerResponse, outcome: Outcome | undefined): void {
  response.once('close', () => {
    if (response.writableFinished) outcome?.completed();
    else outcome?.broken();
  });
}

/** Calls back when the last part has left, and with it all; tells whether that was at once. */
function writeAll(response: ServerResponse, parts: readonly Buffer[], onWritten: () => void): boolean {
  let isWritten = false;
  const written = (): void => {
    if (isWritten) return;
    isWritten = true;
    onWritten();
  };
  response.cork();
  for (const [at, part] of parts.entries()) response.write(part, at === parts.length - 1 ? written : undefined);
  response.uncork();
  const hasLeft = response.writableLength === 0 && response.socket?.errored === null;
  if (hasLeft) written();
  return hasLeft;
}
