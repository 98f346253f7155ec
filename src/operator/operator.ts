/** The operator: watches RouteServerConfigs and all they are about, and has each looked at when something changed. */
import type { ResourceMeta } from '@dot-i/k8s-operator';
import type { Dispatcher } from 'undici';
import {
  FINALIZER,
  GROUP,
  PLURAL,
  VERSION,
  type RouteServerConfig,
  type RouteServerConfigStatus,
} from '../api/index.ts';
import {
  EventRecorder,
  formatKey,
  KubeOperator,
  ListWatchPool,
  parseKey,
  type Eviction,
  type KubeObject,
  type ObjectKey,
  type KubeOperatorOptions,
} from '../kube/index.ts';
import type { Metrics } from '../telemetry/index.ts';
import { Applier } from './applier.ts';
import { ofFleet, type Concern } from './concerns.ts';
import { meterConditions } from './condition-metrics.ts';
import { ConfigBook, fleetOf } from './config-book.ts';
import { meterAge, meterOperator, type OperatorMeter } from './metrics.ts';
import type { OperatorSettings } from './observe.ts';
import type { Probe } from './probe.ts';
import { Reconciler } from './reconciler.ts';
import { ConvergenceDesk } from './convergence/convergence-desk.ts';
import { healingEvent } from './convergence/healing.ts';
import type { Laggard } from './convergence/lagging.ts';
import { RouteServerClient } from './convergence/route-server-client.ts';
import { ErrorDesk } from './errors/error-desk.ts';
import { RequestCounter } from './errors/request-counter.ts';
import { EvidenceDesk } from './evidence-desk.ts';
import { Comparator } from './shadow/comparator.ts';
import { ReadTimes } from './shadow/read-times.ts';
import { ShadowDesk } from './shadow/shadow-desk.ts';
import { TableReader } from './shadow/table-reader.ts';
import { World, type Change } from './world.ts';

export interface RouteServerOperatorOptions extends KubeOperatorOptions {
  readonly metrics: Metrics;
  readonly settings: OperatorSettings;
  /** Namespace whose configs are looked after; `undefined` for all. */
  readonly namespace: string | undefined;
  /** This replica's name, for Events. */
  readonly instance: string;
  readonly probe: Probe;
  /** Connections to Skippers. */
  readonly dispatcher: Dispatcher;
  /** Until when, in epoch ms, another process may have read Skippers' tables; asked at the start. */
  readonly predecessorUntilMs?: () => number | undefined;
}

const resourceId = `${PLURAL}.${GROUP}/${VERSION}`;
/** Changes come in bursts, a rolling pod alone makes ten: look once at the end of a burst. */
const burstMs = 200;

export class RouteServerOperator extends KubeOperator {
  readonly #options: RouteServerOperatorOptions;
  readonly #pool: ListWatchPool;
  readonly #world: World;
  readonly #desk: EvidenceDesk;
  readonly #comparator = new Comparator();
  readonly #readTimes: ReadTimes;
  readonly #events: EventRecorder;
  readonly #reconciler: Reconciler;
  /** There once the configs are watched. */
  #configs: ConfigBook | undefined;
  /** The Deployment that each config names: whoever else names it waits for that to change. */
  readonly #claims = new Map<string, Concern>();
  #lastSuccessAt: number;

  constructor(options: RouteServerOperatorOptions) {
    super(options);
    const { client, clock, log, metrics, probe, settings } = options;
    this.#options = options;
    this.#pool = new ListWatchPool({ client, clock, log, metrics });
    const onChange = (change: Change): void => {
      this.#lookAt(change);
    };
    this.#world = new World({ pool: this.#pool, clock, scope: options.namespace, onChange });
    const meter = meterOperator(metrics);
    this.#readTimes = new ReadTimes(clock);
    this.#desk = this.#makeDesk(meter);
    this.#events = new EventRecorder({
      client,
      clock,
      log,
      controller: `${GROUP}/operator`,
      instance: options.instance,
    });
    this.#lastSuccessAt = clock.now();
    meterAge(metrics, () => (clock.now() - this.#lastSuccessAt) / 1000);
    const claimants = (namespace: string, name: string): readonly RouteServerConfig[] =>
      this.#configs?.ofFleet(ofFleet({ namespace, name })) ?? [];
    this.#reconciler = new Reconciler({
      clock,
      meter,
      conditions: meterConditions(metrics),
      events: this.#events,
      observer: { world: this.#world, probe, settings, claimants },
      hands: {
        client,
        world: this.#world,
        applier: new Applier(client),
        setFinalizer: (config, present) => this.#setFinalizer(config, present),
      },
      desk: this.#desk,
      configOf: (key) => this.#configs?.get(key),
      setStatus: (config, status) => this.#setStatus(config, status),
    });
  }

  #makeDesk(meter: OperatorMeter): EvidenceDesk {
    const { clock, dispatcher } = this.#options;
    const shared = {
      ...{ clock, times: this.#readTimes, reader: new TableReader(dispatcher) },
      comparator: this.#comparator,
    };
    const look = (key: string): void => {
      this.requeue(resourceId, parseKey(key));
    };
    const convergence = {
      ...shared,
      routeServers: new RouteServerClient(dispatcher),
      evict: ({ metadata }: RouteServerConfig, pod: string) => this.#evict({ ...metadata, name: pod }),
      onHealing: (config: RouteServerConfig, action: 'Resend' | 'Evict', laggard: Laggard): void => {
        meter.healed(config.metadata, action);
        this.#events.record(config as unknown as KubeObject, healingEvent(action, laggard));
      },
    };
    return new EvidenceDesk({
      shadow: new ShadowDesk(shared, look),
      convergence: new ConvergenceDesk(convergence, look),
      errors: new ErrorDesk({ clock, counter: new RequestCounter(dispatcher) }, look),
    });
  }

  /** A refusal is no failure of ours: a person is told of it, and the pod is looked at again. */
  async #evict(pod: ObjectKey): Promise<Eviction> {
    try {
      return await this.#options.client.evict(pod);
    } catch (error) {
      this.log.warn({ err: error, pod: formatKey(pod) }, 'a Skipper that does not converge could not be evicted');
      return { evicted: false, why: error instanceof Error ? error.message : String(error) };
    }
  }

  /** Ends the watches, the comparisons and what is under way. Returns whether that ended within `deadlineMs`. */
  override async drain(deadlineMs: number): Promise<boolean> {
    this.#desk.stop();
    const inTime = await super.drain(deadlineMs);
    await Promise.all([this.#pool.stop(), this.#comparator.stop(), this.#events.flush()]);
    return inTime;
  }

  /** All watches that run, for health. */
  override watches() {
    return [...super.watches(), ...this.#pool.running()];
  }

  protected override async init(): Promise<void> {
    const { clock, predecessorUntilMs } = this.#options;
    const untilMs = predecessorUntilMs?.();
    if (untilMs !== undefined) this.#readTimes.assumeRead(clock.now() - untilMs);
    await this.watchResource(
      GROUP,
      VERSION,
      PLURAL,
      async ({ meta }) => {
        await this.#reconcile(`${meta.namespace ?? ''}/${meta.name}`);
      },
      this.#options.namespace,
    );
    this.#configs = new ConfigBook(this.storeOf(resourceId), this.log);
  }

  async #reconcile(key: string): Promise<void> {
    this.#noteClaim(key);
    const requeue = await this.#reconciler.reconcile(key);
    this.#lastSuccessAt = this.clock.now();
    if (requeue !== undefined) this.requeue(resourceId, parseKey(key), requeue.afterMs);
    if (this.#configs?.get(key) === undefined) await this.#world.keepOnly(this.#configs?.namespaces() ?? new Set());
  }

  #noteClaim(key: string): void {
    const before = this.#claims.get(key);
    const claimed = fleetOf(this.#configs?.get(key));
    if (claimed === before) return;
    if (claimed === undefined) this.#claims.delete(key);
    else this.#claims.set(key, claimed);
    this.#lookAt({ concerns: [before, claimed].filter((concern) => concern !== undefined) });
  }

  #lookAt(change: Change): void {
    for (const { metadata } of this.#configs?.concernedBy(change, this.#world) ?? []) {
      this.requeue(resourceId, metadata, burstMs);
    }
  }

  async #setFinalizer(config: RouteServerConfig, present: boolean): Promise<void> {
    const others = (config.metadata.finalizers ?? []).filter((finalizer) => finalizer !== FINALIZER);
    await this.setResourceFinalizers(metaOf(config), present ? [...others, FINALIZER] : others);
  }

  async #setStatus(config: RouteServerConfig, status: RouteServerConfigStatus): Promise<void> {
    await this.setResourceStatus(metaOf(config), status);
  }
}

function metaOf({ apiVersion, kind, metadata }: RouteServerConfig): ResourceMeta {
  const { name, namespace, resourceVersion } = metadata;
  return { id: resourceId, apiVersion, kind, name, namespace, resourceVersion };
}
