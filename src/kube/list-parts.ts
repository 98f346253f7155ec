/**
 * Gets a kind and a scope; gives its objects part by part, as they arrive, all from one snapshot.
 *
 * Whoever takes them works while the API server still makes the rest, and no list is ever held as it came.
 */
import { setImmediate } from 'node:timers/promises';
import type { ListOptions, ListPart } from './client-types.ts';
import { describeCall, isExpired, KubeError } from './kube-error.ts';
import type { CallSubject } from './kube-error.ts';
import { isKubeObject } from './kube-object.ts';
import type { KubeObject } from './kube-object.ts';
import { apiVersionOf, collectionPath } from './resource-kind.ts';
import type { ResourceKind } from './resource-kind.ts';
import type { ApiCall, RawPage } from './transport.ts';

const defaultPageSize = 500;
/** After so many snapshots that expired before their last page (a slow client, an etcd that compacts often). */
const restartsBeforeOnePage = 2;

type Send = (call: ApiCall) => RawPage;

/** Lists `kind`. `send` makes a call and gives what it is answered with. */
export async function* listParts(
  kind: ResourceKind,
  options: ListOptions,
  send: Send,
): AsyncGenerator<ListPart, void, undefined> {
  const pages = new PageReader({ verb: 'list', kind }, options, send);
  try {
    yield* pages.parts();
  } finally {
    await pages.settled();
  }
}

/** Asks for a page before the last part of the one in front of it is read by anybody: the API server makes it meanwhile. */
class PageReader {
  readonly #subject: CallSubject;
  readonly #options: ListOptions;
  readonly #send: Send;
  #restarts = 0;
  /** The page that is read; undefined behind the last one. */
  #asked: AskedPage | undefined;

  constructor(subject: CallSubject, options: ListOptions, send: Send) {
    this.#subject = subject;
    this.#options = options;
    this.#send = send;
    this.#asked = this.#ask('');
  }

  async *parts(): AsyncGenerator<ListPart, void, undefined> {
    while (this.#asked !== undefined) {
      try {
        yield* this.#read(this.#asked);
      } catch (error) {
        if (!isExpired(error) || this.#asked.token === '') throw error;
        // The continue token's snapshot is compacted. Going on from "now" would mix two states: begin again.
        this.#restarts += 1;
        this.#asked = this.#ask('', true);
      }
    }
  }

  /** Resolves when no request is under way: whoever breaks off and aborts may rely on that. */
  async settled(): Promise<void> {
    await this.#asked?.first.catch(() => undefined);
    await this.#asked?.page.return(undefined).catch(() => undefined);
  }

  async *#read({ page, first, isRestart }: AskedPage): AsyncGenerator<ListPart, void, undefined> {
    let restarted = isRestart;
    let part = await first;
    while (part.done !== true) {
      yield { items: this.#objects(part.value), resourceVersion: undefined, restarted };
      restarted = false;
      // A list can arrive faster than it is read: others have their turn all the same.
      await setImmediate();
      part = await page.next();
    }
    const { items, resourceVersion, next } = readEnd(this.#subject, part.value);
    this.#asked = next === '' ? undefined : this.#ask(next);
    yield { items: this.#objects(items), resourceVersion, restarted };
  }

  #ask(token: string, isRestart = false): AskedPage {
    const isWhole = this.#restarts > restartsBeforeOnePage;
    const limit = isWhole ? undefined : String(this.#options.pageSize ?? defaultPageSize);
    const page = this.#send(listCall(this.#subject, this.#options, { limit, continue: token }));
    const first = page.next();
    // Its failure is told when it is its turn, which may be never.
    first.catch(() => undefined);
    return { token, isRestart, page, first };
  }

  #objects(items: readonly unknown[]): readonly KubeObject[] {
    return items.map((item) => asObject(this.#subject, item));
  }
}

/** A page that was asked for. */
interface AskedPage {
  /** `''` for the first one. */
  readonly token: string;
  readonly isRestart: boolean;
  readonly page: RawPage;
  /** What comes first of it. */
  readonly first: Promise<IteratorResult<readonly unknown[], unknown>>;
}

function listCall(subject: CallSubject, options: ListOptions, page: Record<string, string | undefined>): ApiCall {
  const { labelSelector, fieldSelector, message } = options;
  // No resourceVersion: the newest state, not what a watch cache that lags behind may have.
  const query = { labelSelector, fieldSelector, ...page };
  const path = collectionPath(subject.kind, options.namespace);
  return { subject, method: 'GET', path, query, items: message };
}

/** What the end of a page says. */
interface PageEnd {
  readonly items: readonly unknown[];
  readonly resourceVersion: string;
  /** The next page's token; `''` behind the last. */
  readonly next: string;
}

function readEnd(subject: CallSubject, raw: unknown): PageEnd {
  const items = fieldOf(raw, 'items') ?? [];
  const meta = fieldOf(raw, 'metadata');
  // Servers that only list, such as a file server with snapshots, may give none. Who watches must refuse that.
  const resourceVersion = fieldOf(meta, 'resourceVersion') ?? '';
  const next = fieldOf(meta, 'continue') ?? '';
  if (!Array.isArray(items) || typeof resourceVersion !== 'string' || typeof next !== 'string') throw badList(subject);
  return { items, resourceVersion, next };
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

/** Items of a list come without kind and version; decoders and messages want them. */
function asObject(subject: CallSubject, item: unknown): KubeObject {
  if (!isKubeObject(item)) throw badList(subject);
  return item.kind === undefined
    ? Object.assign(item, { apiVersion: apiVersionOf(subject.kind), kind: subject.kind.kind })
    : item;
}

function badList(subject: CallSubject): KubeError {
  const message = `${describeCall(subject)}: the answer is no list`;
  return new KubeError({ status: 0, reason: 'BadAnswer', disposition: 'transient', message });
}
