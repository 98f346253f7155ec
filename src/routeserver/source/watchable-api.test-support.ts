/** Gets objects; gives an HTTP server that lists and watches them, as much of an API server as the sources need. */
import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import { ClusterConfig, KubeClient } from '../../kube/index.ts';

export const paths = {
  ingresses: '/apis/networking.k8s.io/v1/ingresses',
  routeGroups: '/apis/zalando.org/v1/routegroups',
  services: '/api/v1/services',
  endpointSlices: '/apis/discovery.k8s.io/v1/endpointslices',
} as const;
export type Collection = keyof typeof paths;

interface Kept {
  readonly objects: Map<string, object>;
  readonly watchers: Set<ServerResponse>;
  /** Versions with the lines that tell of them. */
  readonly changes: [number, string][];
}

/** An API server with collections that a test fills, takes away, or makes fail. */
export class WatchableApi {
  readonly #server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://api');
    this.#count(url.pathname);
    const isWatch = url.searchParams.has('watch');
    const collection = this.#collections.get(url.pathname);
    const status = this.#statusOf(url.pathname, isWatch);
    response.writeHead(status, { 'content-type': 'application/json' });
    if (collection === undefined || status !== 200) response.end('{"kind":"Status"}');
    else if (isWatch && this.#endsWatches) response.end();
    else if (isWatch && this.#hasWatches) this.#watch(collection, response, url);
    else response.end(JSON.stringify({ metadata: this.#meta(), items: [...collection.objects.values()] }));
  });
  readonly #collections = new Map<string, Kept>();
  readonly #failing = new Map<string, number>();
  readonly #counts = new Map<string, number>();
  readonly #waiting = new Set<() => void>();
  #version = 1;
  #hasWatches = true;
  #watchStatus = 200;
  #endsWatches = false;
  #hasVersions = true;

  constructor(...present: readonly Collection[]) {
    for (const collection of present) this.add(collection);
  }

  /** From now on the cluster has this kind. */
  add(collection: Collection): void {
    this.#collections.set(paths[collection], { objects: new Map(), watchers: new Set(), changes: [] });
  }

  /** Requests for this kind get `status`; 200 lets them pass again. */
  fail(collection: Collection, status: number): void {
    this.#failing.set(paths[collection], status);
  }

  /** Lists as a file server would: no versions, and so nothing to watch from. */
  hideVersions(): void {
    this.#hasVersions = false;
  }

  /** Offers no watches: asked for one it gives `status`, and with 200 the list. */
  answerWatchesWith(status: number): void {
    this.#hasWatches = false;
    this.#watchStatus = status;
  }

  /** Ends each watch as soon as it is begun, as a proxy does that waits for whole answers. */
  endWatchesAtOnce(): void {
    this.#endsWatches = true;
  }

  /** Offers watches again. */
  offerWatches(): void {
    this.#endsWatches = false;
    this.#hasWatches = true;
  }

  /** How many requests for `path` have come. */
  count(path: string): number {
    return this.#counts.get(path) ?? 0;
  }

  /** How many watches of this kind have been begun. */
  watchersOf(collection: Collection): number {
    return this.#collections.get(paths[collection])?.watchers.size ?? 0;
  }

  /** Creates or replaces an object and tells who watches. */
  put(collection: Collection, name: string, rest: object = {}): void {
    const kept = this.#collections.get(paths[collection]);
    if (kept === undefined) throw new Error(`${collection} is not there`);
    this.#version++;
    const type = kept.objects.has(name) ? 'MODIFIED' : 'ADDED';
    const object = { metadata: { name, namespace: 'default', ...this.#meta() }, ...rest };
    kept.objects.set(name, object);
    const line = `${JSON.stringify({ type, object })}\n`;
    kept.changes.push([this.#version, line]);
    for (const watcher of kept.watchers) watcher.write(line);
  }

  /** Waits until so many requests for `path` have come. */
  answered(path: string, times: number): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if ((this.#counts.get(path) ?? 0) < times) return;
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
      look();
    });
  }

  async listen(): Promise<{ readonly client: KubeClient; readonly url: string }> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const address = this.#server.address();
    const url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
    const config = new ClusterConfig();
    config.loadFromClusterAndUser({ name: 'test', server: url, skipTLSVerify: true }, { name: 'test' });
    return { client: new KubeClient({ config, userAgent: 'test' }), url };
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #statusOf(path: string, isWatch: boolean): number {
    if (isWatch && !this.#hasWatches) return this.#watchStatus;
    return this.#failing.get(path) ?? (this.#collections.has(path) ? 200 : 404);
  }

  #watch(collection: Kept, response: ServerResponse, { searchParams }: URL): void {
    const since = Number(searchParams.get('resourceVersion'));
    collection.watchers.add(response);
    response.flushHeaders();
    for (const [version, line] of collection.changes) if (version > since) response.write(line);
  }

  #count(path: string): void {
    this.#counts.set(path, (this.#counts.get(path) ?? 0) + 1);
    for (const look of this.#waiting) look();
  }

  #meta(): { readonly resourceVersion?: string } {
    return this.#hasVersions ? { resourceVersion: String(this.#version) } : {};
  }
}
