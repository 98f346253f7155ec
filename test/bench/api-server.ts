/**
 * Gets objects; gives an HTTP server that lists and watches them as an API server does: with pages, versions, and
 * streams of changes. It runs in this process, whose CPU time is therefore the API server's.
 */
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { BenchCluster } from './bench-cluster.ts';
import type { BenchObject } from './cluster-data.ts';

const paths: Readonly<Record<string, string>> = {
  Ingress: '/apis/networking.k8s.io/v1/ingresses',
  RouteGroup: '/apis/zalando.org/v1/routegroups',
  Service: '/api/v1/services',
  EndpointSlice: '/apis/discovery.k8s.io/v1/endpointslices',
};
/** What Skipper asks to learn whether RouteGroups are installed. */
const resources = {
  kind: 'APIResourceList',
  resources: [{ name: 'routegroups', namespaced: true, kind: 'RouteGroup' }],
};

interface Collection {
  /** JSON of each object by name. */
  readonly items: Map<string, string>;
  readonly watchers: Set<ServerResponse>;
  /** Changes since the start, oldest first. */
  readonly events: { readonly version: number; readonly line: string }[];
}

/** An API server with one cluster. */
export class BenchApi implements BenchCluster {
  readonly env = {};
  readonly #collections = new Map<string, Collection>();
  readonly #server = createServer((request, response) => {
    this.#answer(request, response);
  });
  #version = 1;

  constructor(objects: Iterable<BenchObject>) {
    for (const path of Object.values(paths)) {
      this.#collections.set(path, { items: new Map(), watchers: new Set(), events: [] });
    }
    for (const object of objects) this.#put(object);
    // Nobody can watch from before the start.
    for (const { events } of this.#collections.values()) events.length = 0;
  }

  /** Creates or replaces an object, and tells those who watch. */
  put(object: BenchObject): Promise<void> {
    this.#put(object);
    return Promise.resolve();
  }

  #put(object: BenchObject): void {
    const collection = this.#collections.get(paths[object.kind] ?? '');
    if (collection === undefined) throw new Error(`objects of kind ${object.kind} are not served`);
    this.#version++;
    const { name, namespace } = object.metadata;
    const key = `${namespace ?? ''}/${name}`;
    const metadata = { ...object.metadata, uid: key, resourceVersion: String(this.#version) };
    const text = JSON.stringify({ ...object, metadata });
    const line = `{"type":"${collection.items.has(key) ? 'MODIFIED' : 'ADDED'}","object":${text}}\n`;
    collection.items.set(key, text);
    collection.events.push({ version: this.#version, line });
    for (const watcher of collection.watchers) watcher.write(line);
  }

  listen(): Promise<void> {
    return new Promise((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  get args(): readonly string[] {
    const address = this.#server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    return [`-kubernetes-url=http://127.0.0.1:${String(port)}`];
  }

  cpuMs(): number {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1_000;
  }

  close(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    return Promise.resolve();
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', 'http://bench');
    if (url.pathname === '/apis/zalando.org/v1') {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(resources));
      return;
    }
    const collection = this.#collections.get(url.pathname);
    if (collection === undefined) response.writeHead(404).end();
    else if (url.searchParams.has('watch')) watch(collection, url.searchParams, response);
    else this.#list(collection, url.searchParams, response);
  }

  #list({ items }: Collection, query: URLSearchParams, response: ServerResponse): void {
    const from = Number(query.get('continue') ?? 0);
    const limit = Number(query.get('limit') ?? items.size);
    const page = [...items.values()].slice(from, from + limit);
    const next = from + page.length < items.size ? String(from + page.length) : '';
    const metadata = JSON.stringify({ resourceVersion: String(this.#version), continue: next });
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(`{"kind":"List","metadata":${metadata},"items":[${page.join(',')}]}`);
  }
}

function watch(collection: Collection, query: URLSearchParams, response: ServerResponse): void {
  const since = Number(query.get('resourceVersion') ?? 0);
  const missed = collection.events.filter(({ version }) => version > since);
  response.writeHead(200, { 'content-type': 'application/json' });
  response.flushHeaders();
  for (const { line } of missed) response.write(line);
  collection.watchers.add(response);
  const limit = setTimeout(() => response.end(), Number(query.get('timeoutSeconds') ?? 300) * 1_000);
  response.once('close', () => {
    clearTimeout(limit);
    collection.watchers.delete(response);
  });
}
