/**
 * Gets counts and measurements; gives the Prometheus text of one program, from a registry of its own.
 */
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { Tally } from './tally.ts';

/** What a metric is called and means. `name` goes without the prefix. */
interface MetricOptions<L extends string> {
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly L[];
}

/** A name under which a tally shows, with labels that never change. */
interface TallyOptions {
  readonly name: string;
  readonly help: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** The metrics of one program. */
export interface Metrics {
  /** Media type of what `render` returns. */
  readonly contentType: string;
  /** A number that only grows. Asking twice for a name gives the same one. */
  counter<L extends string = never>(options: MetricOptions<L>): Counter<L>;
  /** A number that goes up and down; with `collect` it is read when somebody asks. */
  gauge<L extends string = never>(
    options: MetricOptions<L> & { readonly collect?: (gauge: Gauge<L>) => void },
  ): Gauge<L>;
  /** A distribution; `buckets` are upper bounds in the metric's unit. */
  histogram<L extends string = never>(
    options: MetricOptions<L> & { readonly buckets: readonly number[] },
  ): Histogram<L>;
  /** A distribution of what happens too often for `histogram`, under one or more names. `buckets` as there. */
  tally(buckets: readonly number[], shownAs: readonly TallyOptions[]): Tally;
  /** Has `flush` called whenever somebody asks, to put in what was counted by the way. */
  beforeRender(flush: () => void): void;
  /** The text for `/metrics`. */
  render(): Promise<string>;
}

export interface MetricsOptions {
  /** Before every name of ours, such as `routesrv_operator_`. Default none. */
  readonly prefix?: string;
  /** Whether process metrics (CPU, memory, event loop, handles) are there too. Default true. */
  readonly process?: boolean;
}

/** Makes a registry. Nothing is shared with other calls. */
export function createMetrics(options: MetricsOptions = {}): Metrics {
  const registry = new Registry();
  const prefix = options.prefix ?? '';
  if (options.process ?? true) collectDefaultMetrics({ register: registry });
  const place = { registry, prefix };
  const made = new Map<string, Counter | Gauge | Histogram>();
  const tallies: (() => string)[] = [];
  const flushes: (() => void)[] = [];
  const once = <M extends Counter | Gauge | Histogram>(name: string, is: (m: unknown) => m is M, make: () => M): M => {
    const existing = made.get(name);
    if (existing === undefined) {
      const metric = make();
      made.set(name, metric);
      return metric;
    }
    if (!is(existing)) throw new Error(`metric ${name} exists with another type`);
    return existing;
  };
  return {
    contentType: registry.contentType,
    render: async () => {
      for (const flush of flushes) flush();
      const text = await registry.metrics();
      return [text.trimEnd(), ...tallies.map((tally) => tally())].join('\n\n').trimStart() + '\n';
    },
    beforeRender: (flush) => {
      flushes.push(flush);
    },
    tally: (buckets, shownAs) => {
      const tally = new Tally(buckets);
      for (const { name, help, labels } of shownAs) tallies.push(() => tally.text(prefix + name, help, labels));
      return tally;
    },
    counter: (metric) =>
      once(
        metric.name,
        (m) => m instanceof Counter,
        () => new Counter(settings(place, metric)),
      ),
    gauge: (metric) =>
      once(
        metric.name,
        (m) => m instanceof Gauge,
        () => makeGauge(place, metric),
      ),
    histogram: (metric) =>
      once(
        metric.name,
        (m) => m instanceof Histogram,
        () => new Histogram({ ...settings(place, metric), buckets: [...metric.buckets] }),
      ),
  };
}

/** Where metrics go, and what all their names begin with. */
interface Place {
  readonly registry: Registry;
  readonly prefix: string;
}

function settings<L extends string>(
  { registry, prefix }: Place,
  { name, help, labels = [] }: MetricOptions<L>,
): { name: string; help: string; labelNames: L[]; registers: Registry[] } {
  return { name: prefix + name, help, labelNames: [...labels], registers: [registry] };
}

function makeGauge<L extends string>(
  place: Place,
  metric: MetricOptions<L> & { readonly collect?: (gauge: Gauge<L>) => void },
): Gauge<L> {
  const { collect } = metric;
  if (collect === undefined) return new Gauge(settings(place, metric));
  return new Gauge({
    ...settings(place, metric),
    collect() {
      collect(this);
    },
  });
}
