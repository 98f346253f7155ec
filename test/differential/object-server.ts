/**
 * Gets objects; gives an HTTP server that lists them as the API server would, to one client, and can do nothing else.
 *
 * A client that reads kind after kind would see a part of the old cluster and a part of the new one when they are
 * swapped in between. So a new cluster is shown from the next list of Ingresses on, with which the original begins.
 */
import { createServer } from 'node:http';
import { endServer, listenOnLoopback } from '../support/loopback.ts';
import type { Json } from './arbitraries/services.ts';

const collections: Readonly<Record<string, string>> = {
  'networking.k8s.io/v1/ingresses': 'Ingress',
  'zalando.org/v1/routegroups': 'RouteGroup',
  'api/v1/services': 'Service',
  'api/v1/endpoints': 'Endpoints',
  'discovery.k8s.io/v1/endpointslices': 'EndpointSlice',
};
const firstKind = 'Ingress';
/** What Skipper asks to learn whether RouteGroups are installed. */
const resourceList = JSON.stringify({ kind: 'APIResourceList', resources: [{ name: 'routegroups' }] });

/** A server of one client. */
export class ObjectServer {
  readonly #server = createServer((request, response) => {
    const body = this.#answer(new URL(request.url ?? '/', 'http://objects'));
    if (body === undefined) response.writeHead(404).end();
    else response.writeHead(200, { 'content-type': 'application/json' }).end(body);
  });
  #shown: readonly Json[] = [];
  #next: readonly Json[] = [];
  #rounds = 0;
  #requests = 0;
  #lastRequest: { readonly path: string; readonly at: number } | undefined;
  #waiting: { readonly rounds: number; readonly done: () => void } | undefined;

  /** Shows these objects from the next round on. */
  show(objects: readonly Json[]): void {
    this.#next = objects;
    this.#rounds = 0;
  }

  /** Waits until the client has begun `count` rounds since the objects were last replaced. */
  async rounds(count: number): Promise<void> {
    if (this.#rounds >= count) return;
    await new Promise<void>((done) => (this.#waiting = { rounds: count, done }));
  }

  /** What the client has asked for, for whoever waits for it in vain. */
  get state(): string {
    const { path, at } = this.#lastRequest ?? { path: 'nothing', at: performance.now() };
    const seconds = ((performance.now() - at) / 1_000).toFixed(1);
    return `${this.#requests} requests for lists, the last ${seconds} s ago for ${path}; ${this.#rounds} rounds since the cluster was replaced`;
  }

  listen(): Promise<string> {
    return listenOnLoopback(this.#server);
  }

  close(): void {
    endServer(this.#server);
  }

  #answer({ pathname, searchParams }: URL): string | undefined {
    this.#requests += 1;
    this.#lastRequest = { path: pathname, at: performance.now() };
    if (pathname === '/apis/zalando.org/v1') return resourceList;
    const [, namespace] = /\/namespaces\/([^/]+)\//.exec(pathname) ?? [];
    const path = pathname.replace(/\/namespaces\/[^/]+/, '').replace(/^\/(apis\/)?/, '');
    const kind = collections[path];
    if (kind === undefined || searchParams.has('watch')) return undefined;
    if (kind === firstKind) this.#beginRound();
    const items = this.#shown.filter((object) => object['kind'] === kind && isIn(object, namespace));
    return JSON.stringify({ kind: `${kind}List`, metadata: {}, items });
  }

  #beginRound(): void {
    this.#shown = this.#next;
    this.#rounds += 1;
    if (this.#waiting === undefined || this.#rounds < this.#waiting.rounds) return;
    this.#waiting.done();
    this.#waiting = undefined;
  }
}

/** Whether the object is in the namespace, or any will do. */
export function isIn(object: Json, namespace: string | undefined): boolean {
  return namespace === undefined || (object['metadata'] as Json)['namespace'] === namespace;
}
