/**
 * One attempt of a request on one endpoint: gets undici's callbacks, gives them to the exchange it belongs to, and makes
 * sure that the balancer hears of its begin and of its end exactly once.
 */
import type { IncomingHttpHeaders } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Dispatcher } from 'undici';
import { channels } from '../balancer-adapter/index.ts';
import type { AttemptEvent, AttemptOutcome } from '../balancer-adapter/index.ts';
import type { Endpoint } from '../balancer/index.ts';
import type { Link } from './chain.ts';
import type { Deadlines, Waiter } from './deadlines.ts';
import { timedOut } from './failure.ts';
import type { BalancedSettings } from './options.ts';

type Controller = Dispatcher.DispatchController;

/** What an attempt reports to; see Exchange. */
export interface AttemptOwner {
  readonly settings: BalancedSettings;
  /** Until when endpoints must have begun to answer. */
  readonly deadlines: Deadlines;
  /** The caller's own handler. */
  readonly handler: Dispatcher.DispatchHandler;
  /** What the caller's handler is given in place of undici's controller. */
  readonly controller: Controller;
  /** May this answer be thrown away, because there will be another? */
  takesOver: (attempt: Attempt) => boolean;
  failed: (attempt: Attempt, error: Error) => void;
  ended: () => void;
}

/** More than this of an answer that nobody wants is not read to its end: a new connection is cheaper. */
const longestDiscardBytes = 65_536;

export class Attempt implements Dispatcher.DispatchHandler, Waiter {
  readonly endpoint: Endpoint;
  /** 1 for the first. */
  readonly number: number;
  dueAt = 0;
  earlier: Link | undefined;
  later: Link | undefined;
  readonly #owner: AttemptOwner;
  readonly #isReplayable: boolean;
  readonly #beganAt: number;
  #controller: Controller | undefined;
  #statusCode = 0;
  #discarded = -1;
  #isSettled = false;
  #isLeft = false;

  /** @param isReplayable whether it may be left alone before it has begun: not while it holds a body that can be read once. */
  constructor(owner: AttemptOwner, endpoint: Endpoint, number: number, isReplayable: boolean) {
    this.#owner = owner;
    this.endpoint = endpoint;
    this.number = number;
    this.#isReplayable = isReplayable;
    this.#beganAt = owner.settings.clock.now();
    owner.settings.balancer.begin(endpoint);
    if (isReplayable) this.#wait(this.#beganAt);
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
    if (!this.#isReplayable) this.#wait(this.#owner.settings.clock.now());
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
      this.#owner.deadlines.delete(this);
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

  /** It has waited too long. */
  expire(): void {
    const error = timedOut(this.endpoint, this.#owner.settings.attemptTimeoutMs);
    const isDiscarded = this.#discarded >= 0;
    this.leave(isDiscarded ? 'error5xx' : 'timeout', error);
    if (!isDiscarded) this.#owner.failed(this, error);
  }

  #wait(since: number): void {
    this.dueAt = since + this.#owner.settings.attemptTimeoutMs;
    this.#owner.deadlines.add(this);
  }

  #settle(outcome: AttemptOutcome): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    this.#owner.deadlines.delete(this);
    const { balancer, clock } = this.#owner.settings;
    // Reading the clock costs as much as placing the key.
    const isTimed = balancer.usesDurations || channels.attempt.hasSubscribers;
    const durationMs = isTimed ? clock.now() - this.#beganAt : 0;
    balancer.finish(this.endpoint, durationMs, outcome === 'transport' || outcome === 'timeout');
    if (!channels.attempt.hasSubscribers) return;
    const { endpoint, number: attempt } = this;
    channels.attempt.publish({ balancer, endpoint, attempt, durationMs, outcome } satisfies AttemptEvent);
  }
}
