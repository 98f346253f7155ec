/**
 * One attempt of a request on one endpoint: gets undici's callbacks, gives them to the exchange it belongs to, and makes
 * sure that the balancer hears of its begin and of its end exactly once.
 */
import type { IncomingHttpHeaders } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Dispatcher } from 'undici';
import { channels } from '../balancer-adapter/index.ts';
import type { AttemptEvent, AttemptOutcome, BalancerTimer } from '../balancer-adapter/index.ts';
import type { Endpoint } from '../balancer/index.ts';
import { timedOut } from './failure.ts';
import type { BalancedSettings } from './options.ts';

type Controller = Dispatcher.DispatchController;

/** What an attempt reports to; see Exchange. */
export interface AttemptOwner {
  readonly settings: BalancedSettings;
  /** The caller's own handler. */
  readonly handler: Dispatcher.DispatchHandler;
  /** What the caller's handler is given in place of undici's controller. */
  readonly controller: Controller;
  /** May this answer be thrown away, because there will be another? */
  takesOver: (attempt: Attempt) => boolean;
  failed: (attempt: Attempt, error: Error) => void;
  ended: () => void;
}

export interface AttemptParts {
  readonly endpoint: Endpoint;
  /** 1 for the first. */
  readonly number: number;
  /** Whether it may be left alone before it has begun: not while it holds a body that can be read only once. */
  readonly isReplayable: boolean;
}

/** More than this of an answer that nobody wants is not read to its end: a new connection is cheaper. */
const longestDiscardBytes = 65_536;

export class Attempt implements Dispatcher.DispatchHandler {
  readonly #owner: AttemptOwner;
  readonly #parts: AttemptParts;
  readonly #beganAt: number;
  #controller: Controller | undefined;
  #timer: BalancerTimer | undefined;
  #statusCode = 0;
  #discarded = -1;
  #isSettled = false;
  #isLeft = false;

  constructor(owner: AttemptOwner, parts: AttemptParts) {
    this.#owner = owner;
    this.#parts = parts;
    this.#beganAt = owner.settings.clock.now();
    owner.settings.balancer.begin(parts.endpoint);
    if (parts.isReplayable) this.#startTimer();
  }

  get endpoint(): Endpoint {
    return this.#parts.endpoint;
  }

  get number(): number {
    return this.#parts.number;
  }

  /** undici's, once the request is on its way. */
  get controller(): Controller | undefined {
    return this.#controller;
  }

  /** Nobody waits for it any more. */
  leave(outcome: AttemptOutcome, reason: Error): void {
    if (this.#isLeft) return;
    this.#isLeft = true;
    this.#settle(outcome);
    this.#controller?.abort(reason);
  }

  onRequestStart(controller: Controller): void {
    this.#controller = controller;
    if (this.#isLeft) {
      controller.abort(new Error('nobody waits for this attempt any more'));
      return;
    }
    if (!this.#parts.isReplayable) this.#startTimer();
    if (this.#owner.controller.paused) controller.pause();
  }

  onResponseStarted(): void {
    if (!this.#isLeft) this.#owner.handler.onResponseStarted?.();
  }

  onBodySent(chunk: Buffer): void {
    if (!this.#isLeft) this.#owner.handler.onBodySent?.(chunk);
  }

  onRequestSent(): void {
    if (!this.#isLeft) this.#owner.handler.onRequestSent?.();
  }

  onRequestUpgrade(_controller: Controller, statusCode: number, headers: IncomingHttpHeaders, socket: Duplex): void {
    this.#settle('answered');
    this.#owner.handler.onRequestUpgrade?.(this.#owner.controller, statusCode, headers, socket);
    this.#owner.ended();
  }

  onResponseStart(_controller: Controller, statusCode: number, headers: IncomingHttpHeaders, message?: string): void {
    if (this.#isLeft) return;
    if (statusCode >= 200) {
      this.#statusCode = statusCode;
      if (statusCode >= 500 && this.#owner.takesOver(this)) {
        this.#discarded = 0;
        return;
      }
      this.#timer?.cancel();
    }
    this.#owner.handler.onResponseStart?.(this.#owner.controller, statusCode, headers, message);
  }

  onResponseData(controller: Controller, chunk: Buffer): void {
    if (this.#discarded < 0) {
      this.#owner.handler.onResponseData?.(this.#owner.controller, chunk);
      return;
    }
    this.#discarded += chunk.length;
    if (this.#discarded > longestDiscardBytes) controller.abort(new Error('the answer was not wanted'));
  }

  onResponseEnd(_controller: Controller, trailers: IncomingHttpHeaders): void {
    this.#settle(this.#statusCode >= 500 ? 'error5xx' : 'answered');
    if (this.#discarded >= 0) return;
    this.#owner.handler.onResponseEnd?.(this.#owner.controller, trailers);
    this.#owner.ended();
  }

  onResponseError(_controller: Controller, error: Error): void {
    if (this.#isLeft) return;
    if (this.#discarded >= 0) this.#settle('error5xx');
    else {
      this.#settle(this.#owner.controller.aborted ? 'aborted' : 'transport');
      this.#isLeft = true;
      this.#owner.failed(this, error);
    }
  }

  /** True when the caller has seen a part of the answer: then there is no second try. */
  get isHandedOver(): boolean {
    return this.#statusCode > 0 && this.#discarded < 0;
  }

  #startTimer(): void {
    const { clock, attemptTimeoutMs } = this.#owner.settings;
    this.#timer = clock.schedule(attemptTimeoutMs, () => {
      const error = timedOut(this.endpoint, attemptTimeoutMs);
      const isDiscarded = this.#discarded >= 0;
      this.leave(isDiscarded ? 'error5xx' : 'timeout', error);
      if (!isDiscarded) this.#owner.failed(this, error);
    });
  }

  #settle(outcome: AttemptOutcome): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    this.#timer?.cancel();
    const { balancer, clock } = this.#owner.settings;
    const durationMs = clock.now() - this.#beganAt;
    balancer.finish(this.endpoint, durationMs, outcome === 'transport' || outcome === 'timeout');
    if (!channels.attempt.hasSubscribers) return;
    const { endpoint, number } = this.#parts;
    channels.attempt.publish({ balancer, endpoint, attempt: number, durationMs, outcome } satisfies AttemptEvent);
  }
}
