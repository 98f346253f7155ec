/**
 * Gets what we wrote ourselves; tells whether a store has caught up with it (read your own writes).
 */
import type { Clock } from '../runtime/index.ts';
import type { KubeObject } from './kube-object.ts';
import type { ReadonlyStore } from './store.ts';

/** Remembers own writes to objects of one store. Versions are compared for equality only. */
export class ExpectedVersions {
  /** After `giveUpMs` (default 5 min) an expectation is dropped: a store must not block a key for ever. */
  constructor(_store: ReadonlyStore<unknown>, _clock: Clock, _giveUpMs?: number) {
    throw new Error('to be written');
  }

  /** Expects the store to show `written`, the object that a write returned. */
  expect(_written: KubeObject): void {
    throw new Error('to be written');
  }

  /** Expects the store to show that the object `key` with `uid` is gone. */
  expectGone(_key: string, _uid: string): void {
    throw new Error('to be written');
  }

  /** Whether the store is older than our last write to `key`: look again later, decide nothing now. */
  isStale(_key: string): boolean {
    return false;
  }
}
