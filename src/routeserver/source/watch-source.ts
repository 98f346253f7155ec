/**
 * Gets the API server; follows every change, by one list-watch per kind.
 */
import { ListWatch } from '../../kube/index.ts';
import type { KubeClient } from '../../kube/index.ts';
import type { Clock } from '../../runtime/index.ts';
import type { Logger, Metrics } from '../../telemetry/index.ts';
import { ChangeLog } from './changes.ts';
import type { Changes, KindState, Source, SourceObject } from './changes.ts';
import { KindPresence } from './kind-presence.ts';
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
  readonly #presence: KindPresence;
  readonly #watches: Watches = {};
  readonly #changes: ChangeLog;
  /** From the first table on. What it is made of is what the stores have then. */
  #isCollecting = false;
  #onChange: () => void = () => undefined;

  constructor(options: SourceOptions) {
    this.#options = options;
    this.#presence = new KindPresence(options);
    this.#changes = new ChangeLog(options.kinds);
  }

  start(onChange: () => void): void {
    this.#onChange = onChange;
    for (const name of this.#options.kinds) {
      if (!sourceKinds[name].isOptional) this.#watch(name);
      else {
        this.#presence.whenPresent(sourceKinds[name].kind, {
          isAbsent: onChange,
          isPresent: () => {
            this.#watch(name);
          },
        });
      }
    }
  }

  async stop(): Promise<void> {
    this.#presence.stop();
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
    const begun = new Map(Object.values(this.#watches).map((watch) => [watch, watch.store.lists.begun]));
    return () => [...begun].every(([watch, number]) => watch.store.lists.done > number);
  }

  ageMs(): number | undefined {
    const watches = Object.values(this.#watches);
    if (watches.length === 0 || !watches.every((watch) => watch.synced)) return undefined;
    const heardOfAt = Math.min(...watches.map((watch) => watch.lastContactAt));
    return Math.max(0, this.#options.clock.now() - heardOfAt);
  }

  /** A kind that was absent counts as known and empty until its first list is in, also while that is under way. */
  #isKnown(name: SourceKindName): boolean {
    return this.#watches[name]?.synced === true || this.#presence.wasAbsent(sourceKinds[name].kind);
  }

  #watch(name: SourceKindName): void {
    const { kind } = sourceKinds[name];
    const watch = this.#listWatch(sourceKinds[name]);
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

  #listWatch({ kind, decode, message }: SourceKind<SourceObject>): ListWatch<SourceObject> {
    const { client, clock, log, metrics, namespace, pollIntervalMs, relistIntervalMs } = this.#options;
    return new ListWatch({
      ...{ client, kind, decode, message, pageSize, clock, log, metrics },
      namespace: namespace === '' ? undefined : namespace,
      relistEveryMs: relistIntervalMs,
      // Never slower than the original, which lists everything at this pace, even where watching does not work.
      backoff: { baseMs: Math.min(200, pollIntervalMs), capMs: pollIntervalMs },
    });
  }
}
