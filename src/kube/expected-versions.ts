/**
 * Gets what we wrote ourselves; tells whether a store has caught up with it (read your own writes).
 *
 * Versions have no order that may be relied upon, so "caught up" is: this very version was seen, or a list that began
 * after the write is in place. A watch tells all versions in order, so one of the two always comes.
 */
import type { Clock } from '../runtime/index.ts';
import { keyOf } from './kube-object.ts';
import type { KubeObject } from './kube-object.ts';
import { formatKey } from './resource-kind.ts';
import type { ReadonlyStore } from './store.ts';

type Expectation = { readonly listsBegun: number; readonly since: number } & (
  { readonly version: string } | { readonly goneUid: string }
);

const defaultGiveUpMs = 300_000;

/** Remembers own writes to objects of one store. */
export class ExpectedVersions {
  readonly #store: ReadonlyStore<unknown>;
  readonly #clock: Clock;
  readonly #giveUpMs: number;
  readonly #expected = new Map<string, Expectation>();

  /** After `giveUpMs` (default 5 min) an expectation is dropped: a store must not block a key for ever. */
  constructor(store: ReadonlyStore<unknown>, clock: Clock, giveUpMs = defaultGiveUpMs) {
    this.#store = store;
    this.#clock = clock;
    this.#giveUpMs = giveUpMs;
  }

  /** Expects the store to show `written`, the object that a write returned. */
  expect(written: KubeObject): void {
    const version = written.metadata.resourceVersion;
    if (version !== undefined) this.#expected.set(formatKey(keyOf(written)), { version, ...this.#moment() });
  }

  /** Expects the store to show that the object `key` with `uid` is gone. */
  expectGone(key: string, uid: string): void {
    this.#expected.set(key, { goneUid: uid, ...this.#moment() });
  }

  /** Whether the store is older than our last write to `key`: look again later, decide nothing now. */
  isStale(key: string): boolean {
    const expectation = this.#expected.get(key);
    if (expectation === undefined) return false;
    if (!this.#isMet(key, expectation)) return true;
    this.#expected.delete(key);
    return false;
  }

  #isMet(key: string, expectation: Expectation): boolean {
    if (this.#store.lists.done > expectation.listsBegun) return true;
    if (this.#clock.monotonic() - expectation.since >= this.#giveUpMs) return true;
    if ('version' in expectation) return this.#store.hasSeen(key, expectation.version);
    return this.#store.uidOf(key) !== expectation.goneUid;
  }

  #moment(): { listsBegun: number; since: number } {
    return { listsBegun: this.#store.lists.begun, since: this.#clock.monotonic() };
  }
}
