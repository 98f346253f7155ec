/** Gets the key of a config, makes one pass: observe → decide → carry out → one status write. */
import { parseDuration, statusChange, type RouteServerConfig, type RouteServerConfigStatus } from '../api/index.ts';
import { KubeError, parseKey, type EventRecorder, type KubeObject } from '../kube/index.ts';
import { decide, type Decision } from '../rollout/index.ts';
import type { Clock, Requeue } from '../runtime/index.ts';
import { publishToggles } from './client-balancer.ts';
import { carryOut, needsFinalizer, type Hands } from './carry-out.ts';
import { conditionEvents } from './condition-events.ts';
import type { ConditionMeter } from './condition-metrics.ts';
import { eventOf } from './events.ts';
import type { EvidenceDesk } from './evidence-desk.ts';
import { failureOf } from './failure.ts';
import type { OperatorMeter } from './metrics.ts';
import { onceEach } from './news.ts';
import { observe, type Observer, type Sighting } from './observe.ts';
import { publishSettings } from './skipper-settings.ts';
import { StatusPace } from './status-pace.ts';
import { firstStatus, statusOf, type PassResult } from './status.ts';

export interface ReconcilerParts {
  readonly clock: Clock;
  readonly meter: OperatorMeter;
  readonly conditions: ConditionMeter;
  readonly events: EventRecorder;
  readonly observer: Observer;
  readonly hands: Hands;
  readonly desk: EvidenceDesk;
  /** The config as the store has it; `undefined` when it is gone. */
  readonly configOf: (key: string) => RouteServerConfig | undefined;
  /** Replaces the status, unless the object has changed since `config` was read. */
  readonly setStatus: (config: RouteServerConfig, status: RouteServerConfigStatus) => Promise<void>;
}

/** How soon to look again when the stores are behind our own writes, or somebody wrote at the same moment. */
const storeBehindMs = 100;

export class Reconciler {
  readonly #parts: ReconcilerParts;
  readonly #pace: StatusPace;

  constructor(parts: ReconcilerParts) {
    this.#parts = parts;
    this.#pace = new StatusPace(parts.clock);
  }

  /** One pass. Rejects when it could not be completed; the queue then tries again with backoff. */
  async reconcile(key: string): Promise<Requeue> {
    const { configOf, clock, meter, desk, observer } = this.#parts;
    const config = configOf(key);
    if (config === undefined) {
      desk.forget(key);
      meter.forget(parseKey(key));
      this.#parts.conditions.forget(parseKey(key));
      this.#pace.forget(key);
      return undefined;
    }
    observer.world.enter(config.metadata.namespace);
    if (observer.world.isBehind(config)) return { afterMs: storeBehindMs };
    const startedAt = clock.monotonic();
    const seconds = (): number => (clock.monotonic() - startedAt) / 1000;
    try {
      const requeue = await this.#pass(key, config);
      meter.pass('ok', seconds());
      return requeue;
    } catch (error) {
      meter.pass(isWaiting(error) ? 'waited' : 'failed', seconds());
      // Somebody wrote at the same moment: nothing is wrong, the newer state is only not here yet.
      if (isWaiting(error)) return { afterMs: storeBehindMs };
      throw error;
    }
  }

  async #pass(key: string, config: RouteServerConfig): Promise<Requeue> {
    const { clock, desk, observer, hands, setStatus } = this.#parts;
    if (config.status?.conditions === undefined) {
      // First sight: the object must look neither healthy nor forgotten before anything was decided about it.
      await setStatus(config, firstStatus(config, clock.now()));
      return { afterMs: storeBehindMs };
    }
    const seen = await observe(observer, config, desk.evidenceOf(key));
    const decision = decide(seen.observation, clock.now());
    if (needsFinalizer(config, decision.intents)) {
      // Nothing may be made for an object that could vanish without being cleaned up.
      await hands.setFinalizer(config, true);
      return { afterMs: storeBehindMs };
    }
    desk.follow(key, seen, decision.phase);
    const failed = await this.#carryOut(seen, decision);
    if (failed !== undefined && isWaiting(failed.error)) return { afterMs: storeBehindMs };
    const figuresDueMs = await this.#summarise(key, seen, decision, failed);
    if (failed !== undefined) throw failed.error;
    const due = [decision.requeueAfterMs, figuresDueMs].filter((ms) => ms !== undefined);
    return due.length > 0 ? { afterMs: Math.min(...due) } : undefined;
  }

  async #carryOut(seen: Sighting, decision: Decision): Promise<Failed | undefined> {
    const { hands } = this.#parts;
    // Neither waits for the other: callers must be able to go back to Skipper while the fleet is stuck, and vice versa.
    const toggles = await failureIn(publishToggles(hands, seen));
    const fleet = await failureIn(this.#moveFleet(seen, decision));
    return fleet ?? toggles;
  }

  async #moveFleet(seen: Sighting, { intents }: Decision): Promise<void> {
    await publishSettings(this.#parts.hands, seen, intents);
    await carryOut(this.#parts.hands, seen, intents);
  }

  /** Gives when figures that were not written now may be, milliseconds from now. */
  async #summarise(
    key: string,
    seen: Sighting,
    decision: Decision,
    failed: Failed | undefined,
  ): Promise<number | undefined> {
    const { config, resolution, observation, settlement } = seen;
    const { clock, meter, conditions, observer } = this.#parts;
    // The finalizer is off: the object is gone, and there is nothing left to write to.
    if (decision.intents.finalizer === 'Absent' && failed === undefined) return undefined;
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
    meter.config(parseKey(key), result);
    const status = statusOf(result, clock.now());
    const change = statusChange(config.status, status);
    const waitMs = change === 'Figures' ? this.#pace.waitMs(key, parseDuration(config.spec.shadow.interval)) : 0;
    if (change !== 'None' && waitMs === 0) await this.#write(key, result, status);
    // After the write: a pass that is made again because it was refused must not count twice.
    conditions.status(parseKey(key), config.status, status);
    return waitMs > 0 ? waitMs : undefined;
  }

  async #write(key: string, result: PassResult, status: RouteServerConfigStatus): Promise<void> {
    const { config } = result;
    await this.#parts.setStatus(config, status);
    this.#pace.wrote(key);
    // After the write: a process that dies in between leaves a transition untold, and never tells one twice.
    const [move, judgements] = [eventOf(config.status, status, result), conditionEvents(config.status, status)];
    for (const event of onceEach(config.status, status, move, judgements)) {
      this.#parts.events.record(asObject(config), event);
    }
  }
}

/** The decision could not be carried out. */
interface Failed {
  readonly error: Error;
}

async function failureIn(work: Promise<void>): Promise<Failed | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }
}

function isWaiting(error: unknown): boolean {
  return error instanceof KubeError && error.disposition === 'waiting';
}

// The typed object is the decoded form of one from the API server.
const asObject = (config: RouteServerConfig): KubeObject => config as unknown as KubeObject;
