/** Gets a Service, gives its ready endpoints to a balancer, and again whenever they change. */
import { errorOf, longestTimer, machineClock, nameIn, numberIn, oneIn } from '../balancer-adapter/index.ts';
import type { BalancerClock, BalancerTimer } from '../balancer-adapter/index.ts';
import type { EndpointInput, UpdateResult } from '../balancer/index.ts';
import { kinds } from '../kube/index.ts';
import { watchCluster } from './cluster-watch.ts';
import type { ClusterOptions } from './cluster-options.ts';
import type { ClusterWatch } from './cluster-watch.ts';
import { decodeSlice, endpointsOf } from './slices.ts';
import type { PortChoice, Slice } from './slices.ts';

/** A Balancer, or a BalancedDispatcher, which also closes connections to pods that left. */
export interface EndpointTarget {
  /** Takes all endpoints that there are. */
  update(endpoints: readonly EndpointInput[]): UpdateResult;
}

/** Which Service, in which cluster, and who is told of its endpoints. */
export interface EndpointSliceWatcherOptions extends ClusterOptions, PortChoice {
  /** Where the Service is. */
  readonly namespace: string;
  /** Name of the Service. */
  readonly service: string;
  /** Gets the endpoints, at first and after each change. */
  readonly target: EndpointTarget;
  /** From the first change to the update that shows it and all that came meanwhile. Default 2,000. */
  readonly debounceMs?: number;
  readonly clock?: BalancerClock;
}

/**
 * Watches the EndpointSlices of a Service. Needs the right to list and watch `endpointslices.discovery.k8s.io` in the
 * namespace. While the API server is away, the last good endpoints stay in use. Stable.
 */
export class EndpointSliceWatcher {
  readonly #options: EndpointSliceWatcherOptions;
  readonly #clock: BalancerClock;
  readonly #watch: ClusterWatch<Slice>;
  readonly #ready = Promise.withResolvers<undefined>();
  #timer: BalancerTimer | undefined;
  #hasEndpoints = false;
  #isClosed = false;

  /**
   * Does not begin yet.
   * @throws BalancerError RSRV_BALANCER_OPTION for an option that has no meaning
   * @throws Error when there is no such kubeconfig or context
   */
  constructor(options: EndpointSliceWatcherOptions) {
    this.#options = options;
    this.#clock = options.clock ?? machineClock;
    const { namespace, service } = checked(options);
    const labelSelector = `kubernetes.io/service-name=${service}`;
    const subject = { kind: kinds.EndpointSlice, namespace, labelSelector, decode: decodeSlice } as const;
    this.#watch = watchCluster(options, { ...subject, source: 'endpointSlices' });
    // Nobody need wait, and then giving up is nobody's unhandled rejection.
    this.#ready.promise.catch(() => undefined);
  }

  /** Whether the target has been given endpoints. */
  get hasEndpoints(): boolean {
    return this.#hasEndpoints;
  }

  /** Wall time of the last byte from the API server, epoch milliseconds: how old the endpoints may be. */
  get lastContactAt(): number {
    return this.#watch.listWatch.lastContactAt;
  }

  /** Begins. Troubles are told to `onProblem`; it goes on trying for ever. */
  start(): void {
    const { listWatch } = this.#watch;
    listWatch.store.subscribe(() => {
      this.#plan();
    });
    listWatch.start();
  }

  /** Resolves when the target has been given endpoints for the first time; rejects at `close` or by the signal. */
  async whenReady(signal?: AbortSignal): Promise<void> {
    const given = Promise.withResolvers<never>();
    const giveUp = (): void => {
      const { namespace, service } = this.#options;
      given.reject(new Error(`gave up waiting for endpoints of Service ${namespace}/${service}`));
    };
    if (signal?.aborted === true) giveUp();
    signal?.addEventListener('abort', giveUp, { once: true });
    await Promise.race([this.#ready.promise, given.promise]).finally(() => {
      signal?.removeEventListener('abort', giveUp);
    });
  }

  /** Ends. When it resolves, no connection to the API server is open. The target keeps what it has. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#timer?.cancel();
    this.#ready.reject(new Error('the watcher was closed'));
    await this.#watch.close();
  }

  /** The first endpoints count at once; later changes wait for each other, but never longer than `debounceMs`. */
  #plan(): void {
    if (this.#timer !== undefined || this.#isClosed) return;
    const delayMs = this.#hasEndpoints ? (this.#options.debounceMs ?? 2_000) : 0;
    this.#timer = this.#clock.schedule(delayMs, () => {
      this.#timer = undefined;
      this.#update();
    });
  }

  #update(): void {
    // Half a list would look like pods that have gone.
    if (this.#isClosed || !this.#watch.listWatch.synced) return;
    try {
      const endpoints = endpointsOf([...this.#watch.listWatch.store.values()], this.#options);
      const { namespace, service, target } = this.#options;
      if (endpoints.length === 0)
        this.#watch.report(new Error(`Service ${namespace}/${service} has no ready endpoint; the last ones stay`));
      else {
        target.update(endpoints);
        this.#hasEndpoints = true;
        this.#ready.resolve(undefined);
      }
    } catch (error) {
      this.#watch.report(errorOf(error));
    }
  }
}

function checked(options: EndpointSliceWatcherOptions): EndpointSliceWatcherOptions {
  const of = 'the EndpointSlice watcher';
  const { namespace, service, debounceMs = 0, port = 1, scheme = 'http' } = options;
  nameIn({ of, option: 'namespace' }, namespace);
  nameIn({ of, option: 'service' }, service);
  numberIn({ of, option: 'debounceMs' }, 0, debounceMs, longestTimer);
  if (typeof port === 'number') numberIn({ of, option: 'port' }, 1, port, 65_535);
  else nameIn({ of, option: 'port' }, port);
  oneIn({ of, option: 'scheme' }, ['http', 'https', 'h2c'], scheme);
  return options;
}
