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
import type { Link } from './chain.ts';
import type { Deadlines } from './deadlines.ts';
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
  readonly deadlines: Deadlines;
  /** Sends a request the way of Skipper; false when it has no way to go. */
  readonly sendThroughSkipper: (
    options: Dispatcher.DispatchOptions,
    handler: Dispatcher.DispatchHandler,
    toggles: Toggles,
  ) => boolean;
  /** Told when the exchange is over. */
  readonly ended: (exchange: Exchange) => void;
}

const mostAttempts = 2;
const none: readonly Endpoint[] = [];

export class Exchange implements AttemptOwner, Link {
  earlier: Link | undefined;
  later: Link | undefined;
  readonly controller: ExchangeController;
  readonly #ground: ExchangeGround;
  readonly handler: Dispatcher.DispatchHandler;
  readonly #options: Dispatcher.DispatchOptions;
  readonly #toggles: Toggles;
  /** Made for those that wait in line only. */
  #begin: (() => void) | undefined;
  #key: string | undefined;
  #current: Attempt | undefined;
  #retryTimer: BalancerTimer | undefined;
  #isAdmitted = false;
  #isOver = false;

  constructor(
    ground: ExchangeGround,
    options: Dispatcher.DispatchOptions,
    handler: Dispatcher.DispatchHandler,
    toggles: Toggles,
  ) {
    this.#ground = ground;
    this.#options = options;
    this.handler = handler;
    this.#toggles = toggles;
    this.controller = new ExchangeController(this);
  }

  get settings(): BalancedSettings {
    return this.#ground.settings;
  }

  get deadlines(): Deadlines {
    return this.#ground.deadlines;
  }

  /** @param key undefined when making it has failed with `error`. */
  start(key: string | undefined, error?: Error): void {
    this.#key = key;
    // At once, and not when a connection is there: who waits in line can then give up.
    // Without a context, as undici itself.
    this.handler.onRequestStart?.(this.controller, null);
    if (this.#isOver) return;
    if (error !== undefined) this.#fail(error);
    else if (this.#ground.admission.enterNow()) this.#admitted();
    else this.#queue();
  }

  #queue(): void {
    this.#begin = () => {
      this.#admitted();
    };
    if (!this.#ground.admission.enter(this.#begin)) this.#fail(queueFull(this.settings.maxQueued));
  }

  #admitted(): void {
    this.#isAdmitted = true;
    this.#attempt(1);
  }

  takesOver(attempt: Attempt): boolean {
    if (attempt.number >= mostAttempts || !isRepeatable(this.#options) || !this.#hasUntried()) return false;
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
    else if (attempt.number < mostAttempts && (this.#hasUntried() || !this.#toggles.fallback)) this.#retry();
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
    return !attempt.isHandedOver && (!wasSent || isRepeatable(this.#options));
  }

  #hasUntried(): boolean {
    const tried = this.#current?.endpoint.address;
    return this.settings.balancer.endpoints.some(({ address }) => address !== tried);
  }

  #retry(): void {
    const { clock, random, retryJitterMs } = this.settings;
    this.#retryTimer = clock.schedule(random() * retryJitterMs, () => {
      this.#attempt(mostAttempts);
    });
  }

  #attempt(number: number): void {
    try {
      const endpoint = this.#pick();
      const options = this.#options;
      const pool = this.#ground.pools.of(endpoint);
      const attempt = new Attempt(this, endpoint, number, isReplayable(options.body));
      this.#current = attempt;
      this.controller.adopt(attempt);
      pool.dispatch({ ...options, origin: endpoint.address, headers: withHost(options) ?? null }, attempt);
    } catch (error) {
      this.#fail(errorOf(error));
    }
  }

  #pick(): Endpoint {
    const { balancer } = this.settings;
    const tried = this.#current === undefined ? none : [this.#current.endpoint];
    const endpoint = balancer.pick(this.#key ?? '', 'latin1', tried);
    if (channels.pick.hasSubscribers) {
      const { outcome, passed } = balancer.lastPick();
      channels.pick.publish({ balancer, endpoint, outcome, passed } satisfies PickEvent);
    }
    return endpoint;
  }

  /** Nothing was answered by an endpoint: Skipper takes it, where that is wanted. */
  #fail(error: Error): void {
    if (this.#isOver) return;
    if (this.controller.aborted || !this.#toggles.fallback) {
      this.#give(error);
      return;
    }
    const { balancer } = this.settings;
    const reason = reasonOf(error);
    if (channels.fallback.hasSubscribers)
      channels.fallback.publish({ balancer, reason, error } satisfies FallbackEvent);
    const attempt = new SkipperAttempt(this);
    this.controller.adopt(attempt);
    if (!this.#ground.sendThroughSkipper(this.#options, attempt, this.#toggles)) this.#give(error);
  }

  /** The caller has given up: called by the controller. */
  abort(reason: Error): void {
    if (this.#isOver) return;
    if (this.#begin !== undefined) this.#ground.admission.giveUp(this.#begin);
    this.#current?.leave('aborted', reason);
    this.#give(reason);
  }

  #give(error: Error): void {
    if (this.#isOver) return;
    this.ended();
    this.handler.onResponseError?.(this.controller, error);
  }
}
