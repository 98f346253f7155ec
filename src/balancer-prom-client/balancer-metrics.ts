/** Gets what the adapters publish and what the balancer knows of itself, gives Prometheus metrics of it. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { Counter, Gauge, Histogram, register as defaultRegistry } from 'prom-client';
import type { Registry } from 'prom-client';
import { channelNames } from '../balancer-adapter/index.ts';
import type { AttemptEvent, FallbackEvent, PickEvent, ProblemEvent } from '../balancer-adapter/index.ts';
import type { Balancer } from '../balancer/index.ts';

/** Of which balancer, and into which registry. */
export interface BalancerMetricsOptions {
  readonly balancer: Balancer;
  /** Default prom-client's own. */
  readonly registry?: Registry;
  /** Before every name; one per balancer of a process. Default `routesrv_balancer_`. */
  readonly prefix?: string;
  /** Where this process runs: attempts are counted as local or not. Default: they are not. */
  readonly ownZone?: string;
}

/** Events that say which balancer they are from, by channel. */
interface BalancerEvents {
  readonly pick: PickEvent;
  readonly attempt: AttemptEvent;
  readonly fallback: FallbackEvent;
}

const walkBuckets = [0, 1, 2, 3, 5, 10, 20];
const secondsBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/**
 * Metrics of one balancer, from now until `close`. Picks and attempts cost a little more while it is there: they are
 * published then. Stable; the names of the metrics are part of it.
 */
export class BalancerMetrics {
  readonly #options: BalancerMetricsOptions;
  readonly #registry: Registry;
  readonly #names: string[] = [];
  readonly #subscriptions: (readonly [channel: string, take: (event: unknown) => void])[] = [];

  constructor(options: BalancerMetricsOptions) {
    this.#options = options;
    this.#registry = options.registry ?? defaultRegistry;
    this.#countPicks();
    this.#countAttempts();
    this.#countTroubles();
    this.#lookAtRing();
  }

  /** Takes the metrics out of the registry. */
  close(): void {
    for (const [channel, take] of this.#subscriptions) unsubscribe(channel, take);
    for (const name of this.#names) this.#registry.removeSingleMetric(name);
    this.#names.length = 0;
    this.#subscriptions.length = 0;
  }

  #countPicks(): void {
    const picks = new Counter(this.#settings('picks_total', 'Picks by outcome.', ['outcome']));
    const walk = new Histogram({
      ...this.#settings('walk_length', 'Endpoints passed over before one took the key.', []),
      buckets: walkBuckets,
    });
    this.#take('pick', ({ outcome, passed }) => {
      picks.inc({ outcome });
      walk.observe(passed);
    });
  }

  #countAttempts(): void {
    const { ownZone } = this.#options;
    const labels = ['outcome', 'zone'] as const;
    const attempts = new Counter(this.#settings('attempts_total', 'Attempts by outcome, own or other zone.', labels));
    const seconds = new Histogram({
      ...this.#settings('attempt_seconds', 'Time from the begin of an attempt to its end.', ['outcome']),
      buckets: secondsBuckets,
    });
    this.#take('attempt', ({ endpoint, outcome, durationMs }) => {
      const zone = ownZone === undefined ? '' : endpoint.zone === ownZone ? 'own' : 'other';
      attempts.inc({ outcome, zone });
      seconds.observe({ outcome }, durationMs / 1_000);
    });
  }

  #countTroubles(): void {
    const fallbacks = new Counter(
      this.#settings('fallbacks_total', 'Requests that went through Skipper because the client side failed.', [
        'reason',
      ]),
    );
    this.#take('fallback', ({ reason }) => {
      fallbacks.inc({ reason });
    });
    const problems = new Counter(
      this.#settings('problems_total', 'Troubles of this process with toggles or the API server.', ['source']),
    );
    const take = (event: unknown): void => {
      problems.inc({ source: (event as ProblemEvent).source });
    };
    this.#subscribe(channelNames.problem, take);
  }

  /** Read when somebody asks. */
  #lookAtRing(): void {
    const { balancer } = this.#options;
    this.#gauge('endpoints', 'Endpoints in use.', [], (gauge) => {
      gauge.set(balancer.endpoints.length);
    });
    this.#gauge('fades', 'Scale-ups that are fading in.', [], (gauge) => {
      gauge.set(balancer.snapshot().fades);
    });
    this.#gauge('local_share', 'Share of keys that stay in the own zone.', [], (gauge) => {
      gauge.set(balancer.snapshot().localShare ?? 0);
    });
    const labels = ['endpoint', 'pod', 'zone'] as const;
    this.#gauge('endpoint_load', 'Load as the bounded rule sees it.', labels, (gauge) => {
      // Endpoints that left must not stay for ever.
      gauge.reset();
      for (const { endpoint, load } of balancer.snapshot().endpoints)
        gauge.set({ endpoint: endpoint.address, pod: endpoint.pod ?? '', zone: endpoint.zone ?? '' }, load);
    });
  }

  #gauge<L extends string>(name: string, help: string, labels: readonly L[], collect: (gauge: Gauge<L>) => void): void {
    new Gauge({
      ...this.#settings(name, help, labels),
      collect() {
        collect(this);
      },
    });
  }

  #settings<L extends string>(
    name: string,
    help: string,
    labels: readonly L[],
  ): { name: string; help: string; labelNames: L[]; registers: Registry[] } {
    const prefixed = `${this.#options.prefix ?? 'routesrv_balancer_'}${name}`;
    this.#names.push(prefixed);
    return { name: prefixed, help, labelNames: [...labels], registers: [this.#registry] };
  }

  /** The channels are the process's own: events of other balancers are passed over. */
  #take<C extends keyof BalancerEvents>(channel: C, take: (event: BalancerEvents[C]) => void): void {
    this.#subscribe(channelNames[channel], (event) => {
      const published = event as BalancerEvents[C];
      if (published.balancer === this.#options.balancer) take(published);
    });
  }

  #subscribe(channel: string, take: (event: unknown) => void): void {
    subscribe(channel, take);
    this.#subscriptions.push([channel, take]);
  }
}
