/**
 * Gets things worth telling a person about an object; gives Kubernetes Events, aggregated.
 *
 * The same thing said again within a window becomes a count on the first event, written at most once a minute: a
 * controller that fails each second must not fill etcd with saying so.
 */
import type { Clock } from '../runtime/index.ts';
import type { Logger } from '../telemetry/index.ts';
import { isNotFound } from './kube-error.ts';
import type { KubeClient } from './kube-client.ts';
import type { KubeObject } from './kube-object.ts';
import { microTime } from './micro-time.ts';
import { kinds } from './resource-kind.ts';
import type { ObjectKey } from './resource-kind.ts';

export interface EventRecorderOptions {
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly log: Logger;
  /** Such as `routesrv.dev/operator`. */
  readonly controller: string;
  /** Which of several replicas: the pod's name. */
  readonly instance: string;
  /** Same object, type, reason, action and note within this time are one event with a count. Default 6 min, as client-go. */
  readonly windowMs?: number;
}

export interface EventToRecord {
  readonly type: 'Normal' | 'Warning';
  /** One word in UpperCamelCase. */
  readonly reason: string;
  /** What was done or tried, in UpperCamelCase. */
  readonly action: string;
  /** For people; cut at 1000 characters (the API server takes 1024). */
  readonly note: string;
}

interface Series {
  readonly key: ObjectKey;
  readonly body: Readonly<Record<string, unknown>>;
  count: number;
  lastAt: number;
  /** How many of `count` the API server knows of; 0 before the event exists. */
  written: number;
  /** Wall time of the last try to write; -Infinity before the first. */
  triedAt: number;
}

const defaultWindowMs = 360_000;
const refreshMs = 60_000;
const longestNote = 1_000;
/** Of distinct events; the one silent for longest is forgotten first. */
const mostSeries = 1_000;

/** Writes events. Failures are logged, never thrown: an event is a courtesy. */
export class EventRecorder {
  readonly #options: EventRecorderOptions;
  readonly #series = new Map<string, Series>();
  readonly #waiting = new Set<Series>();
  #writing: Promise<void> = Promise.resolve();
  #isWriting = false;
  #made = 0;

  constructor(options: EventRecorderOptions) {
    this.#options = options;
  }

  /** Records `event` about `regarding`. Returns at once. */
  record(regarding: KubeObject, event: EventToRecord): void {
    const now = this.#options.clock.now();
    const id = JSON.stringify([regarding.metadata.uid, regarding.metadata.name, event]);
    const running = this.#series.get(id);
    const isRunning = running !== undefined && now - running.lastAt < (this.#options.windowMs ?? defaultWindowMs);
    const series = isRunning ? running : this.#begin(regarding, event, now);
    series.count += 1;
    series.lastAt = now;
    if (isRunning) this.#series.delete(id);
    else this.#forget(id);
    this.#series.set(id, series);
    if (this.#series.size > mostSeries) this.#forget(this.#series.keys().next().value);
    if (now - series.triedAt >= refreshMs) this.#enqueue(series);
  }

  /** Writes what is still to be told, also what failed before; resolves when all has been sent or has failed. */
  async flush(): Promise<void> {
    await this.#writing;
    for (const series of this.#series.values()) if (series.count > series.written) this.#enqueue(series);
    await this.#writing;
  }

  #begin(regarding: KubeObject, event: EventToRecord, now: number): Series {
    const { apiVersion, kind, metadata } = regarding;
    const { name, namespace, uid, resourceVersion } = metadata;
    const { controller, instance } = this.#options;
    this.#made += 1;
    const suffix = `${now.toString(16)}.${this.#made.toString(16)}`;
    // Events about things without a namespace live in `default`.
    const key = { namespace: namespace ?? 'default', name: `${name.slice(0, 200)}.${suffix}` };
    const body = {
      eventTime: microTime(now),
      reportingController: controller,
      reportingInstance: instance.slice(0, 128),
      ...event,
      note: event.note.slice(0, longestNote),
      regarding: { apiVersion, kind, name, namespace, uid, resourceVersion },
    };
    return { key, body, count: 0, lastAt: now, written: 0, triedAt: -Infinity };
  }

  /** What a series still has to tell is told now: nobody asks for it later. */
  #forget(id: string | undefined): void {
    const series = id === undefined ? undefined : this.#series.get(id);
    if (id === undefined || series === undefined) return;
    this.#series.delete(id);
    if (series.count > series.written) this.#enqueue(series);
  }

  /** One write at a time. A series that waits already takes later counts along. */
  #enqueue(series: Series): void {
    this.#waiting.add(series);
    if (this.#isWriting) return;
    this.#isWriting = true;
    this.#writing = this.#writeWaiting().finally(() => {
      this.#isWriting = false;
    });
  }

  async #writeWaiting(): Promise<void> {
    for (const series of this.#waiting) {
      this.#waiting.delete(series);
      try {
        await this.#write(series);
      } catch (error) {
        this.#options.log.warn({ err: error, event: series.body['reason'] }, 'an event could not be written');
      }
    }
  }

  async #write(series: Series): Promise<void> {
    const { client, clock } = this.#options;
    const { count } = series;
    // Also when it fails: the next try is due in a minute, not at once.
    series.triedAt = clock.now();
    if (series.written > 0 && (await this.#patchCount(series, count))) {
      series.written = count;
      return;
    }
    await client.create(kinds.Event, { metadata: series.key, ...series.body, ...seriesOf(series, count) });
    series.written = count;
  }

  /** False when the event has expired: the API server keeps events for an hour. */
  async #patchCount(series: Series, count: number): Promise<boolean> {
    try {
      await this.#options.client.patch(kinds.Event, series.key, { type: 'merge', body: seriesOf(series, count) });
      return true;
    } catch (error) {
      if (isNotFound(error)) return false;
      throw error;
    }
  }
}

function seriesOf({ lastAt }: Series, count: number): Record<string, unknown> {
  return count < 2 ? {} : { series: { count, lastObservedTime: microTime(lastAt) } };
}
