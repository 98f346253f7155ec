/**
 * Gets the API server; follows every change, by one list-watch per kind.
 */
import { ListWatch } from '../../kube/index.ts';
import type { KubeClient } from '../../kube/index.ts';
import type { Clock } from '../../runtime/index.ts';
import type { Logger, Metrics } from '../../telemetry/index.ts';
import { ChangeLog } from './changes.ts';
import type { Changes, KindState, Source, SourceObject } from './changes.ts';
import { pageSize, sourceKinds } from './kinds.ts';
import type { SourceKind, SourceKindName } from './kinds.ts';

export interface SourceOptions {
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly kinds: readonly SourceKindName[];
  /** `''` for all. */
  readonly namespace: string;
  /** How often to look for what cannot be watched, and the longest wait between two tries. */
  readonly pollIntervalMs: number;
  readonly relistIntervalMs: number;
}

const unheard = { objects: 0, ageMs: undefined };

type Watches = { [Name in SourceKindName]?: ListWatch<SourceObject> };

/** Follows changes. */
export class WatchSource implements Source {
  readonly #options: SourceOptions;
  readonly #watches: Watches = {};
  /** Optional kinds without which the cluster was seen. */
  readonly #absent = new Set<SourceKindName>();
  readonly #changes: ChangeLog;
  /** From the first table on. What it is made of is what the stores have then. */
  #isCollecting = false;
  #onChange: () => void = () => undefined;

  constructor(options: SourceOptions) {
    this.#options = options;
    this.#changes = new ChangeLog(options.kinds);
  }

  start(onChange: () => void): void {
    this.#onChange = onChange;
    for (const name of this.#options.kinds) this.#watch(name);
  }

  async stop(): Promise<void> {
    await Promise.all(Object.values(this.#watches).map((watch) => watch.stop()));
  }

  takeChanges(): Changes | undefined {
    if (!this.#options.kinds.every((name) => this.#isKnown(name))) return undefined;
    if (this.#isCollecting) return this.#changes.take();
    this.#isCollecting = true;
    return this.#changes.takeAll((name) => this.#watches[name]?.store);
  }

  states(): readonly KindState[] {
    return this.#options.kinds.map((kind) => {
      const watch = this.#watches[kind];
      if (watch?.synced !== true) return { kind, state: this.#isKnown(kind) ? 'absent' : 'waiting', ...unheard };
      const ageMs = Math.max(0, this.#options.clock.now() - watch.lastContactAt);
      return { kind, state: 'listed', objects: watch.store.size, ageMs };
    });
  }

  listedFromNow(): () => boolean {
    const begun = new Map(this.#present().map((watch) => [watch, watch.store.lists.begun]));
    return () => [...begun].every(([watch, number]) => watch.store.lists.done > number);
  }

  ageMs(): number | undefined {
    const watches = this.#present();
    if (watches.length === 0 || !watches.every((watch) => watch.synced)) return undefined;
    const heardOfAt = Math.min(...watches.map((watch) => watch.lastContactAt));
    return Math.max(0, this.#options.clock.now() - heardOfAt);
  }

  /** A kind that was absent counts as known and empty until its first list is in, also while that is under way. */
  #isKnown(name: SourceKindName): boolean {
    return this.#watches[name]?.synced === true || this.#absent.has(name);
  }

  /** Of kinds that the cluster has, as far as is known. */
  #present(): readonly ListWatch<SourceObject>[] {
    return this.#options.kinds.flatMap((name) => {
      const watch = this.#watches[name];
      return watch === undefined || (this.#absent.has(name) && !watch.synced) ? [] : [watch];
    });
  }

  #watch(name: SourceKindName): void {
    const { kind } = sourceKinds[name];
    const watch = this.#listWatch(name);
    Object.assign(this.#watches, { [name]: watch });
    watch.store.subscribe((key) => {
      if (this.#isCollecting) this.#changes.set(name, key, watch.store.get(key));
      if (watch.synced) this.#onChange();
    });
    watch.start();
    watch.whenSynced().then(
      () => {
        this.#options.log.info({ kind: kind.kind, objects: watch.store.size }, 'listed');
        this.#onChange();
      },
      () => undefined, // stopped before it was listed: nothing is left to tell
    );
  }

  #listWatch(name: SourceKindName): ListWatch<SourceObject> {
    const { kind, decode, message, isOptional }: SourceKind<SourceObject> = sourceKinds[name];
    const isMissing = (): void => {
      this.#absent.add(name);
      this.#onChange();
    };
    const { client, clock, log, metrics, namespace, pollIntervalMs, relistIntervalMs } = this.#options;
    return new ListWatch({
      ...{ client, kind, decode, message, pageSize, clock, log, metrics },
      namespace: namespace === '' ? undefined : namespace,
      onMissingKind: isOptional ? isMissing : undefined,
      relistEveryMs: relistIntervalMs,
      // Never slower than the original, which lists everything at this pace, even where watching does not work.
      backoff: { baseMs: Math.min(200, pollIntervalMs), capMs: pollIntervalMs },
    });
  }
}
