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
  /** All bytes were handed to the system. */
  readonly onCompleted?: () => void;
  /** The connection ended before that. */
  readonly onBroken?: () => void;
}

/** Sends `answer`. The outcome callbacks are called for answers with a body, once, one or the other. */
export function send(response: ServerResponse, answer: Answer, options: SendOptions): void {
  // Node's types want an array that may be changed, which Node does not do.
  response.writeHead(answer.status, answer.headers as string[]);
  if (options.headersOnly || answer.body.length === 0) {
    response.end();
    return;
  }
  // 'close' also follows 'finish', when the answer is complete.
  response.once('close', () => {
    if (response.writableFinished) options.onCompleted?.();
    else options.onBroken?.();
  });
  sendParts(response, answer.body, options);
}

function sendParts(response: ServerResponse, parts: readonly Buffer[], { clock, holdBackMs }: SendOptions): void {
  const end = (rest?: Buffer): void => {
    if (!response.destroyed) response.end(rest);
  };
  // Not `end(body)`: Node takes a connection for idle once end() was called, though most of the body may still wait
  // to be sent, and closes idle connections when the server stops.
  if (holdBackMs === 0) {
    writeAll(response, parts, () => {
      end();
    });
    return;
  }
  // Where the last byte is missing nothing is lost that means anything, and a connection that ends while it is
  // being held back was cut for sure.
  const last = parts.at(-1) ?? Buffer.alloc(0);
  writeAll(response, [...parts.slice(0, -1), last.subarray(0, -1)], () => {
    clock.schedule(holdBackMs, () => {
      end(last.subarray(-1));
    });
  });
}

/** Calls back when the last part has left, and with it all. */
function writeAll(response: ServerResponse, parts: readonly Buffer[], onWritten: () => void): void {
  response.cork();
  for (const [at, part] of parts.entries()) response.write(part, at === parts.length - 1 ? onWritten : undefined);
  response.uncork();
}
