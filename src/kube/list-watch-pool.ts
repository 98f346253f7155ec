/**
 * Gets requests for kinds and scopes; gives list-watches that are shared by all who ask for the same.
 */
import type { Scope } from './client-types.ts';
import { ListWatch } from './list-watch.ts';
import type { ListWatchOptions } from './list-watch.ts';
import { apiVersionOf } from './resource-kind.ts';
import type { ResourceKind } from './resource-kind.ts';
import type { Decode } from './watched-objects.ts';

/** What is to be watched. */
export interface WatchRequest<T> extends Scope {
  readonly kind: ResourceKind;
  readonly decode: Decode<T>;
}

/** A share in a list-watch. */
export interface Watched<T> {
  readonly listWatch: ListWatch<T>;
  /** Gives the share back; the last one stops the watch. Calling it twice counts once. */
  release(): Promise<void>;
}

/** A list-watch that runs, for health checks. */
export interface RunningWatch {
  readonly name: string;
  readonly synced: boolean;
  readonly lastProgressAt: number;
}

export type SharedOptions = Omit<ListWatchOptions<unknown>, 'kind' | 'decode' | 'onUndecodable' | keyof Scope>;

interface Entry {
  readonly decode: unknown;
  readonly listWatch: Pick<ListWatch<unknown>, 'synced' | 'lastProgressAt' | 'stop'>;
  shares: number;
}

/** List-watches by (kind, namespace, selectors), counted by reference. */
export class ListWatchPool {
  readonly #shared: SharedOptions;
  readonly #entries = new Map<string, Entry>();

  /** `shared` is what all list-watches have in common. */
  constructor(shared: SharedOptions) {
    this.#shared = shared;
  }

  /** Shares the list-watch for `request`, starting it when it is the first. The same scope needs the same `decode`. */
  acquire<T>(request: WatchRequest<T>): Watched<T> {
    const name = nameOf(request);
    const entry = this.#entries.get(name) ?? this.#begin(name, request);
    if (entry.decode !== request.decode) throw new Error(`${name} is already watched with another decoder`);
    entry.shares += 1;
    let isReleased = false;
    return {
      // The same decoder made its objects, so they are what the caller expects.
      listWatch: entry.listWatch as ListWatch<T>,
      release: async () => {
        if (isReleased) return;
        isReleased = true;
        await this.#release(name, entry);
      },
    };
  }

  /** The list-watches that run now. */
  running(): readonly RunningWatch[] {
    return [...this.#entries].map(([name, { listWatch }]) => {
      const { synced, lastProgressAt } = listWatch;
      return { name, synced, lastProgressAt };
    });
  }

  /** Stops all, whoever still has a share. */
  async stop(): Promise<void> {
    const entries = [...this.#entries.values()];
    this.#entries.clear();
    await Promise.all(entries.map(({ listWatch }) => listWatch.stop()));
  }

  #begin<T>(name: string, request: WatchRequest<T>): Entry {
    const listWatch = new ListWatch({ ...this.#shared, ...request });
    const entry: Entry = { decode: request.decode, listWatch, shares: 0 };
    this.#entries.set(name, entry);
    listWatch.start();
    return entry;
  }

  async #release(name: string, entry: Entry): Promise<void> {
    entry.shares -= 1;
    if (entry.shares > 0) return;
    // Off the table first: who asks again while it stops gets a new one.
    if (this.#entries.get(name) === entry) this.#entries.delete(name);
    await entry.listWatch.stop();
  }
}

function nameOf({ kind, namespace = '', labelSelector = '', fieldSelector = '' }: WatchRequest<unknown>): string {
  const scope = [namespace, labelSelector, fieldSelector].filter((part) => part !== '').join(' ');
  return `${apiVersionOf(kind)} ${kind.plural}${scope === '' ? '' : ` (${scope})`}`;
}
