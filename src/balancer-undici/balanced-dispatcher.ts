/** Gets requests for one service, gives each to the pod that Skipper would have chosen, or to Skipper. */
import { Agent, Dispatcher, errors } from 'undici';
import { channels, errorOf } from '../balancer-adapter/index.ts';
import type { EndpointsEvent } from '../balancer-adapter/index.ts';
import type { Endpoint, EndpointInput, UpdateResult } from '../balancer/index.ts';
import type { Toggles } from '../balancer-toggles/index.ts';
import { Admission } from './admission.ts';
import { Chain } from './chain.ts';
import { Deadlines } from './deadlines.ts';
import { EndpointPools, poolFactory } from './endpoint-pools.ts';
import { ExchangeController } from './exchange-controller.ts';
import { Exchange } from './exchange.ts';
import type { ExchangeGround } from './exchange.ts';
import { settingsOf } from './options.ts';
import type { BalancedDispatcherOptions, BalancedSettings } from './options.ts';
import { withHost } from './request-parts.ts';

/** What is open in a dispatcher at this moment. All are 0 when it has been closed. */
export interface DispatcherFigures {
  /** Balanced requests under way. */
  readonly inflight: number;
  /** Those that wait in line. */
  readonly queued: number;
  /** Pools of endpoints that hold or may hold sockets. */
  readonly pools: number;
}

/**
 * A Dispatcher for `fetch`, `request` and whatever else undici has: `request(url, { dispatcher })`. The URL is the one
 * that leads to Skipper; requests that the client does not place itself go there. Stable.
 */
export class BalancedDispatcher extends Dispatcher {
  readonly #settings: BalancedSettings;
  readonly #ground: ExchangeGround;
  readonly #pools: EndpointPools;
  readonly #admission: Admission;
  readonly #exchanges = new Chain<Exchange>();
  readonly #skipper: Dispatcher;
  readonly #ownSkipper: Dispatcher | undefined;
  #known: readonly Endpoint[] = [];
  #idle: PromiseWithResolvers<undefined> | undefined;
  #closing: Promise<void> | undefined;
  #isDestroyed = false;

  /** @throws BalancerError RSRV_BALANCER_OPTION */
  constructor(options: BalancedDispatcherOptions) {
    super();
    this.#settings = settingsOf(options);
    this.#pools = new EndpointPools(options.createPool ?? poolFactory(options.pool));
    this.#admission = new Admission(this.#settings);
    this.#ownSkipper = options.fallbackDispatcher === undefined ? new Agent() : undefined;
    this.#skipper = options.fallbackDispatcher ?? this.#ownSkipper ?? new Agent();
    this.#ground = {
      settings: this.#settings,
      pools: this.#pools,
      admission: this.#admission,
      deadlines: new Deadlines(this.#settings.clock),
      sendThroughSkipper: (request, handler, toggles) => this.#sendThroughSkipper(request, handler, toggles),
      ended: (exchange) => {
        this.#exchanges.delete(exchange);
        if (this.#exchanges.size === 0) this.#idle?.resolve(undefined);
      },
    };
  }

  /** What is open at this moment, counted as it goes. */
  get figures(): DispatcherFigures {
    const { inflight, queued } = this.#admission;
    return { inflight, queued, pools: this.#pools.size };
  }

  /** Replaces the endpoints of the balancer, and lets go of the connections to those that left. */
  update(endpoints: readonly EndpointInput[]): UpdateResult {
    const { balancer } = this.#settings;
    const result = balancer.update(endpoints);
    this.#forgetLeft();
    if (channels.endpoints.hasSubscribers) channels.endpoints.publish({ ...result, balancer } satisfies EndpointsEvent);
    return result;
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    const toggles = this.#settings.toggles.current;
    const refusal = this.#refusal();
    if (refusal === undefined && toggles.enabled && toggles.percentage > 0) this.#balance(options, handler, toggles);
    else if (refusal === undefined && this.#sendThroughSkipper(options, handler, toggles)) return true;
    else
      fail(handler, refusal ?? new errors.InvalidArgumentError('the request has no origin, and no fallbackUrl is set'));
    return true;
  }

  override close(): Promise<void>;
  override close(callback: () => void): void;
  override close(callback?: () => void): unknown {
    this.#closing ??= this.#close();
    if (callback === undefined) return this.#closing;
    return void this.#closing.then(callback);
  }

  override destroy(error: Error | null, callback: () => void): void;
  override destroy(callback: () => void): void;
  override destroy(error?: Error | null): Promise<void>;
  override destroy(first?: Error | null | (() => void), second?: () => void): unknown {
    const callback = typeof first === 'function' ? first : second;
    const done = this.#destroy(first instanceof Error ? first : new errors.ClientDestroyedError());
    return callback === undefined ? done : void done.then(callback);
  }

  #refusal(): Error | undefined {
    if (this.#isDestroyed) return new errors.ClientDestroyedError();
    return this.#closing === undefined ? undefined : new errors.ClientClosedError();
  }

  #balance(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler, toggles: Toggles): void {
    const { balancer, keyOf } = this.#settings;
    let key: string | undefined;
    let bug: Error | undefined;
    try {
      this.#forgetLeft();
      key = keyOf(options);
      const isIn = toggles.percentage >= 100 || balancer.isInPercentage(key, toggles.percentage, 'latin1');
      if (!isIn && this.#sendThroughSkipper(options, handler, toggles)) return;
    } catch (error) {
      bug = errorOf(error);
    }
    const exchange = new Exchange(this.#ground, options, handler, toggles);
    this.#exchanges.add(exchange);
    exchange.start(key, bug);
  }

  #sendThroughSkipper(
    options: Dispatcher.DispatchOptions,
    handler: Dispatcher.DispatchHandler,
    { fallbackUrl }: Toggles,
  ): boolean {
    const origin = fallbackUrl ?? options.origin;
    if (origin === undefined) return false;
    const headers = fallbackUrl === undefined ? (options.headers ?? null) : (withHost(options) ?? null);
    this.#skipper.dispatch({ ...options, origin, headers }, handler);
    return true;
  }

  /** Cheap while nothing has changed: the balancer hands out the same list then. */
  #forgetLeft(): void {
    const { endpoints } = this.#settings.balancer;
    if (endpoints === this.#known) return;
    this.#known = endpoints;
    this.#pools.keepOnly(endpoints);
  }

  async #close(): Promise<void> {
    if (this.#exchanges.size > 0) {
      this.#idle = Promise.withResolvers<undefined>();
      await this.#idle.promise;
    }
    await Promise.all([this.#pools.close(), this.#ownSkipper?.close()]);
  }

  async #destroy(reason: Error): Promise<void> {
    this.#isDestroyed = true;
    // A list, because each leaves the chain as it ends.
    const underWay: Exchange[] = [];
    for (let at = this.#exchanges.first; at !== undefined; at = at.later as Exchange | undefined) underWay.push(at);
    for (const exchange of underWay) exchange.controller.abort(reason);
    await Promise.all([this.#pools.destroy(reason), this.#ownSkipper?.destroy(reason)]);
  }
}

function fail(handler: Dispatcher.DispatchHandler, error: Error): void {
  handler.onResponseError?.(new ExchangeController(), error);
}
