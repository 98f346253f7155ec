/**
 * One balanced request from its first attempt to its end: gets what was handed to the dispatcher, gives the caller's
 * handler one answer or one error, whatever is tried in between.
 *
 *   line ──> first attempt ──5xx, transport, timeout──> retry elsewhere ──transport, timeout──> Skipper
 *     └─ full ────────────────┴─ no endpoint, bug ──────────────────────────────────────────────┘
 */
import type { Dispatcher } from 'undici';
import { channels, errorOf } from '../balancer-adapter/index.ts';
import type { BalancerTimer, FallbackEvent, PickEvent } from '../balancer-adapter/index.ts';
import type { Endpoint } from '../balancer/index.ts';
import type { Toggles } from '../balancer-toggles/index.ts';
import type { Admission } from './admission.ts';
import { Attempt } from './attempt.ts';
import type { AttemptOwner } from './attempt.ts';
import type { EndpointPools } from './endpoint-pools.ts';
import { ExchangeController } from './exchange-controller.ts';
import { isCallersMistake, queueFull, reasonOf, transportFailed } from './failure.ts';
import type { BalancedSettings } from './options.ts';
import { isRepeatable, isReplayable, withHost } from './request-parts.ts';
import { SkipperAttempt } from './skipper-attempt.ts';

/** What all exchanges of a dispatcher share. */
export interface ExchangeGround {
  readonly settings: BalancedSettings;
  readonly pools: EndpointPools;
  readonly admission: Admission;
  /** Sends a request the way of Skipper; false when it has no way to go. */
  readonly sendThroughSkipper: (
    options: Dispatcher.DispatchOptions,
    handler: Dispatcher.DispatchHandler,
    toggles: Toggles,
  ) => boolean;
  /** Told when the exchange is over. */
  readonly ended: (exchange: Exchange) => void;
}

export interface ExchangeRequest {
  readonly options: Dispatcher.DispatchOptions;
  readonly handler: Dispatcher.DispatchHandler;
  readonly toggles: Toggles;
}

const mostAttempts = 2;

export class Exchange implements AttemptOwner {
  readonly controller: ExchangeController;
  readonly #ground: ExchangeGround;
  readonly #request: ExchangeRequest;
  readonly #tried: Endpoint[] = [];
  readonly #begin = (): void => {
    this.#isAdmitted = true;
    this.#attempt();
  };
  #key: string | undefined;
  #current: Attempt | undefined;
  #retryTimer: BalancerTimer | undefined;
  #isAdmitted = false;
  #isOver = false;

  constructor(ground: ExchangeGround, request: ExchangeRequest) {
    this.#ground = ground;
    this.#request = request;
    this.controller = new ExchangeController((reason) => {
      this.#abort(reason);
    });
  }

  get settings(): BalancedSettings {
    return this.#ground.settings;
  }

  get handler(): Dispatcher.DispatchHandler {
    return this.#request.handler;
  }

  /** @param key undefined when making it has failed with `error`. */
  start(key: string | undefined, error?: Error): void {
    this.#key = key;
    // At once, and not when a connection is there: who waits in line can then give up.
    this.handler.onRequestStart?.(this.controller, {});
    if (this.#isOver) return;
    if (error !== undefined) this.#fail(error);
    else if (!this.#ground.admission.enter(this.#begin)) this.#fail(queueFull(this.settings.maxQueued));
  }

  takesOver(attempt: Attempt): boolean {
    if (attempt.number >= mostAttempts || !isRepeatable(this.#request.options) || !this.#hasUntried()) return false;
    this.#retry();
    return true;
  }

  failed(attempt: Attempt, cause: Error): void {
    if (this.#isOver) return;
    if (isCallersMistake(cause)) {
      this.#give(cause);
      return;
    }
    const error = transportFailed(attempt.endpoint, cause);
    if (!this.#mayRepeat(attempt)) this.#give(error);
    else if (attempt.number < mostAttempts && (this.#hasUntried() || !this.#request.toggles.fallback)) this.#retry();
    else this.#fail(error);
  }

  ended(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#retryTimer?.cancel();
    if (this.#isAdmitted) this.#ground.admission.leave();
    this.#ground.ended(this);
  }

  /** What was never sent may go elsewhere, whatever it is. */
  #mayRepeat(attempt: Attempt): boolean {
    const wasSent = attempt.controller !== undefined;
    return !attempt.isHandedOver && (!wasSent || isRepeatable(this.#request.options));
  }

  #hasUntried(): boolean {
    return this.settings.balancer.endpoints.some(
      ({ address }) => !this.#tried.some((tried) => tried.address === address),
    );
  }

  #retry(): void {
    const { clock, random, retryJitterMs } = this.settings;
    this.#retryTimer = clock.schedule(random() * retryJitterMs, () => {
      this.#attempt();
    });
  }

  #attempt(): void {
    try {
      const endpoint = this.#pick();
      this.#tried.push(endpoint);
      const { options } = this.#request;
      const pool = this.#ground.pools.of(endpoint);
      const parts = { endpoint, number: this.#tried.length, isReplayable: isReplayable(options.body) };
      const attempt = new Attempt(this, parts);
      this.#current = attempt;
      this.controller.adopt(() => attempt.controller);
      pool.dispatch({ ...options, origin: endpoint.address, headers: withHost(options) ?? null }, attempt);
    } catch (error) {
      this.#fail(errorOf(error));
    }
  }

  #pick(): Endpoint {
    const { balancer } = this.settings;
    const endpoint = balancer.pick(this.#key ?? '', 'latin1', this.#tried);
    if (channels.pick.hasSubscribers) {
      const { outcome, passed } = balancer.lastPick();
      channels.pick.publish({ balancer, endpoint, outcome, passed } satisfies PickEvent);
    }
    return endpoint;
  }

  /** Nothing was answered by an endpoint: Skipper takes it, where that is wanted. */
  #fail(error: Error): void {
    if (this.#isOver) return;
    const { options, toggles } = this.#request;
    if (this.controller.aborted || !toggles.fallback) {
      this.#give(error);
      return;
    }
    const { balancer } = this.settings;
    const reason = reasonOf(error);
    if (channels.fallback.hasSubscribers)
      channels.fallback.publish({ balancer, reason, error } satisfies FallbackEvent);
    const attempt = new SkipperAttempt(this);
    this.controller.adopt(() => attempt.controller);
    if (!this.#ground.sendThroughSkipper(options, attempt, toggles)) this.#give(error);
  }

  #abort(reason: Error): void {
    if (this.#isOver) return;
    this.#ground.admission.giveUp(this.#begin);
    this.#current?.leave('aborted', reason);
    this.#give(reason);
  }

  #give(error: Error): void {
    if (this.#isOver) return;
    this.ended();
    this.handler.onResponseError?.(this.controller, error);
  }
}
