/**
 * Gets manifests; gives an HTTP server that lists them as the API server would, and can do nothing else.
 *
 * Both route servers read it through `-kubernetes-url`, so that what differs between their tables is theirs.
 */
import { createServer } from 'node:http';
import { parseAllDocuments } from 'yaml';
import { endServer, listenOnLoopback } from '../../support/loopback.ts';

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

const collections: Readonly<Record<string, string>> = {
  Ingress: '/apis/networking.k8s.io/v1/ingresses',
  RouteGroup: '/apis/zalando.org/v1/routegroups',
  Service: '/api/v1/services',
  Endpoints: '/api/v1/endpoints',
  EndpointSlice: '/apis/discovery.k8s.io/v1/endpointslices',
  Secret: '/api/v1/secrets',
};
/** What Skipper asks to learn whether RouteGroups are installed. */
const resourceList = {
  kind: 'APIResourceList',
  resources: [{ name: 'routegroups', namespaced: true, kind: 'RouteGroup' }],
};

/** A server with one state of a cluster at a time. */
export class ListApi {
  readonly #server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://list');
    const body = this.#isBroken || url.searchParams.has('watch') ? undefined : this.#bodies.get(url.pathname);
    if (body === undefined) response.writeHead(this.#isBroken ? 500 : 404).end();
    else response.writeHead(200, { 'content-type': 'application/json' }).end(body);
  });
  #bodies: ReadonlyMap<string, string> = new Map();
  #version = 0;
  #isBroken = false;

  /** Replaces everything by the manifests in `yaml`. */
  show(yaml: string): void {
    this.#version++;
    const manifests = parseAllDocuments(yaml).map((document) => document.toJS() as Manifest | null);
    const bodies = Object.entries(collections).map(([kind, path]): [string, string] => {
      const items = manifests.filter((manifest) => manifest?.kind === kind);
      return [
        path,
        JSON.stringify({ kind: `${kind}List`, metadata: { resourceVersion: String(this.#version) }, items }),
      ];
    });
    this.#bodies = new Map([...bodies, ['/apis/zalando.org/v1', JSON.stringify(resourceList)]]);
  }

  /** From now on every request fails, or none. */
  break(isBroken: boolean): void {
    this.#isBroken = isBroken;
  }

  listen(): Promise<string> {
    return listenOnLoopback(this.#server);
  }

  close(): void {
    endServer(this.#server);
  }
}
