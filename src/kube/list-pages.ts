/**
 * Gets a kind and a scope; gives its objects page by page, all from one snapshot.
 */
import type { ListOptions, ListPage } from './client-types.ts';
import { describeCall, isExpired, KubeError } from './kube-error.ts';
import type { CallSubject } from './kube-error.ts';
import { isKubeObject } from './kube-object.ts';
import type { KubeObject } from './kube-object.ts';
import { listOf } from './protobuf/answer.ts';
import { apiVersionOf, collectionPath } from './resource-kind.ts';
import type { ResourceKind } from './resource-kind.ts';
import type { ApiCall } from './transport.ts';

const defaultPageSize = 500;
/** After so many snapshots that expired before their last page (a slow client, an etcd that compacts often). */
const restartsBeforeOnePage = 2;

/** Lists `kind`. `send` makes a call and gives its JSON. */
export async function* listPages(
  kind: ResourceKind,
  options: ListOptions,
  send: (call: ApiCall) => Promise<unknown>,
): AsyncGenerator<ListPage, void, undefined> {
  const subject: CallSubject = { verb: 'list', kind };
  let restarts = 0;
  let token = '';
  let restarted = false;
  do {
    const isWhole = restarts > restartsBeforeOnePage;
    const limit = isWhole ? undefined : String(options.pageSize ?? defaultPageSize);
    try {
      const { page, next } = readPage(subject, await send(listCall(subject, options, { limit, continue: token })));
      yield { ...page, restarted };
      token = next;
      restarted = false;
    } catch (error) {
      if (!isExpired(error) || token === '') throw error;
      // The continue token's snapshot is compacted. Going on from "now" would mix two states: begin again.
      restarts += 1;
      token = '';
      restarted = true;
    }
  } while (token !== '' || restarted);
}

function listCall(subject: CallSubject, options: ListOptions, page: Record<string, string | undefined>): ApiCall {
  const { labelSelector, fieldSelector, message } = options;
  // No resourceVersion: the newest state, not what a watch cache that lags behind may have.
  const query = { labelSelector, fieldSelector, ...page };
  const path = collectionPath(subject.kind, options.namespace);
  return { subject, method: 'GET', path, query, message: message && listOf(message) };
}

function readPage(subject: CallSubject, raw: unknown): { page: Omit<ListPage, 'restarted'>; next: string } {
  const items = fieldOf(raw, 'items') ?? [];
  const meta = fieldOf(raw, 'metadata');
  // Servers that only list, such as a file server with snapshots, may give none. Who watches must refuse that.
  const resourceVersion = fieldOf(meta, 'resourceVersion') ?? '';
  const next = fieldOf(meta, 'continue') ?? '';
  if (!Array.isArray(items) || typeof resourceVersion !== 'string' || typeof next !== 'string') throw badList(subject);
  return { page: { items: items.map((item: unknown) => readItem(subject, item)), resourceVersion }, next };
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

/** Items of a list come without kind and version; decoders and messages want them. */
function readItem(subject: CallSubject, item: unknown): KubeObject {
  if (!isKubeObject(item)) throw badList(subject);
  return item.kind === undefined
    ? Object.assign(item, { apiVersion: apiVersionOf(subject.kind), kind: subject.kind.kind })
    : item;
}

function badList(subject: CallSubject): KubeError {
  const message = `${describeCall(subject)}: the answer is no list`;
  return new KubeError({ status: 0, reason: 'BadAnswer', disposition: 'transient', message });
}
