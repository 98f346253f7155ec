/**
 * Gets requests for kinds and scopes; gives list-watches that are shared by all who ask for the same.
 */
import type { Scope } from './client-types.ts';
import type { ListWatch, ListWatchOptions } from './list-watch.ts';
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

/** List-watches by (kind, namespace, selectors), counted by reference. */
export class ListWatchPool {
  /** `shared` is what all list-watches have in common. */
  constructor(_shared: Omit<ListWatchOptions<unknown>, 'kind' | 'decode' | 'onUndecodable' | keyof Scope>) {
    throw new Error('to be written');
  }

  /** Shares the list-watch for `request`, starting it when it is the first. The same scope needs the same `decode`. */
  acquire<T>(_request: WatchRequest<T>): Watched<T> {
    throw new Error('to be written');
  }

  /** The list-watches that run now, for health checks. */
  running(): readonly { readonly name: string; readonly synced: boolean; readonly lastProgressAt: number }[] {
    return [];
  }

  /** Stops all. */
  stop(): Promise<void> {
    return Promise.reject(new Error('to be written'));
  }
}
