/**
 * Gets the API server; gives a view of it that is renewed by listing everything each interval, as the original does.
 */
import type { DecodeProblem } from '../../api/index.ts';
import { isNotFound } from '../../kube/index.ts';
import type { Timer } from '../../runtime/index.ts';
import { originalCounters } from '../metrics.ts';
import { absenceMessage } from './kind-presence.ts';
import { sourceKinds } from './kinds.ts';
import type { ObjectsByKind, SourceKindName } from './kinds.ts';
import { viewOf } from './view.ts';
import type { Source, View } from './view.ts';
import type { SourceOptions } from './watch-source.ts';

type Lists = { [Name in SourceKindName]?: readonly (ObjectsByKind[Name] | DecodeProblem)[] };

/** Lists everything again and again. A view is made of lists of one round; a round with a failure gives none. */
export class PollSource implements Source {
  readonly #options: SourceOptions;
  readonly #stopped = new AbortController();
  readonly #absent = new Set<SourceKindName>();
  #round: Promise<void> | undefined;
  #timer: Timer | undefined;
  #view: View | undefined;
  #listedAt: number | undefined;

  constructor(options: SourceOptions) {
    this.#options = options;
  }

  start(onChange: () => void): void {
    this.#round = this.#poll(onChange);
  }

  async stop(): Promise<void> {
    this.#stopped.abort(new Error('stopped'));
    this.#timer?.cancel();
    await this.#round;
  }

  view(): View | undefined {
    return this.#view;
  }

  ageMs(): number | undefined {
    return this.#listedAt === undefined ? undefined : Math.max(0, this.#options.clock.now() - this.#listedAt);
  }

  async #poll(onChange: () => void): Promise<void> {
    const { clock, log, metrics, pollIntervalMs } = this.#options;
    const beganAt = clock.now();
    const beganAtMs = clock.monotonic();
    try {
      this.#view = await this.#listAll();
      this.#listedAt = beganAt;
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

  async #listAll(): Promise<View> {
    const lists: Lists = {};
    const all = this.#options.kinds.map(async (name) => {
      Object.assign(lists, { [name]: await this.#list(name) });
    });
    await Promise.all(all);
    return viewOf(lists);
  }

  async #list(name: SourceKindName): Promise<readonly object[]> {
    const { client, log, namespace } = this.#options;
    const { kind, decode, isOptional } = sourceKinds[name];
    try {
      const scope = { namespace: namespace === '' ? undefined : namespace, signal: this.#stopped.signal };
      const { items } = await client.list(kind, scope);
      this.#absent.delete(name);
      return items.map((item) => decode(item));
    } catch (error) {
      if (!isOptional || !isNotFound(error)) throw error;
      if (!this.#absent.has(name)) log.warn({ kind: kind.kind }, absenceMessage);
      this.#absent.add(name);
      return [];
    }
  }
}
