/**
 * Gets a kind and a scope; keeps a store equal to what the API server has, whatever happens to the connection.
 */
import { backoff } from '../runtime/index.ts';
import type { Backoff, BackoffOptions, Clock, Timer } from '../runtime/index.ts';
import type { Logger, Metrics } from '../telemetry/index.ts';
import type { ListOptions, Scope, WatchEvent } from './client-types.ts';
import type { KubeClient } from './kube-client.ts';
import { isExpired, isNotFound, KubeError } from './kube-error.ts';
import { keyOf } from './kube-object.ts';
import { meterListWatch } from './list-watch-metrics.ts';
import type { ListWatchMeter } from './list-watch-metrics.ts';
import { relist } from './relist.ts';
import { formatKey } from './resource-kind.ts';
import type { ResourceKind } from './resource-kind.ts';
import type { Difference, ReadonlyStore } from './store.ts';
import { ListDraft, WatchedObjects } from './watched-objects.ts';
import type { Decode, Undecodable } from './watched-objects.ts';

export interface ListWatchOptions<T> extends Scope, Pick<ListOptions, 'pageSize' | 'message'> {
  readonly client: KubeClient;
  readonly kind: ResourceKind;
  readonly decode: Decode<T>;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>;
  readonly metrics?: Metrics | undefined;
  /** Told of each version of an object that `decode` refuses; the last good one stays in the store. */
  readonly onUndecodable?: ((key: string, error: Error) => void) | undefined;
  /** Told when the server turns out not to have the kind, which it may have later. */
  readonly onMissingKind?: (() => void) | undefined;
  /** Server's limit of one watch, shortened by up to a third at random. Default 5 min. */
  readonly watchTimeoutMs?: number | undefined;
  /**
   * A stream without a byte for this long counts as half-open. Default 100 s: bookmarks come each 60 s, but only while
   * objects of the kind change; a quiet watch is begun again from where it was, which costs one request.
   */
  readonly idleTimeoutMs?: number | undefined;
  /** Time between lists that prove that nothing was missed, shortened by up to a third at random. Default 10 min. */
  readonly relistEveryMs?: number | undefined;
  /** Waits between tries. Default 200 ms to 30 s. */
  readonly backoff?: BackoffOptions | undefined;
  readonly random?: (() => number) | undefined;
}

/** So many broken watches in a row, and the version from which they begin is no longer trusted. */
const failuresBeforeList = 3;
/** A watch that has lived this long was no failure, even if it had nothing to say. */
const healthyWatchMs = 5_000;
/** A kind of the server's own that it does not have comes with another server, if ever: it is asked so rarely at last. */
const longestAbsenceMs = 30_000;
/** A server that asks for more patience than this is not obeyed: the relist would be late. */
const longestRetryAfterMs = 300_000;

/** A list followed by a watch, for ever. */
export class ListWatch<T> {
  readonly #options: ListWatchOptions<T>;
  readonly #objects: WatchedObjects<T>;
  readonly #meter: ListWatchMeter;
  readonly #backoff: Backoff;
  /** Of answers that there is no such kind. */
  readonly #absences: Backoff;
  readonly #stopping = new AbortController();
  readonly #synced = Promise.withResolvers<undefined>();
  #watch = new AbortController();
  #loop: Promise<void> | undefined;
  #relisting: Promise<void> | undefined;
  #relistTimer: Timer | undefined;
  #relistAbort = new AbortController();
  /** While a relist runs: the keys that the watch has spoken of since it began. */
  #touched: Set<string> | undefined;
  #resourceVersion = '';
  #isSynced = false;
  #lastProgressAt: number;
  #lastContactAt: number;

  constructor(options: ListWatchOptions<T>) {
    this.#options = options;
    this.#meter = meterListWatch(options.metrics, options.kind.kind);
    const { baseMs = 200, capMs = 30_000, ...rest } = options.backoff ?? {};
    const random = options.random ?? Math.random;
    this.#backoff = backoff({ random, ...rest, baseMs, capMs });
    this.#absences = backoff({ random, ...rest, baseMs, capMs: isBuiltIn(options.kind) ? longestAbsenceMs : capMs });
    this.#lastProgressAt = options.clock.now();
    this.#lastContactAt = this.#lastProgressAt;
    this.#objects = new WatchedObjects({
      decode: options.decode,
      meter: this.#meter,
      onUndecodable: (key, error) => {
        this.#say('warn', `${options.kind.kind} ${key} cannot be read and is skipped`, error);
        options.onUndecodable?.(key, error);
      },
      onListenerError: (error) => {
        this.#say('error', 'a listener threw; the watch goes on', error);
      },
    });
    // Nobody need wait for the first list, and then its failure is nobody's unhandled rejection.
    this.#synced.promise.catch(() => undefined);
  }

  get store(): ReadonlyStore<T> {
    return this.#objects.store;
  }

  /** Whether the first list is in the store. */
  get synced(): boolean {
    return this.#isSynced;
  }

  /** Wall time at which the loop last moved: data came, or a try failed and the next was planned. For liveness. */
  get lastProgressAt(): number {
    return this.#lastProgressAt;
  }

  /** Wall time of the last byte from the server. For the age of data. */
  get lastContactAt(): number {
    return this.#lastContactAt;
  }

  /** The version up to which the store is known to be complete; `''` before the first list. */
  get resourceVersion(): string {
    return this.#resourceVersion;
  }

  /** Objects that `decode` refuses as they are now, by key. */
  get undecodable(): ReadonlyMap<string, Undecodable> {
    return this.#objects.undecodable;
  }

  /** Begins; does nothing when it has begun or has been stopped. */
  start(): void {
    if (this.#loop !== undefined || this.#stopping.signal.aborted) return;
    this.#loop = this.#run();
  }

  /** Resolves when `synced` becomes true; rejects when the signal or `stop` comes first. */
  async whenSynced(signal?: AbortSignal): Promise<void> {
    const given = Promise.withResolvers<never>();
    const giveUp = (): void => {
      given.reject(new Error(`gave up waiting for the first list of ${this.#options.kind.plural}`));
    };
    if (signal?.aborted === true) giveUp();
    signal?.addEventListener('abort', giveUp, { once: true });
    await Promise.race([this.#synced.promise, given.promise]).finally(() => {
      signal?.removeEventListener('abort', giveUp);
    });
  }

  /** Ends for good. When it resolves, no connection is open and none will be opened. */
  async stop(): Promise<void> {
    const reason = new Error(`the watch on ${this.#options.kind.plural} was stopped`);
    this.#stopping.abort(reason);
    this.#watch.abort(reason);
    this.#relistAbort.abort(reason);
    this.#relistTimer?.cancel();
    this.#synced.reject(reason);
    await Promise.all([this.#loop, this.#relisting]);
  }

  async #run(): Promise<void> {
    while (!this.#isStopped()) {
      try {
        if (this.#resourceVersion === '') await this.#list();
        await this.#follow();
        this.#meter.restart('end');
        await this.#pause(0);
      } catch (error) {
        if (!this.#isStopped()) await this.#recover(error);
      }
    }
  }

  #isStopped(): boolean {
    return this.#stopping.signal.aborted;
  }

  async #list(): Promise<void> {
    // What a relist found before this list must not be put in place after it.
    this.#relistAbort.abort(new Error('a new list begins'));
    const number = this.#objects.store.beginList();
    const draft = new ListDraft<T>();
    let resourceVersion: string | undefined;
    for await (const part of this.#parts(this.#stopping.signal)) {
      this.#heard();
      if (part.restarted) draft.clear();
      this.#objects.read(part.items, draft);
      ({ resourceVersion } = part);
    }
    if (this.#isStopped()) return;
    // A watch from no version would begin anywhere.
    if (resourceVersion === undefined || resourceVersion === '') throw unwatchable(this.#options.kind);
    this.#objects.replace(draft, number);
    this.#resourceVersion = resourceVersion;
    if (this.#absences.attempts > 0) this.#options.log.info(this.#place(), 'the API server has this kind again');
    this.#absences.reset();
    this.#isSynced = true;
    this.#synced.resolve(undefined);
    this.#planRelist();
  }

  /** One watch, from where the last one ended to its own end. */
  async #follow(): Promise<void> {
    this.#watch = new AbortController();
    if (this.#isStopped()) return;
    const { client, kind, namespace, labelSelector, fieldSelector, idleTimeoutMs } = this.#options;
    let openedAt: number | undefined;
    const events = client.watch(kind, {
      namespace,
      labelSelector,
      fieldSelector,
      resourceVersion: this.#resourceVersion,
      signal: this.#watch.signal,
      serverTimeoutMs: this.#shortened(this.#options.watchTimeoutMs ?? 300_000),
      idleTimeoutMs: idleTimeoutMs ?? 100_000,
      onBytes: () => {
        openedAt ??= this.#options.clock.monotonic();
        this.#heard();
      },
    });
    try {
      for await (const event of events) {
        if (this.#watch.signal.aborted) return;
        this.#take(event);
        this.#backoff.reset();
      }
    } finally {
      const now = this.#options.clock.monotonic();
      if (now - (openedAt ?? now) >= healthyWatchMs) this.#backoff.reset();
    }
  }

  #take(event: WatchEvent): void {
    this.#meter.event(event.type);
    if (event.type === 'BOOKMARK') {
      this.#resourceVersion = event.resourceVersion;
      return;
    }
    this.#touched?.add(formatKey(keyOf(event.object)));
    if (event.type === 'DELETED') this.#objects.remove(event.object);
    else this.#objects.upsert(event.object);
    this.#resourceVersion = event.object.metadata.resourceVersion ?? this.#resourceVersion;
  }

  async #recover(error: unknown): Promise<void> {
    this.#lastProgressAt = this.#options.clock.now();
    // Ended from within, to begin elsewhere.
    if (this.#watch.signal.aborted) return;
    if (isNotFound(error)) {
      await this.#missKind(error);
      return;
    }
    this.#meter.restart(error instanceof KubeError ? error.reason : 'Error');
    if (isExpired(error) || this.#backoff.attempts >= failuresBeforeList) this.#resourceVersion = '';
    this.#say(isExpired(error) ? 'info' : 'warn', 'the list or watch broke off and is begun again', error);
    await this.#pause(error instanceof KubeError ? (error.retryAfterMs ?? 0) : 0);
  }

  /** Said and counted once: it goes on until somebody does something about it, and the next answer says nothing new. */
  async #missKind(error: KubeError): Promise<void> {
    this.#resourceVersion = '';
    if (this.#absences.attempts === 0) {
      this.#meter.restart(error.reason);
      this.#options.log.warn(
        { ...this.#place(), why: error.message },
        'the API server does not have this kind; it is looked for on',
      );
      this.#options.onMissingKind?.();
    }
    await this.#pause(this.#absences.next());
  }

  /** Always some wait, also after a good end: a server that ends each watch at once must not be hammered. */
  async #pause(atLeastMs: number): Promise<void> {
    const waitMs = Math.max(this.#backoff.next(), Math.min(atLeastMs, longestRetryAfterMs));
    await this.#options.clock.sleep(waitMs, this.#stopping.signal).catch(() => undefined);
  }

  #planRelist(): void {
    this.#relistTimer?.cancel();
    const everyMs = this.#shortened(this.#options.relistEveryMs ?? 600_000);
    this.#relistTimer = this.#options.clock.schedule(everyMs, () => {
      this.#relisting = this.#relist().finally(() => {
        if (!this.#isStopped()) this.#planRelist();
      });
    });
  }

  async #relist(): Promise<void> {
    const { clock } = this.#options;
    const touched = new Set<string>();
    this.#touched = touched;
    this.#relistAbort = new AbortController();
    const { signal } = this.#relistAbort;
    try {
      const missed = await relist({ objects: this.#objects, parts: this.#parts(signal), clock, signal, touched });
      this.#meter.missed(missed);
      if (missed.added + missed.changed + missed.deleted > 0) this.#distrustWatch(missed);
    } catch (error) {
      if (!signal.aborted) this.#say('warn', 'the relist failed; the next one will tell', error);
    } finally {
      this.#touched = undefined;
    }
  }

  /** A watch that has kept something back is not worth keeping, nor is the version that it has come to. */
  #distrustWatch(missed: Difference): void {
    const kind = this.#options.kind.plural;
    this.#options.log.warn({ kind, ...missed }, 'the relist found what the watch had missed; all is listed again');
    this.#resourceVersion = '';
    this.#watch.abort(new Error('the watch missed something'));
  }

  #parts(signal: AbortSignal): ReturnType<KubeClient['listInParts']> {
    const { client, kind, namespace, labelSelector, fieldSelector, pageSize, message } = this.#options;
    return client.listInParts(kind, { namespace, labelSelector, fieldSelector, pageSize, message, signal });
  }

  #heard(): void {
    this.#lastContactAt = this.#options.clock.now();
    this.#lastProgressAt = this.#lastContactAt;
  }

  /** So that watches and lists of many replicas do not fall on the same second. */
  #shortened(ms: number): number {
    return ms * (1 - (this.#options.random ?? Math.random)() / 3);
  }

  #say(level: 'info' | 'warn' | 'error', message: string, error: unknown): void {
    this.#options.log[level]({ ...this.#place(), err: error }, message);
  }

  #place(): { readonly kind: string; readonly namespace: string } {
    const { kind, namespace = '' } = this.#options;
    return { kind: kind.plural, namespace };
  }
}

/** Served by the API server itself; any other kind comes and goes with its definition, at any time. */
function isBuiltIn({ group }: ResourceKind): boolean {
  return !group.includes('.') || group.endsWith('.k8s.io');
}

function unwatchable(kind: ResourceKind): KubeError {
  return new KubeError({
    status: 0,
    reason: 'BadAnswer',
    message: `the list of ${kind.plural} has no resourceVersion: this server cannot be watched`,
    disposition: 'transient',
  });
}
