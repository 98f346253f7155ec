/** Gets requests of node:http for one service, gives each to the pod that Skipper would have chosen, or to Skipper. */
import { Agent } from 'node:http';
import type { ClientRequest } from 'node:http';
import type { AgentOptions } from 'node:https';
import {
  channels,
  errorOf,
  longestTimer,
  machineClock,
  numberIn,
  oneIn,
  ownAddress,
} from '../balancer-adapter/index.ts';
import type { BalancerClock, FallbackEvent, PickEvent } from '../balancer-adapter/index.ts';
import { BalancerError, keyRule } from '../balancer/index.ts';
import type { Balancer, Endpoint, KeyRequest } from '../balancer/index.ts';
import { alwaysOn } from '../balancer-toggles/index.ts';
import type { Toggles, TogglesSource } from '../balancer-toggles/index.ts';
import { Connections } from './connections.ts';
import type { ConnectOptions } from './connections.ts';
import { keyRequestOf } from './key-request.ts';
import { watch } from './watch.ts';

/** Settings of a BalancedAgent. */
export interface BalancedAgentOptions {
  /** Knows the endpoints and places the keys. */
  readonly balancer: Balancer;
  /** As that of a BalancedDispatcher. */
  readonly key?: string | ((request: KeyRequest) => string);
  /** Toggles, looked at before each request. Default: always on. */
  readonly toggles?: TogglesSource;
  /** Where this process calls from, `ip:port`, as Skipper would see it. Default: the first address of this machine. */
  readonly remoteAddress?: string;
  /** What the URLs of requests begin with. Endpoints have schemes of their own. Default `http:`. */
  readonly protocol?: 'http:' | 'https:';
  /** For all connections, such as `ca` or `maxSockets` (per endpoint). Kept alive unless told otherwise. */
  readonly agent?: AgentOptions;
  /** Time until an endpoint must be connected. Default 1,000. */
  readonly connectTimeoutMs?: number;
  readonly clock?: BalancerClock;
}

interface Balanced {
  readonly options: ConnectOptions;
  readonly key: string;
  readonly tried: Endpoint[];
  readonly toggles: Toggles;
  /** To be called when the endpoint could not be reached. */
  unreached: () => void;
}

const mostAttempts = 2;

/**
 * An `http.Agent` for `http.request`, axios (`httpAgent`, `httpsAgent`) and got (`agent`). A request that finds no
 * connection goes to another endpoint, then through Skipper; one that was sent is never sent again. Experimental.
 */
export class BalancedAgent extends Agent {
  readonly #options: BalancedAgentOptions;
  readonly #clock: BalancerClock;
  readonly #keyOf: (request: KeyRequest) => string;
  readonly #remoteAddress: string;
  readonly #pods: Connections;
  readonly #skipper: Connections;
  readonly #balanced = new WeakMap<ClientRequest, Balanced>();

  /** @throws BalancerError RSRV_BALANCER_OPTION for an option that has no meaning. */
  constructor(options: BalancedAgentOptions) {
    super({ keepAlive: true });
    const { key, protocol = 'http:', clock = machineClock, connectTimeoutMs = 1_000 } = options;
    const of = 'the balanced agent';
    oneIn({ of, option: 'protocol' }, ['http:', 'https:'], protocol);
    numberIn({ of, option: 'connectTimeoutMs' }, 1, connectTimeoutMs, longestTimer);
    // Read by http.request: it refuses agents of another protocol.
    Object.assign(this, { protocol, defaultPort: protocol === 'https:' ? 443 : 80 });
    this.#options = options;
    this.#clock = clock;
    this.#keyOf = typeof key === 'function' ? key : keyRule(key).keyOf;
    this.#remoteAddress = options.remoteAddress ?? ownAddress();
    const parts = { agent: { keepAlive: true, ...options.agent }, clock, connectTimeoutMs };
    this.#pods = new Connections({ ...parts, takeOver: (request, error) => this.#unreached(request, error) });
    // Skipper may be far away: it gets the time that undici gives.
    this.#skipper = new Connections({ ...parts, connectTimeoutMs: 10_000, takeOver: () => false });
  }

  /** Called by `http.request`. The key is made a moment later, so that headers set right after that count. */
  addRequest(request: ClientRequest, options: ConnectOptions): void {
    process.nextTick(() => {
      this.#add(request, options);
    });
  }

  override destroy(): void {
    this.#pods.destroy();
    this.#skipper.destroy();
    super.destroy();
  }

  #add(request: ClientRequest, options: ConnectOptions): void {
    const toggles = this.#options.toggles?.current ?? alwaysOn;
    const { balancer } = this.#options;
    try {
      const key = this.#keyOf(keyRequestOf(request, options, this.#remoteAddress));
      const isIn = toggles.percentage >= 100 || balancer.isInPercentage(key, toggles.percentage, 'latin1');
      if (!toggles.enabled || !isIn) this.#sendThroughSkipper(request, options, toggles);
      else this.#attempt(request, { options, key, tried: [], toggles, unreached: () => undefined });
    } catch (error) {
      this.#fail(request, { options, toggles }, errorOf(error));
    }
  }

  #attempt(request: ClientRequest, balanced: Balanced): void {
    const { balancer } = this.#options;
    const endpoint = balancer.pick(balanced.key, 'latin1', balanced.tried);
    if (channels.pick.hasSubscribers) {
      const { outcome, passed } = balancer.lastPick();
      channels.pick.publish({ balancer, endpoint, outcome, passed } satisfies PickEvent);
    }
    const origin = new URL(endpoint.address);
    if (origin.protocol === 'h2c:')
      throw new BalancerError('RSRV_BALANCER_OPTION', `${endpoint.address}: node:http does not speak HTTP/2`);
    balanced.tried.push(endpoint);
    balanced.unreached = watch(request, { balancer, endpoint, clock: this.#clock, attempt: balanced.tried.length });
    this.#balanced.set(request, balanced);
    this.#pods.send(request, balanced.options, origin);
  }

  #unreached(request: ClientRequest, error: Error): boolean {
    const balanced = this.#balanced.get(request);
    if (balanced === undefined || request.destroyed) return false;
    balanced.unreached();
    const { tried, toggles } = balanced;
    try {
      if (tried.length < mostAttempts && this.#options.balancer.endpoints.length > 1) {
        this.#attempt(request, balanced);
        return true;
      }
    } catch (bug) {
      this.#fail(request, balanced, errorOf(bug));
      return true;
    }
    if (!toggles.fallback) return false;
    this.#fail(request, balanced, error);
    return true;
  }

  /** Nobody has the request yet: Skipper gets it where that is wanted. */
  #fail(request: ClientRequest, { options, toggles }: Pick<Balanced, 'options' | 'toggles'>, error: Error): void {
    if (!toggles.fallback) {
      (request as unknown as { onSocket(socket: undefined, error: Error): void }).onSocket(undefined, error);
      return;
    }
    const { balancer } = this.#options;
    const isKnown = !(error instanceof BalancerError);
    const reason = isKnown ? 'transport' : error.code === 'RSRV_BALANCER_NO_ENDPOINTS' ? 'noEndpoints' : 'bug';
    if (channels.fallback.hasSubscribers)
      channels.fallback.publish({ balancer, reason, error } satisfies FallbackEvent);
    this.#sendThroughSkipper(request, options, toggles);
  }

  #sendThroughSkipper(request: ClientRequest, options: ConnectOptions, { fallbackUrl }: Toggles): void {
    const { protocol = 'http:' } = this.#options;
    const { host = 'localhost', port = '' } = options;
    const inUrl = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
    const own = `${protocol}//${inUrl}:${port ?? ''}`;
    this.#skipper.send(request, options, new URL(fallbackUrl ?? own));
  }
}
