/** Gets the key of a config, makes one pass: observe → decide → carry out → one status write. */
import { statusChanged, type RouteServerConfig, type RouteServerConfigStatus } from '../api/index.ts';
import {
  formatKey,
  keyOf,
  kinds,
  KubeError,
  type EventRecorder,
  type ExpectedVersions,
  type KubeClient,
  type KubeObject,
  type ReadonlyStore,
} from '../kube/index.ts';
import { decide, type Decision } from '../rollout/index.ts';
import type { Clock, Requeue } from '../runtime/index.ts';
import type { Logger } from '../telemetry/index.ts';
import { carryOut, type Hands } from './carry-out.ts';
import { eventOf } from './events.ts';
import { failureOf } from './failure.ts';
import type { OperatorMeter } from './metrics.ts';
import { observe, type Observer, type Sighting } from './observe.ts';
import type { ShadowDesk } from './shadow/shadow-desk.ts';
import { firstStatus, statusOf, type PassResult } from './status.ts';

export interface ReconcilerParts {
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly log: Logger;
  readonly meter: OperatorMeter;
  readonly events: EventRecorder;
  readonly observer: Observer;
  readonly hands: Omit<Hands, 'onWritten'>;
  readonly desk: ShadowDesk;
  readonly configs: ReadonlyStore<RouteServerConfig>;
  /** Own writes that the stores may not show yet. */
  readonly expected: {
    readonly configs: ExpectedVersions;
    readonly deployments: (namespace: string) => ExpectedVersions;
  };
}

/** How soon to look again when the stores are behind our own writes. */
const storeBehindMs = 100;

export class Reconciler {
  readonly #parts: ReconcilerParts;

  constructor(parts: ReconcilerParts) {
    this.#parts = parts;
  }

  /** One pass. Rejects when it could not be completed; the queue then tries again with backoff. */
  async reconcile(key: string): Promise<Requeue> {
    const { configs, clock, meter, desk } = this.#parts;
    const config = configs.get(key);
    if (config === undefined) {
      desk.forget(key);
      meter.forget(namesOf(key));
      return undefined;
    }
    if (this.#isBehind(key, config)) return { afterMs: storeBehindMs };
    const startedAt = clock.monotonic();
    try {
      const requeue = await this.#pass(key, config);
      meter.pass('ok', (clock.monotonic() - startedAt) / 1000);
      return requeue;
    } catch (error) {
      meter.pass(isWaiting(error) ? 'waited' : 'failed', (clock.monotonic() - startedAt) / 1000);
      // Somebody wrote at the same moment: nothing is wrong, the newer state is only not here yet.
      if (isWaiting(error)) return { afterMs: storeBehindMs };
      throw error;
    }
  }

  async #pass(key: string, config: RouteServerConfig): Promise<Requeue> {
    const { clock, desk, observer } = this.#parts;
    if (config.status?.conditions === undefined) return await this.#greet(config);
    const seen = await observe(observer, config, desk.settlementOf(key));
    const decision = decide(seen.observation, clock.now());
    desk.follow(key, seen, decision.phase);
    const outcome = await this.#carryOut(seen, decision);
    if (isWaiting(outcome?.error)) return { afterMs: storeBehindMs };
    await this.#summarise(key, seen, decision, outcome);
    if (outcome !== undefined) throw outcome.error;
    return decision.requeueAfterMs === undefined ? undefined : { afterMs: decision.requeueAfterMs };
  }

  /** First sight: the object must not look healthy, nor forgotten, before anything was decided about it. */
  async #greet(config: RouteServerConfig): Promise<Requeue> {
    await this.#write(config, firstStatus(config, this.#parts.clock.now()));
    return { afterMs: storeBehindMs };
  }

  async #carryOut(seen: Sighting, decision: Decision): Promise<Failed | undefined> {
    const onWritten = (written: KubeObject): void => {
      const { expected } = this.#parts;
      const isConfig = written.kind === kinds.RouteServerConfig.kind;
      (isConfig ? expected.configs : expected.deployments(seen.config.metadata.namespace)).expect(written);
    };
    try {
      await carryOut({ ...this.#parts.hands, onWritten }, seen, decision.intents);
      return undefined;
    } catch (error) {
      return { error: error instanceof Error ? error : new Error(String(error)) };
    }
  }

  async #summarise(key: string, seen: Sighting, decision: Decision, failed: Failed | undefined): Promise<void> {
    const { config, resolution, observation, settlement } = seen;
    const { clock, meter, observer, events } = this.#parts;
    // The finalizer is off: the object is gone, and there is nothing left to write to.
    if (decision.intents.finalizer === 'Absent') return;
    const result: PassResult = {
      config,
      resolution,
      seen: observation,
      decision,
      settlement,
      tier: observer.settings.tier,
      routeServerImage: config.spec.routeServer.image ?? observer.settings.defaultImage,
      failure: failed && failureOf(failed.error),
    };
    meter.config(namesOf(key), result);
    const status = statusOf(result, clock.now());
    const event = eventOf(config.status, status, result);
    if (event !== undefined) events.record(asObject(config), event);
    await this.#write(config, status);
  }

  async #write(config: RouteServerConfig, status: RouteServerConfigStatus): Promise<void> {
    if (!statusChanged(config.status, status)) return;
    const { client, expected, log } = this.#parts;
    const { resourceVersion } = config.metadata;
    // A merge patch removes no field by leaving it out; `null` does.
    const gone = Object.keys(config.status ?? {}).filter((field) => !(field in status));
    const body = { status: { ...status, ...Object.fromEntries(gone.map((field) => [field, null])) } };
    // The finalizer's write has moved the object on; a status is about what was seen, and the next pass sees more.
    const written = await client.patchStatus(kinds.RouteServerConfig, keyOf(config), { type: 'merge', body });
    expected.configs.expect(written);
    log.debug({ config: formatKey(keyOf(config)), resourceVersion, phase: status.phase }, 'status written');
  }

  #isBehind(key: string, { metadata }: RouteServerConfig): boolean {
    const { expected, observer } = this.#parts;
    if (!observer.world.isSynced(metadata.namespace)) return true;
    return expected.configs.isStale(key) || expected.deployments(metadata.namespace).isStale(this.#skipperKey(key));
  }

  #skipperKey(key: string): string {
    const config = this.#parts.configs.get(key);
    return `${config?.metadata.namespace ?? ''}/${config?.spec.skipper.deploymentRef.name ?? ''}`;
  }
}

/** The decision could not be carried out. */
interface Failed {
  readonly error: Error;
}

function isWaiting(error: unknown): boolean {
  return error instanceof KubeError && error.disposition === 'waiting';
}

function namesOf(key: string): { namespace: string; name: string } {
  const [namespace = '', name = ''] = key.split('/');
  return { namespace, name };
}

// The typed object is the decoded form of one from the API server.
const asObject = (config: RouteServerConfig): KubeObject => config as unknown as KubeObject;
