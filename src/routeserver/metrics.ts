/**
 * Gets what happens in the route server; gives it as metrics, under the original's names where it has them.
 *
 * The original's metrics go through Skipper's generic ones, whose label `key` says what is meant
 * (`routesrv_custom_gauges{key="routes.total"}`), so that dashboards keep working.
 */
import type { Metrics } from '../telemetry/index.ts';
import type { PublicationOutcome } from './publisher.ts';
import type { Snapshot } from './snapshot/snapshot.ts';

/** Prefix of all metrics of the route server, the original's own. */
export const metricsPrefix = 'routesrv_';

const originalBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** The original's counters: answers by status code, `routes.empty`, `routes.fetch_errors`. */
export function originalCounters(metrics: Metrics): ReturnType<typeof metrics.counter<'key'>> {
  return metrics.counter<'key'>({
    name: 'custom_total',
    help: 'Counters of the original: answers by status code, routes.empty, routes.fetch_errors.',
    labels: ['key'],
  });
}

/** Records what happens. Times are wall time in milliseconds. */
export class RouteServerMetrics {
  readonly #gauges;
  readonly #totals;
  readonly #publications;
  readonly #latency;
  readonly #bytes;
  readonly #durations;
  /** Since somebody read the metrics last. */
  readonly #answers = new Map<number, number>();
  #sentBytes = 0;

  /** `ageMs` and `isStale` are asked whenever somebody reads the metrics. */
  constructor(metrics: Metrics, ageMs: () => number | undefined, isStale: () => boolean) {
    this.#gauges = metrics.gauge<'key'>({
      name: 'custom_gauges',
      help: 'Gauges of the original: routes.total, routes.byte, routes.initialized_timestamp, routes.updated_timestamp, polling_started_timestamp.',
      labels: ['key'],
    });
    this.#totals = originalCounters(metrics);
    this.#publications = metrics.counter<'outcome'>({
      name: 'publications_total',
      help: 'Compilations by what came of them.',
      labels: ['outcome'],
    });
    this.#latency = metrics.histogram({
      name: 'publication_seconds',
      help: 'Time from a change to the table that has it.',
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 1.5, 2.5, 5, 10],
    });
    this.#bytes = metrics.counter({ name: 'sent_bytes_total', help: 'Bytes of tables that were sent.' });
    this.#durations = metrics.tally(originalBuckets, [
      {
        name: 'backend_duration_seconds',
        help: 'As the original: time of an answer with routes, from the request to its end.',
        // The misspelling is the original's.
        labels: { host: '', route: 'routersv', zone: '' },
      },
      {
        name: 'backend_combined_duration_seconds',
        help: 'As the original: the same as backend_duration_seconds, without labels.',
        labels: {},
      },
    ]);
    metrics.beforeRender(() => {
      this.#flush();
    });
    metrics.gauge({
      name: 'routes_source_age_seconds',
      help: 'How old the data behind the routes may be at most.',
      collect: (gauge) => {
        gauge.set((ageMs() ?? Number.NaN) / 1000);
      },
    });
    metrics.gauge({
      name: 'routes_stale',
      help: '1 while a last known good table is served, from disk or from a peer.',
      collect: (gauge) => {
        gauge.set(isStale() ? 1 : 0);
      },
    });
  }

  started(nowMs: number): void {
    this.#gauges.set({ key: 'polling_started_timestamp' }, nowMs / 1000);
  }

  /** An answer begins. Happens for each poll of a fleet, so labels are looked up when somebody reads the metrics. */
  answered(status: number, bytes: number): void {
    this.#answers.set(status, (this.#answers.get(status) ?? 0) + 1);
    this.#sentBytes += bytes;
  }

  #flush(): void {
    for (const [status, count] of this.#answers) this.#totals.inc({ key: String(status) }, count);
    this.#answers.clear();
    this.#bytes.inc(this.#sentBytes);
    this.#sentBytes = 0;
  }

  /** An answer with routes is over. */
  ended(durationMs: number): void {
    this.#durations.observe(durationMs / 1000);
  }

  /** `snapshot` is what is current now; `latencyMs` is the time since the first change in it. */
  publication(outcome: PublicationOutcome, snapshot: Snapshot | undefined, latencyMs: number): void {
    this.#publications.inc({ outcome });
    if (outcome === 'empty') this.#totals.inc({ key: 'routes.empty' });
    if (outcome !== 'published' || snapshot === undefined) return;
    this.#latency.observe(latencyMs / 1000);
    this.shows(snapshot);
  }

  /** Another table is served, wherever it is from. */
  shows({ count, table: { identity } }: Snapshot): void {
    this.#gauges.set({ key: 'routes.total' }, count);
    this.#gauges.set({ key: 'routes.byte' }, identity.body.length);
    this.#gauges.set({ key: 'routes.updated_timestamp' }, identity.lastModifiedMs / 1000);
  }

  initialized(nowMs: number): void {
    this.#gauges.set({ key: 'routes.initialized_timestamp' }, nowMs / 1000);
  }

  /** Ready addresses behind the Service of a swarm's store. */
  shards(store: 'redis' | 'valkey', count: number): void {
    this.#gauges.set({ key: `${store}_endpoints` }, count);
  }
}
