/** Writes down what happens to some kinds of objects, in the order of the API server. */
import assert from 'node:assert/strict';
import type { KubeClient, KubeObject, ResourceKind } from '../../../src/kube/index.ts';
import { until } from '../../harness/wait.ts';

/** One change. Revisions of one etcd count up over all kinds. */
export interface Entry {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly kind: string;
  readonly object: KubeObject;
  readonly revision: number;
}

const hourMs = 3_600_000;

export class Journal {
  readonly #entries: Entry[] = [];
  readonly #stopped = new AbortController();
  readonly #running: Promise<unknown>[] = [];

  /** Begins with what is there, and misses nothing of what happens from now on. */
  static async open(client: KubeClient, watched: readonly ResourceKind[], namespace: string): Promise<Journal> {
    const journal = new Journal();
    for (const kind of watched) {
      // A kind that was just defined is answered with 429 for a moment.
      const wait = { what: `a watch of ${kind.plural}`, deadlineMs: 20_000 };
      await until(wait, () => journal.#begin(client, kind, namespace));
    }
    return journal;
  }

  /** Resolves when the watch is open; rejects when it would not open. */
  #begin(client: KubeClient, kind: ResourceKind, namespace: string): Promise<true> {
    return new Promise((resolve, reject) => {
      const onBytes = (): void => {
        resolve(true);
      };
      this.#running.push(this.#follow(client, kind, { namespace, onBytes }).catch(reject));
    });
  }

  async close(): Promise<void> {
    this.#stopped.abort();
    await Promise.all(this.#running);
  }

  /** What has happened so far to objects that `isMeant`, in order. */
  of(isMeant: (entry: Entry) => boolean): readonly Entry[] {
    return this.#entries.filter(isMeant).toSorted((one, other) => one.revision - other.revision);
  }

  /** Waits for the first entry that `isMeant`. */
  async first(what: string, isMeant: (entry: Entry) => boolean): Promise<Entry> {
    return until({ what, deadlineMs: 30_000 }, () => Promise.resolve(this.of(isMeant)[0]));
  }

  async #follow(
    client: KubeClient,
    kind: ResourceKind,
    from: { readonly namespace: string; readonly onBytes: () => void },
  ): Promise<void> {
    // From no version on: one from a list may be too old already for a server that has just been started.
    const limits = {
      resourceVersion: '',
      serverTimeoutMs: hourMs,
      idleTimeoutMs: hourMs,
      signal: this.#stopped.signal,
    };
    for await (const event of client.watch(kind, { ...from, ...limits })) {
      if (event.type === 'BOOKMARK') continue;
      const revision = Number(event.object.metadata.resourceVersion);
      this.#entries.push({ type: event.type, kind: kind.kind, object: event.object, revision });
    }
  }
}

/** The end of the route server's Deployment; waits for it. */
export function endOfRouteServer(journal: Journal): Promise<Entry> {
  return journal.first('the end of the route server', ({ type, kind, object }) => {
    return type === 'DELETED' && kind === 'Deployment' && object.metadata.name === 'ingress-routesrv';
  });
}

/** Whether the last Skipper that read from the route server was gone before the route server was. */
export async function skippersWentBackFirst(journal: Journal): Promise<void> {
  const routeServer = await endOfRouteServer(journal);
  const ends = journal.of(({ type, object }) => type === 'DELETED' && isFedSkipper(object));
  const last = ends.at(-1);
  assert.ok(last, 'no Skipper had moved');
  assert.ok(last.revision < routeServer.revision, `${last.object.metadata.name} still read from the route server`);
}

function isFedSkipper(pod: KubeObject): boolean {
  const isSkipper = pod.metadata.labels?.['application'] === 'skipper-ingress';
  return isSkipper && JSON.stringify(pod['spec']).includes('-routes-urls=');
}
