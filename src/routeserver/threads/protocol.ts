/**
 * What the main thread and a serving thread tell each other: tuples of plain values, several in one message.
 *
 * The main thread decides on every answer and knows every client; a serving thread has connections, and no state that
 * outlives one.
 */
import type { ListenAddress } from '../options.ts';
import type { MutualTls } from '../tls-options.ts';
import type { AskedHeaders, ConnectionEnd } from '../http/exchange.ts';

/** What a serving thread is started with. */
export interface ThreadSettings {
  /** Shared with other listeners of the process; port 0: the system's choice. */
  readonly address: ListenAddress;
  /** Undefined: plain HTTP. */
  readonly mutualTls: MutualTls | undefined;
}

/** A request, without its number. The address comes with a connection's first one. */
export interface ToldAsk {
  readonly address: string | undefined;
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: AskedHeaders;
}

/** From a serving thread. */
export type FromThread =
  | readonly [kind: 'listens', port: number]
  | readonly [kind: 'cannotListen', why: string]
  /** Request `id`; without `ask` it is as the last one of its connection. Both numbers count from 1 in each thread. */
  | readonly [kind: 'asks', id: number, connection: number, ask?: ToldAsk]
  /** The answer to request `id` is over, so long after the request came; whole, or cut. */
  | readonly [kind: 'over', id: number, isWhole: boolean, durationMs: number]
  | readonly [kind: 'connection', connection: number, end: ConnectionEnd]
  /** Everything up to `settle` of that number was told. */
  | readonly [kind: 'settled', number: number]
  | readonly [kind: 'closed'];

/** Headers of an answer: the number of some that were told before, or themselves. */
export type ToldHeaders = number | readonly string[];

/** Bytes of an answer: the number of a body that was told before, or the bytes themselves. */
export type ToldBody = number | readonly Uint8Array[];

/** To a serving thread. */
export type ToThread =
  | readonly [kind: 'reply', id: number, status: number, headers: ToldHeaders, body: ToldBody, holdBackMs: number]
  /** Headers under a number of their own. */
  | readonly [kind: 'headers', number: number, headers: readonly string[]]
  /** Bytes in shared memory, under a number of their own. */
  | readonly [kind: 'body', number: number, parts: readonly Uint8Array[]]
  /** The headers and bodies so far are not asked for any more. */
  | readonly [kind: 'forget']
  | readonly [kind: 'settle', number: number]
  /** Take no new connections, let answers under way end. */
  | readonly [kind: 'close']
  /** Close what is left. */
  | readonly [kind: 'cut'];

/** Collects what is to be told and tells it together. */
export class Outbox<Told> {
  #told: Told[] = [];
  readonly #post: (batch: readonly Told[]) => void;

  constructor(post: (batch: readonly Told[]) => void) {
    this.#post = post;
  }

  /** Tells whether it is the first one of its message. */
  add(one: Told): boolean {
    return this.#told.push(one) === 1;
  }

  /** Posts what there is. */
  flush(): void {
    if (this.#told.length === 0) return;
    const batch = this.#told;
    this.#told = [];
    this.#post(batch);
  }
}
