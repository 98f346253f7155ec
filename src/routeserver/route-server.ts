/**
 * Gets options and a source of cluster state; gives the parts of a route server, ready to be started in order.
 *
 * source → compile → snapshot → publisher → handler: data goes one way and is frozen on the way.
 */
import type { Clock, Component } from '../runtime/index.ts';
import type { Logger, Metrics } from '../telemetry/index.ts';
import { healthJson, healthText } from './health-report.ts';
import { ClientBook } from './http/client-book.ts';
import { Listener } from './http/listener.ts';
import { answerHealth, route } from './http/router.ts';
import type { AskHealth } from './http/router.ts';
import { RoutesHandler } from './http/routes-handler.ts';
import { loadPeerTls, loadTls } from './http/tls.ts';
import type { KeptTable } from './last-known-good/kept-table.ts';
import { LastKnownGood } from './last-known-good/last-known-good.ts';
import type { KeptFrom } from './last-known-good/last-known-good.ts';
import { RouteServerMetrics } from './metrics.ts';
import type { RouteServerOptions } from './options.ts';
import { ProblemLog } from './problem-log.ts';
import { Publisher } from './publisher.ts';
import type { PublicationOutcome } from './publisher.ts';
import { Shards } from './shards.ts';
import { ShrinkGuard } from './shrink-guard.ts';
import { DefaultFiltersDir } from './source/default-filters-dir.ts';
import type { Source } from './source/changes.ts';
import { supportListener } from './support-listener.ts';
import type { SupportListener } from './support-listener.ts';
import { TableMaker } from './table-maker.ts';

export interface RouteServerParts {
  readonly options: RouteServerOptions;
  readonly source: Source;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
  /** Called once, when the first table was made of the cluster, whether or not it says more than one that was kept. */
  readonly onFirstTable?: () => void;
}

/** A route server. */
export class RouteServer {
  readonly #parts: RouteServerParts;
  readonly #metrics: RouteServerMetrics;
  readonly #defaultFilters: DefaultFiltersDir;
  readonly #publisher: Publisher;
  readonly #handler: RoutesHandler;
  readonly #listener: Listener;
  readonly #clients: ClientBook;
  readonly #support: SupportListener;
  readonly #shards: Shards;
  readonly #guard: ShrinkGuard;
  readonly #lastKnownGood: LastKnownGood;
  /** Where the table is from when it was not made here, and when its data was current. */
  #kept: { readonly from: KeptFrom; readonly dataAtMs: number } | undefined;
  #isDraining = false;
  #isInitialized = false;
  #hasMadeTable = false;

  constructor(parts: RouteServerParts) {
    const { options, source, clock, log, metrics } = parts;
    this.#parts = parts;
    const isStale = (): boolean => this.#kept !== undefined;
    this.#metrics = new RouteServerMetrics(metrics, () => this.#ageMs(), isStale);
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
    const changed = (): void => {
      this.#publisher.changed();
    };
    const listedFromNow = (): (() => boolean) => source.listedFromNow();
    const { maxShrinkPercent: maxPercent } = options;
    this.#guard = new ShrinkGuard({ maxPercent, listedFromNow, again: changed, clock, log, metrics });
    this.#publisher = new Publisher({
      clock,
      intervalMs: options.publishIntervalMs,
      compile: () => table.make(),
      admit: (current, next) => this.#guard.admit(current.chunks, next),
      report: (outcome, changedAtMs, error) => {
        this.#report(outcome, changedAtMs, error);
      },
    });
    this.#lastKnownGood = new LastKnownGood({
      ...{ directory: options.lastKnownGoodDir, patienceMs: options.bootPatienceMs, stores: this.#shards.stores },
      ...{ peerUrls: options.peerUrls, peerTls: loadPeerTls(options.peerTls) },
      ...{ clock, log, metrics },
      served: () => this.#served(),
      adopt: (kept, from) => {
        this.#adopt(kept, from);
      },
    });
    this.#clients = new ClientBook({ clock, metrics });
    this.#handler = this.#makeHandler();
    this.#listener = this.#makeListener();
    this.#support = this.#makeSupportListener();
  }

  /** Where the main listener listens. */
  get port(): number {
    return this.#listener.port;
  }

  /** Where metrics are served; undefined where they are not. */
  get supportPort(): number | undefined {
    return this.#support.port();
  }

  /** The parts in the order in which they start; they stop in the reverse order, the main listener first. */
  components(): readonly Component[] {
    return [this.#support, this.#routeSource(), this.#mainListener()];
  }

  #makeSupportListener(): SupportListener {
    const { supportAddress: address } = this.#parts.options;
    return supportListener({
      ...{ address, metrics: this.#parts.metrics },
      held: () => this.#guard.held,
      clients: () => this.#clients.list(),
      confirm: () => this.#guard.confirm(),
      resendTo: (address) => this.#handler.resendTo(address),
      health: (request, response) => {
        answerHealth(this.#health, request, response);
      },
    });
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
        this.#lastKnownGood.start();
      },
      stop: async () => {
        this.#publisher.stop();
        this.#guard.stop();
        this.#defaultFilters.stop();
        await this.#lastKnownGood.stop();
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

  #makeHandler(): RoutesHandler {
    return new RoutesHandler({
      clock: this.#parts.clock,
      current: () => this.#publisher.current,
      clients: this.#clients,
      sourceAgeMs: () => this.#ageMs(),
      heldBackRoutes: () => this.#guard.held?.routes ?? 0,
      onAnswered: (status, bytes) => {
        this.#metrics.answered(status, bytes);
      },
      onEnded: (durationMs) => {
        this.#metrics.ended(durationMs);
      },
    });
  }

  #makeListener(): Listener {
    const { options, log } = this.#parts;
    const routing = {
      routes: this.#handler.handle.bind(this.#handler),
      health: this.#health,
      shards: this.#shardBodies(),
      onFailure: (error: unknown) => {
        log.error({ err: error }, 'a request could not be answered');
      },
    };
    return new Listener({
      ...{ address: options.address, tls: options.mutualTls && loadTls(options.mutualTls) },
      answer: (request, response) => {
        route(routing, request, response);
      },
      onEnd: (connection, wasReset) => {
        this.#handler.connectionEnded(connection, wasReset);
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

  readonly #health: AskHealth = (format) => {
    const facts = {
      ...{ isDraining: this.#isDraining, snapshot: this.#publisher.current, keptFrom: this.#kept?.from },
      ...{ ageMs: this.#ageMs(), kinds: this.#parts.source.states(), heldBack: this.#guard.held },
    };
    const isHealthy = facts.snapshot !== undefined && !this.#isDraining;
    return { isHealthy, body: format === 'json' ? JSON.stringify(healthJson(facts)) : healthText(facts) };
  };

  /** How old the data of what is served may be. */
  #ageMs(): number | undefined {
    const { source, clock } = this.#parts;
    return this.#kept === undefined ? source.ageMs() : Math.max(0, clock.now() - this.#kept.dataAtMs);
  }

  #served(): KeptTable | undefined {
    const snapshot = this.#publisher.current;
    const dataAtMs = this.#parts.clock.now() - (this.#ageMs() ?? 0);
    return snapshot && { snapshot, dataAtMs, shards: this.#shards.kept() };
  }

  #adopt({ snapshot, dataAtMs, shards }: KeptTable, from: KeptFrom): void {
    if (!this.#publisher.adopt(snapshot)) return;
    this.#shards.adopt(shards);
    this.#kept = { from, dataAtMs };
    this.#metrics.shows(snapshot);
    this.#clients.published(snapshot.etag);
    const { count, etag } = snapshot;
    const dataAt = new Date(dataAtMs).toISOString();
    this.#parts.log.warn(
      { from, count, etag, dataAt },
      'the API server does not answer: serving a last known good table',
    );
  }

  #report(outcome: PublicationOutcome, changedAtMs: number, error: unknown): void {
    const { clock, log } = this.#parts;
    const { current } = this.#publisher;
    const latencyMs = clock.monotonic() - changedAtMs;
    const isFirst = outcome === 'published' && !this.#isInitialized;
    this.#metrics.publication(outcome, current, latencyMs);
    // What was made here says the same as what was kept, or something newer.
    if (outcome === 'published' || outcome === 'unchanged') this.#becameFresh();
    if (isFirst) {
      this.#isInitialized = true;
      this.#metrics.initialized(clock.now());
    }
    if (outcome === 'published' && current !== undefined) {
      this.#clients.published(current.etag);
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

  #becameFresh(): void {
    if (!this.#hasMadeTable) this.#parts.onFirstTable?.();
    this.#hasMadeTable = true;
    this.#lastKnownGood.changed();
    if (this.#kept === undefined) return;
    this.#parts.log.info({ from: this.#kept.from }, 'the API server answers again: no last known good table any more');
    this.#kept = undefined;
  }
}
