/**
 * Gets requests; gives each to who decides, writes what was decided to the client, and tells how that ended.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../../runtime/index.ts';
import type { Decide, Reply } from './exchange.ts';

/** For a listener: answers its requests. */
export function answering(decide: Decide, clock: Clock): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    const beganAtMs = clock.monotonic();
    const reply = decide(request);
    if (!(reply instanceof Promise)) {
      send(response, reply, clock, beganAtMs);
      return;
    }
    void reply.then((decided) => {
      send(response, decided, clock, beganAtMs);
    });
  };
}

/** Told once, when an answer is over. */
type IsOver = (isWhole: boolean) => void;

/** Sends `reply`, together with others. `beganAtMs`, monotonic, is when its request came. */
export function send(response: ServerResponse, reply: Reply, clock: Clock, beganAtMs = clock.monotonic()): void {
  const isOver = (isWhole: boolean): void => {
    reply.onOver?.(isWhole, clock.monotonic() - beganAtMs);
  };
  // The client did not wait for the decision: 'close' is over, and would not be told again.
  if (response.destroyed) {
    isOver(false);
    return;
  }
  // Node's types want an array that may be changed, which Node does not do.
  response.writeHead(reply.status, reply.headers as string[]);
  const { body, holdBackMs = 0 } = reply;
  if (body.length > 0 && holdBackMs > 0) sendHeldBack(response, { body, holdBackMs, clock, isOver });
  else {
    withTheOthers(() => {
      sendWhole(response, body, isOver);
    });
  }
}

function sendWhole(response: ServerResponse, body: readonly Buffer[], isOver: IsOver): void {
  if (response.destroyed) {
    isOver(false);
    return;
  }
  if (body.length === 0) {
    response.end();
    isOver(true);
    return;
  }
  // Not `end(body)`: Node takes a connection for idle once end() was called, though most of the body may still wait
  // to be sent, and closes idle connections when the server stops.
  const hasLeft = writeAll(response, body, () => {
    end(response);
  });
  // With a client that reads there is nothing left to wait for, and no need of listeners.
  if (hasLeft) isOver(true);
  else tellWhenClosed(response, isOver);
}

interface HeldBack {
  readonly body: readonly Buffer[];
  readonly holdBackMs: number;
  readonly clock: Clock;
  readonly isOver: IsOver;
}

function sendHeldBack(response: ServerResponse, { body, holdBackMs, clock, isOver }: HeldBack): void {
  tellWhenClosed(response, isOver);
  // Where the last byte is missing nothing is lost that means anything, and a connection that ends while it is
  // being held back was cut for sure.
  const last = body.at(-1) ?? Buffer.alloc(0);
  writeAll(response, [...body.slice(0, -1), last.subarray(0, -1)], () => {
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
function tellWhenClosed(response: ServerResponse, isOver: IsOver): void {
  response.once('close', () => {
    isOver(response.writableFinished);
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

let waiting: (() => void)[] = [];

/**
 * Calls back when all requests have been read and decided on that came with this one. What the system does for a write, to
 * copy a body or to wake a client, takes the processor's caches for itself, and what came after it would begin each time
 * with none of its code and data there.
 */
function withTheOthers(write: () => void): void {
  if (waiting.push(write) === 1) setImmediate(writeAllOfTurn);
}

function writeAllOfTurn(): void {
  const all = waiting;
  waiting = [];
  for (const write of all) write();
}
