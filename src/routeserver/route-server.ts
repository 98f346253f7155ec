/**
 * Gets options and a source of cluster state; gives the parts of a route server, ready to be started in order.
 *
 * source → compile → snapshot → publisher → handler: data goes one way and is frozen on the way.
 */
import type { Clock, Component } from '../runtime/index.ts';
import type { Logger, Metrics } from '../telemetry/index.ts';
import { healthJson, healthText } from './health-report.ts';
import { ClientBook } from './http/client-book.ts';
import { healthReply } from './http/router.ts';
import type { AskHealth } from './http/router.ts';
import { send } from './http/send.ts';
import { loadPeerTls } from './http/tls.ts';
import type { KeptTable } from './last-known-good/kept-table.ts';
import { LastKnownGood } from './last-known-good/last-known-good.ts';
import type { KeptFrom } from './last-known-good/last-known-good.ts';
import { MainListener } from './main-listener.ts';
import { RouteServerMetrics } from './metrics.ts';
import type { RouteServerOptions } from './options.ts';
import { ProblemLog } from './problem-log.ts';
import { Publisher } from './publisher.ts';
import type { PublicationOutcome } from './publisher.ts';
import { Shards } from './shards.ts';
import { ShrinkGuard } from './shrink-guard.ts';
import type { Snapshot } from './snapshot/snapshot.ts';
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
  readonly #listener: MainListener;
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
      clients: async () => {
        await this.#listener.settled();
        return this.#clients.list();
      },
      confirm: () => this.#guard.confirm(),
      resendTo: (address) => this.#listener.resendTo(address),
      health: (request, response) => {
        send(response, healthReply(this.#health, request), this.#parts.clock);
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
    return {
      name: 'main listener',
      start: () => this.#listener.listen(),
      stop: async (deadline) => {
        this.#isDraining = true;
        await this.#listener.stop(deadline);
      },
    };
  }

  #makeListener(): MainListener {
    const { options, clock, log } = this.#parts;
    return new MainListener({
      ...options,
      ...{ clock, log, clients: this.#clients, health: this.#health, shards: this.#shardBodies() },
      current: () => this.#publisher.current,
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
    this.#tableChanged(snapshot);
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
      this.#tableChanged(current);
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

  #tableChanged({ etag }: Snapshot): void {
    this.#clients.published(etag);
    this.#listener.tableChanged();
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
