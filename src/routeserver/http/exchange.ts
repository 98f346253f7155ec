/**
 * What a request and its answer are to those who decide: data, whichever thread the connection belongs to.
 */
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

/** The headers on which an answer may depend. */
export const askedHeaders = [
  ...(['accept-encoding', 'user-agent', 'if-none-match', 'if-modified-since'] as const),
  ...(['if-match', 'if-unmodified-since', 'range', 'if-range'] as const),
] as const;

/** Those of one request. */
export type AskedHeaders = Partial<Pick<IncomingHttpHeaders, (typeof askedHeaders)[number]>>;

/** One for all requests that come over it, compared by identity. */
export interface Connection {
  /** IP address of the other end. */
  readonly remoteAddress?: string | undefined;
}

/** How a connection ended: its other end has no more to say, then it is closed, or it was reset. */
export type ConnectionEnd = 'ended' | 'closed' | 'reset';

/** A request; Node's own are such. */
export interface Ask extends Pick<IncomingMessage, 'method' | 'url'> {
  readonly headers: AskedHeaders;
  readonly socket: Connection;
}

/** What is to be answered. */
export interface Reply {
  readonly status: number;
  /** Names and values in turn, as Node takes them without looking each name up. */
  readonly headers: readonly string[];
  /** Buffers that many answers share; none for a HEAD request. */
  readonly body: readonly Buffer[];
  /** Keeps the last byte of the body back until the rest has left and a cut had time to show. Default 0: not at all. */
  readonly holdBackMs?: number;
  readonly onOver?: OnOver | undefined;
}

/**
 * Told once, when an answer is over.
 *
 * @param isWhole all of it was handed to the system; else the connection ended before that
 * @param durationMs since its request came
 */
export type OnOver = (isWhole: boolean, durationMs: number) => void;

/** Decides on an answer: at once where that is possible, for most answers are small. */
export type Decide = (ask: Ask) => Reply | Promise<Reply>;

/** An answer in words. */
export function textReply(status: number, body: string, contentType = 'text/plain; charset=utf-8'): Reply {
  const bytes = Buffer.from(body);
  const headers = ['Content-Type', contentType, 'X-Content-Type-Options', 'nosniff'];
  return { status, headers: [...headers, 'Content-Length', String(bytes.length)], body: [bytes] };
}
