/**
 * Gets a kind and a scope; keeps a store equal to what the API server has, whatever happens to the connection.
 */
import type { Clock } from '../runtime/index.ts';
import type { BackoffOptions } from '../runtime/index.ts';
import type { Logger, Metrics } from '../telemetry/index.ts';
import type { Scope } from './client-types.ts';
import type { KubeClient } from './kube-client.ts';
import type { KubeObject } from './kube-object.ts';
import type { ResourceKind } from './resource-kind.ts';
import type { ReadonlyStore } from './store.ts';

/** Makes a `T` of a raw object, or throws an error that names the field. The one border that data crosses. */
export type Decode<T> = (raw: KubeObject) => T;

export interface ListWatchOptions<T> extends Scope {
  readonly client: KubeClient;
  readonly kind: ResourceKind;
  readonly decode: Decode<T>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics?: Metrics;
  /** Told of each object that `decode` refuses; the last good one stays in the store. */
  readonly onUndecodable?: (key: string, error: unknown) => void;
  readonly pageSize?: number;
  /** Server's limit of one watch, shortened by up to a third at random. Default 5 min. */
  readonly watchTimeoutMs?: number;
  /** A stream without a byte for this long is half-open. Default 100 s. */
  readonly idleTimeoutMs?: number;
  /** Time between lists that prove that nothing was missed, shortened by up to a third at random. Default 10 min. */
  readonly relistEveryMs?: number;
  /** Waits between tries. Default 200 ms to 30 s. */
  readonly backoff?: BackoffOptions;
  readonly random?: () => number;
}

/** A list followed by a watch, for ever. */
export class ListWatch<T> {
  readonly store: ReadonlyStore<T>;

  constructor(_options: ListWatchOptions<T>) {
    throw new Error('to be written');
  }

  /** Whether the first list is in the store. */
  get synced(): boolean {
    return false;
  }

  /** Wall time of the last byte from the server. */
  get lastProgressAt(): number {
    return 0;
  }

  /** The version up to which the store is known to be complete; `''` before the first list. */
  get resourceVersion(): string {
    return '';
  }

  /** Objects that `decode` refuses as they are now, by key, with the error. */
  get undecodable(): ReadonlyMap<string, Error> {
    return new Map();
  }

  /** Begins. */
  start(): void {
    throw new Error('to be written');
  }

  /** Resolves when `synced` becomes true; rejects when the signal or `stop` comes first. */
  whenSynced(_signal?: AbortSignal): Promise<void> {
    return Promise.reject(new Error('to be written'));
  }

  /** Ends for good. When it resolves, no connection is open and none will be opened. */
  stop(): Promise<void> {
    return Promise.reject(new Error('to be written'));
  }
}
