/** The last attempt, through Skipper: gets undici's callbacks, gives them to the caller's handler as they are. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Dispatcher } from 'undici';
import type { AttemptOwner } from './attempt.ts';

type Controller = Dispatcher.DispatchController;

export class SkipperAttempt implements Dispatcher.DispatchHandler {
  readonly #owner: Pick<AttemptOwner, 'handler' | 'controller' | 'ended'>;
  #controller: Controller | undefined;

  constructor(owner: Pick<AttemptOwner, 'handler' | 'controller' | 'ended'>) {
    this.#owner = owner;
  }

  get controller(): Controller | undefined {
    return this.#controller;
  }

  onRequestStart(controller: Controller): void {
    this.#controller = controller;
    const { aborted, reason, paused } = this.#owner.controller;
    if (aborted) controller.abort(reason ?? new Error('the request was aborted'));
    else if (paused) controller.pause();
  }

  onResponseStarted(): void {
    this.#owner.handler.onResponseStarted?.();
  }

  onBodySent(chunk: Buffer): void {
    this.#owner.handler.onBodySent?.(chunk);
  }

  onRequestSent(): void {
    this.#owner.handler.onRequestSent?.();
  }

  onRequestUpgrade(_controller: Controller, statusCode: number, headers: IncomingHttpHeaders, socket: Duplex): void {
    this.#owner.handler.onRequestUpgrade?.(this.#owner.controller, statusCode, headers, socket);
    this.#owner.ended();
  }

  onResponseStart(_controller: Controller, statusCode: number, headers: IncomingHttpHeaders, message?: string): void {
    this.#owner.handler.onResponseStart?.(this.#owner.controller, statusCode, headers, message);
  }

  onResponseData(_controller: Controller, chunk: Buffer): void {
    this.#owner.handler.onResponseData?.(this.#owner.controller, chunk);
  }

  onResponseEnd(_controller: Controller, trailers: IncomingHttpHeaders): void {
    this.#owner.handler.onResponseEnd?.(this.#owner.controller, trailers);
    this.#owner.ended();
  }

  onResponseError(_controller: Controller, error: Error): void {
    // An abort has been told to the caller already.
    if (this.#owner.controller.aborted) return;
    this.#owner.ended();
    this.#owner.handler.onResponseError?.(this.#owner.controller, error);
  }
}
