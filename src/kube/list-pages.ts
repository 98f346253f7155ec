/**
 * Gets a kind and a scope; gives its objects page by page, all from one snapshot.
 *
 * A large page is handed on in pieces, between which others have their turn.
 */
import { setImmediate } from 'node:timers/promises';
import type { ListOptions, ListPage } from './client-types.ts';
import { describeCall, isExpired, KubeError } from './kube-error.ts';
import type { CallSubject } from './kube-error.ts';
import { isKubeObject } from './kube-object.ts';
import type { KubeObject } from './kube-object.ts';
import { apiVersionOf, collectionPath } from './resource-kind.ts';
import type { ResourceKind } from './resource-kind.ts';
import type { ApiCall } from './transport.ts';

const defaultPageSize = 500;
/** After so many snapshots that expired before their last page (a slow client, an etcd that compacts often). */
const restartsBeforeOnePage = 2;
/** So many objects are read at a time: a few milliseconds of work. */
const perPiece = 1_000;

type Send = (call: ApiCall) => Promise<unknown>;

/** Lists `kind`. `send` makes a call and gives its JSON. */
export async function* listPages(
  kind: ResourceKind,
  options: ListOptions,
  send: Send,
): AsyncGenerator<ListPage, void, undefined> {
  const subject: CallSubject = { verb: 'list', kind };
  const pages = new PageReader(subject, options, send);
  const read = (item: unknown): KubeObject => asObject(subject, item);
  try {
    for (let page = await pages.next(); page !== undefined; page = await pages.next()) yield* inPieces(page, read);
  } finally {
    await pages.settled();
  }
}

async function* inPieces(page: RawPage, read: (raw: unknown) => KubeObject): AsyncGenerator<ListPage, void, undefined> {
  const { items, resourceVersion, restarted } = page;
  yield { items: items.slice(0, perPiece).map(read), resourceVersion, restarted };
  for (let at = perPiece; at < items.length; at += perPiece) {
    await setImmediate();
    yield { items: items.slice(at, at + perPiece).map(read), resourceVersion, restarted: false };
  }
}

/** Asks for a page before the one in front of it is read by anybody: the API server makes it meanwhile. */
class PageReader {
  readonly #subject: CallSubject;
  readonly #options: ListOptions;
  readonly #send: Send;
  #restarts = 0;
  #asked: AskedPage | undefined;

  constructor(subject: CallSubject, options: ListOptions, send: Send) {
    this.#subject = subject;
    this.#options = options;
    this.#send = send;
    this.#asked = this.#ask('');
  }

  /** Undefined behind the last page. */
  async next(): Promise<RawPage | undefined> {
    if (this.#asked === undefined) return undefined;
    const { token, isRestart, answer } = this.#asked;
    try {
      const { page, next } = readPage(this.#subject, await answer);
      this.#asked = next === '' ? undefined : this.#ask(next);
      return { ...page, restarted: isRestart };
    } catch (error) {
      if (!isExpired(error) || token === '') throw error;
      // The continue token's snapshot is compacted. Going on from "now" would mix two states: begin again.
      this.#restarts += 1;
      this.#asked = this.#ask('', true);
      return this.next();
    }
  }

  /** Resolves when no request is under way: whoever breaks off and aborts may rely on that. */
  async settled(): Promise<void> {
    await this.#asked?.answer.catch(() => undefined);
  }

  #ask(token: string, isRestart = false): AskedPage {
    const isWhole = this.#restarts > restartsBeforeOnePage;
    const limit = isWhole ? undefined : String(this.#options.pageSize ?? defaultPageSize);
    const answer = this.#send(listCall(this.#subject, this.#options, { limit, continue: token }));
    // Its failure is told when it is its turn, which may be never.
    answer.catch(() => undefined);
    return { token, isRestart, answer };
  }
}

/** A page that was asked for. */
interface AskedPage {
  /** `''` for the first one. */
  readonly token: string;
  readonly isRestart: boolean;
  readonly answer: Promise<unknown>;
}

function listCall(subject: CallSubject, options: ListOptions, page: Record<string, string | undefined>): ApiCall {
  const { labelSelector, fieldSelector, message } = options;
  // No resourceVersion: the newest state, not what a watch cache that lags behind may have.
  const query = { labelSelector, fieldSelector, ...page };
  const path = collectionPath(subject.kind, options.namespace);
  return { subject, method: 'GET', path, query, items: message };
}

/** A page whose items are as they came. */
interface RawPage extends Omit<ListPage, 'items'> {
  readonly items: readonly unknown[];
}

interface ReadPage {
  readonly page: Omit<RawPage, 'restarted'>;
  /** The next page's token; `''` behind the last. */
  readonly next: string;
}

function readPage(subject: CallSubject, raw: unknown): ReadPage {
  const items = fieldOf(raw, 'items') ?? [];
  const meta = fieldOf(raw, 'metadata');
  // Servers that only list, such as a file server with snapshots, may give none. Who watches must refuse that.
  const resourceVersion = fieldOf(meta, 'resourceVersion') ?? '';
  const next = fieldOf(meta, 'continue') ?? '';
  if (!Array.isArray(items) || typeof resourceVersion !== 'string' || typeof next !== 'string') throw badList(subject);
  return { page: { items, resourceVersion }, next };
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
