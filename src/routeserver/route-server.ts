/**
 * Gets options and a source of cluster state; gives the parts of a route server, ready to be started in order.
 *
 * source → compile → snapshot → publisher → handler: data goes one way and is frozen on the way.
 */
import { serveHttp } from '../runtime/index.ts';
import type { Clock, Component } from '../runtime/index.ts';
import { metricsEndpoint } from '../telemetry/index.ts';
import type { Logger, Metrics } from '../telemetry/index.ts';
import { Listener } from './http/listener.ts';
import { route } from './http/router.ts';
import { RoutesHandler } from './http/routes-handler.ts';
import { RouteServerMetrics } from './metrics.ts';
import type { RouteServerOptions } from './options.ts';
import { ProblemLog } from './problem-log.ts';
import { Publisher } from './publisher.ts';
import type { PublicationOutcome } from './publisher.ts';
import { Shards } from './shards.ts';
import { DefaultFiltersDir } from './source/default-filters-dir.ts';
import type { Source } from './source/changes.ts';
import { TableMaker } from './table-maker.ts';

export interface RouteServerParts {
  readonly options: RouteServerOptions;
  readonly source: Source;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
}

/** A route server. */
export class RouteServer {
  readonly #parts: RouteServerParts;
  readonly #metrics: RouteServerMetrics;
  readonly #defaultFilters: DefaultFiltersDir;
  readonly #publisher: Publisher;
  readonly #listener: Listener;
  readonly #shards: Shards;
  #isDraining = false;
  #isInitialized = false;

  constructor(parts: RouteServerParts) {
    const { options, source, clock, log, metrics } = parts;
    this.#parts = parts;
    this.#metrics = new RouteServerMetrics(metrics, () => source.ageMs());
    this.#defaultFilters = new DefaultFiltersDir({
      path: options.defaultFiltersDir,
      pollIntervalMs: options.pollIntervalMs,
      clock,
      log,
    });
    this.#shards = new Shards(options.shards, options.compile.endpointSlices);
    const table = new TableMaker({
      ...{ compile: options.compile, source, clock },
      defaultFilters: () => this.#defaultFilters.texts,
      problems: new ProblemLog(log, metrics),
      shards: this.#shards,
    });
    this.#publisher = new Publisher({
      clock,
      intervalMs: options.publishIntervalMs,
      compile: () => table.make(),
      report: (outcome, changedAtMs, error) => {
        this.#report(outcome, changedAtMs, error);
      },
    });
    this.#listener = this.#makeListener();
  }

  /** Where the main listener listens. */
  get port(): number {
    return this.#listener.port;
  }

  /** The parts in the order in which they start; they stop in the reverse order, the main listener first. */
  components(): readonly Component[] {
    return [this.#supportListener(), this.#routeSource(), this.#mainListener()];
  }

  #supportListener(): Component {
    const { options, metrics } = this.#parts;
    const { supportAddress } = options;
    let close = (): Promise<void> => Promise.resolve();
    return {
      name: 'support listener',
      start: async () => {
        if (supportAddress === undefined) return;
        const { host, port } = supportAddress;
        const endpoints = { '/metrics': metricsEndpoint(metrics) };
        const listener = await serveHttp(endpoints, { port, ...(host === '' ? {} : { host }) });
        close = () => listener.close();
      },
      stop: () => close(),
    };
  }

  #routeSource(): Component {
    const { source, clock } = this.#parts;
    const changed = (): void => {
      this.#publisher.changed();
    };
    return {
      name: 'source',
      start: async () => {
        this.#metrics.started(clock.now());
        // First, for a table without its default filters would be wrong.
        await this.#defaultFilters.start(changed);
        source.start(changed);
      },
      stop: async () => {
        this.#publisher.stop();
        this.#defaultFilters.stop();
        await source.stop();
      },
    };
  }

  #mainListener(): Component {
    const { clock, log, options } = this.#parts;
    return {
      name: 'main listener',
      // Before there are routes: a probe learns more from 503 than from a refused connection.
      start: async () => {
        await this.#listener.listen();
        log.info({ port: this.port }, 'listening');
      },
      stop: async (deadline) => {
        this.#isDraining = true;
        // Load balancers go on sending for a while; whoever comes is served like before.
        await clock.sleep(options.drainDelayMs, deadline).catch(() => undefined);
        await this.#listener.close(deadline);
      },
    };
  }

  #makeListener(): Listener {
    const { options, clock, log } = this.#parts;
    const handler = new RoutesHandler({
      clock,
      current: () => this.#publisher.current,
      onAnswered: (status, bytes) => {
        this.#metrics.answered(status, bytes);
      },
    });
    const routing = {
      routes: handler.handle.bind(handler),
      health: () => this.#health(),
      shards: this.#shardBodies(),
      onFailure: (error: unknown) => {
        log.error({ err: error }, 'a request could not be answered');
      },
    };
    return new Listener({
      address: options.address,
      answer: (request, response) => {
        route(routing, request, response);
      },
      onEnd: (connection, wasReset) => {
        handler.connectionEnded(connection, wasReset);
      },
    });
  }

  #shardBodies(): ReadonlyMap<string, () => string> {
    const { options } = this.#parts;
    return new Map(
      options.shards.map((service) => [
        `/swarm/${service.store}/shards`,
        () => {
          this.#metrics.shards(service.store, this.#shards.count(service));
          return this.#shards.body(service);
        },
      ]),
    );
  }

  #health(): { readonly isHealthy: boolean; readonly text: string } {
    const snapshot = this.#publisher.current;
    if (snapshot === undefined) return { isHealthy: false, text: 'routes were not initialized yet' };
    const ageMs = this.#parts.source.ageMs();
    const { lastModifiedMs, etag } = snapshot.table.identity;
    const text = [
      this.#isDraining ? 'shutting down' : 'ok',
      `routes: ${snapshot.count}`,
      `etag: ${etag}`,
      `published: ${new Date(lastModifiedMs).toISOString()}`,
      `age of data: ${ageMs === undefined ? 'unknown' : `${(ageMs / 1000).toFixed(1)} s`}`,
    ].join('\n');
    return { isHealthy: !this.#isDraining, text };
  }

  #report(outcome: PublicationOutcome, changedAtMs: number, error: unknown): void {
    const { clock, log } = this.#parts;
    const { current } = this.#publisher;
    const latencyMs = clock.monotonic() - changedAtMs;
    const isFirst = outcome === 'published' && !this.#isInitialized;
    this.#metrics.publication(outcome, current, latencyMs);
    if (isFirst) {
      this.#isInitialized = true;
      this.#metrics.initialized(clock.now());
    }
    if (outcome === 'published' && current !== undefined) {
      const { count, etag, table } = current;
      const bytes = table.identity.body.length;
      log.info(
        { count, bytes, etag, latencyMs: Math.round(latencyMs) },
        isFirst ? 'routes initialized' : 'routes updated',
      );
    } else if (outcome === 'empty') {
      log.warn('received empty routes; ignoring');
    } else if (outcome === 'failed') {
      log.error({ err: error }, 'the table could not be made; the last one is kept');
    }
  }
}
