/**
 * Gets the API server; lists everything each interval, as the original does, and gives what differs.
 */
import { isNotFound, keyOf, formatKey } from '../../kube/index.ts';
import type { Timer } from '../../runtime/index.ts';
import { originalCounters } from '../metrics.ts';
import { ChangeLog } from './changes.ts';
import type { Changes, KindState, Source, SourceObject } from './changes.ts';
import { pageSize, sourceKinds } from './kinds.ts';
import type { SourceKindName } from './kinds.ts';
import type { SourceOptions } from './watch-source.ts';

/** An object, or only its version when that is known already. */
interface Listed {
  readonly version: string;
  readonly object: SourceObject | undefined;
}

type Lists = ReadonlyMap<SourceKindName, ReadonlyMap<string, Listed>>;

/** Lists everything again and again. Changes come of lists of one round; a round with a failure gives none. */
export class PollSource implements Source {
  readonly #options: SourceOptions;
  readonly #stopped = new AbortController();
  readonly #absent = new Set<SourceKindName>();
  #round: Promise<void> | undefined;
  #timer: Timer | undefined;
  readonly #changes: ChangeLog;
  /** Versions of the last round by kind and key; undefined before the first one. */
  #known: ReadonlyMap<SourceKindName, ReadonlyMap<string, string>> | undefined;
  #listedAt: number | undefined;
  /** Monotonic time at which the last complete round began. */
  #roundBeganAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: SourceOptions) {
    this.#options = options;
    this.#changes = new ChangeLog(options.kinds);
  }

  start(onChange: () => void): void {
    this.#round = this.#poll(onChange);
  }

  async stop(): Promise<void> {
    this.#stopped.abort(new Error('stopped'));
    this.#timer?.cancel();
    await this.#round;
  }

  takeChanges(): Changes | undefined {
    return this.#known === undefined ? undefined : this.#changes.take();
  }

  states(): readonly KindState[] {
    return this.#options.kinds.map((kind) => {
      const objects = this.#known?.get(kind)?.size ?? 0;
      const state = this.#known === undefined ? 'waiting' : this.#absent.has(kind) ? 'absent' : 'listed';
      return { kind, state, objects, ageMs: this.ageMs() };
    });
  }

  /** Every round lists anew; what is asked for is a list as late as a watch would have made it. */
  listedFromNow(): () => boolean {
    const { clock, relistIntervalMs } = this.#options;
    const fromMs = clock.monotonic() + relistIntervalMs;
    return () => this.#roundBeganAtMs >= fromMs;
  }

  ageMs(): number | undefined {
    return this.#listedAt === undefined ? undefined : Math.max(0, this.#options.clock.now() - this.#listedAt);
  }

  async #poll(onChange: () => void): Promise<void> {
    const { clock, log, metrics, pollIntervalMs } = this.#options;
    const beganAt = clock.now();
    const beganAtMs = clock.monotonic();
    try {
      this.#compare(await this.#listAll());
      this.#listedAt = beganAt;
      this.#roundBeganAtMs = beganAtMs;
      onChange();
    } catch (error) {
      if (this.#stopped.signal.aborted) return;
      originalCounters(metrics).inc({ key: 'routes.fetch_errors' });
      log.error({ err: error }, 'failed to fetch routes; the last good ones are kept');
    }
    const waitMs = Math.max(0, beganAtMs + pollIntervalMs - clock.monotonic());
    this.#timer = clock.schedule(waitMs, () => {
      this.#round = this.#poll(onChange);
    });
  }

  async #listAll(): Promise<Lists> {
    const lists = this.#options.kinds.map(async (name) => [name, await this.#list(name)] as const);
    return new Map(await Promise.all(lists));
  }

  async #list(name: SourceKindName): Promise<ReadonlyMap<string, Listed>> {
    const { log } = this.#options;
    const { kind, isOptional } = sourceKinds[name];
    try {
      const objects = await this.#listOne(name);
      this.#absent.delete(name);
      return objects;
    } catch (error) {
      if (!isOptional || !isNotFound(error)) throw error;
      if (!this.#absent.has(name)) {
        log.warn({ kind: kind.kind }, 'the API server does not have this kind; its routes are left out until it does');
      }
      this.#absent.add(name);
      return new Map();
    }
  }

  /** Each part is decoded at once, so that no whole list is ever held as it came. */
  async #listOne(name: SourceKindName): Promise<ReadonlyMap<string, Listed>> {
    const { client, namespace } = this.#options;
    const { kind, decode, message } = sourceKinds[name];
    const known = this.#known?.get(name);
    const objects = new Map<string, Listed>();
    const scope = { namespace: namespace === '' ? undefined : namespace, signal: this.#stopped.signal };
    for await (const part of client.listInParts(kind, { ...scope, message, pageSize })) {
      if (part.restarted) objects.clear();
      for (const raw of part.items) {
        const key = formatKey(keyOf(raw));
        const version = raw.metadata.resourceVersion ?? '';
        const isKnown = version !== '' && known?.get(key) === version;
        objects.set(key, { version, object: isKnown ? undefined : decode(raw) });
      }
    }
    return objects;
  }

  #compare(lists: Lists): void {
    for (const [name, objects] of lists) {
      for (const [key, { object }] of objects) if (object !== undefined) this.#changes.set(name, key, object);
      for (const key of this.#known?.get(name)?.keys() ?? []) {
        if (!objects.has(key)) this.#changes.set(name, key, undefined);
      }
    }
    const versions = (objects: ReadonlyMap<string, Listed>) =>
      new Map(Array.from(objects, ([key, { version }]) => [key, version] as const));
    this.#known = new Map(Array.from(lists, ([name, objects]) => [name, versions(objects)] as const));
  }
}
