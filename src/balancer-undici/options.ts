/** Gets what a user sets, gives the same with every default filled in. */
import type { Dispatcher, Pool } from 'undici';
import { longestTimer, machineClock, numberIn, ownAddress } from '../balancer-adapter/index.ts';
import type { BalancerClock } from '../balancer-adapter/index.ts';
import type { Balancer, Endpoint, KeyRequest } from '../balancer/index.ts';
import { alwaysOn } from '../balancer-toggles/index.ts';
import type { TogglesSource } from '../balancer-toggles/index.ts';
import { dispatchKey } from './request-parts.ts';

/** Settings of a BalancedDispatcher, but for its connections. Only `balancer` is required. */
export interface BalancedOptions {
  /** Knows the endpoints and places the keys. */
  readonly balancer: Balancer;
  /**
   * What Skipper's filter consistentHashKey has as its argument, or a function that makes the key (one character per
   * byte). Default: the client's address by X-Forwarded-For, as Skipper does without that filter.
   */
  readonly key?: string | ((request: KeyRequest) => string);
  /** Toggles, looked at before each request. Default: always on. */
  readonly toggles?: TogglesSource;
  /** Where this process calls from, `ip:port`, as Skipper would see it. Default: the first address of this machine. */
  readonly remoteAddress?: string;
  /** Time until an endpoint must have begun to answer. Default 10,000. */
  readonly attemptTimeoutMs?: number;
  /** A retry waits for a uniform share of this. Default 20. */
  readonly retryJitterMs?: number;
  /** Balanced requests under way at once; more wait in line. Default 1,024. */
  readonly maxInflight?: number;
  /** Longest line; whoever comes then goes through Skipper (`queueFull`). Default 10,240. */
  readonly maxQueued?: number;
  readonly clock?: BalancerClock;
  /** Uniform in [0, 1). Default Math.random. */
  readonly random?: () => number;
}

/** Settings of a BalancedDispatcher. */
export interface BalancedDispatcherOptions extends BalancedOptions {
  /** For each endpoint's connections, such as `connect` with a CA. Default: undici's, with 1 s to connect. */
  readonly pool?: Pool.Options;
  /** Makes the connections of one endpoint in place of undici's Pool. */
  readonly createPool?: (origin: string, endpoint: Endpoint) => Dispatcher;
  /** Carries what goes through Skipper. Default: an Agent that is closed with this dispatcher. */
  readonly fallbackDispatcher?: Dispatcher;
}

export interface BalancedSettings {
  readonly balancer: Balancer;
  /** Makes the key of what was handed to the dispatcher. */
  readonly keyOf: (options: Dispatcher.DispatchOptions) => string;
  readonly toggles: TogglesSource;
  readonly attemptTimeoutMs: number;
  readonly retryJitterMs: number;
  readonly maxInflight: number;
  readonly maxQueued: number;
  readonly clock: BalancerClock;
  readonly random: () => number;
}

/** @throws BalancerError RSRV_BALANCER_OPTION for a number that has no meaning. */
export function settingsOf(options: BalancedOptions): BalancedSettings {
  const { balancer, key, toggles = { current: alwaysOn }, remoteAddress = ownAddress() } = options;
  const { clock = machineClock, random = Math.random } = options;
  const keyOf = dispatchKey(key, remoteAddress);
  return { balancer, keyOf, toggles, clock, random, ...limitsOf(options) };
}

type Limits = Pick<BalancedSettings, 'attemptTimeoutMs' | 'retryJitterMs' | 'maxInflight' | 'maxQueued'>;

function limitsOf(options: BalancedOptions): Limits {
  const { attemptTimeoutMs = 10_000, retryJitterMs = 20 } = options;
  const of = 'the balanced dispatcher';
  const { maxInflight = 1_024, maxQueued = 10_240 } = options;
  return {
    attemptTimeoutMs: numberIn({ of, option: 'attemptTimeoutMs' }, 1, attemptTimeoutMs, longestTimer),
    retryJitterMs: numberIn({ of, option: 'retryJitterMs' }, 0, retryJitterMs, longestTimer),
    maxInflight: numberIn({ of, option: 'maxInflight' }, 1, maxInflight),
    maxQueued: numberIn({ of, option: 'maxQueued' }, 0, maxQueued),
  };
}
