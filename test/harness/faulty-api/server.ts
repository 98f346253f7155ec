/**
 * A small API server that misbehaves on order: plain http on loopback, objects in memory.
 *
 *   const api = await FaultyApi.start();
 *   api.collection('/api/v1/pods').put({ metadata: { namespace: 'a', name: 'one' } });
 *   api.faults.add({ watch: true }, { type: 'answer', status: 500 });
 *   const client = api.client();
 *   await api.stop();
 */
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { ClusterConfig, KubeClient } from '../../../src/kube/index.ts';
import { Faults, inflict, sendStatus } from './faults.ts';
import { Collection, keyOf } from './objects.ts';
import type { WireObject } from './objects.ts';
import { OpenWatch } from './watches.ts';

/** A request as it came in. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export class FaultyApi {
  readonly faults = new Faults();
  readonly requests: SeenRequest[] = [];
  readonly watches = new Set<OpenWatch>();
  /** All watches that were ever opened. */
  watchesOpened = 0;
  /** All connections that were ever made. */
  connectionsMade = 0;
  /** Versions below this are gone. */
  oldestVersion = 0;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #collections = new Map<string, Collection>();
  readonly #configs: ClusterConfig[] = [];
  #version = 100;

  private constructor() {
    this.#server = createServer((request, response) => {
      void this.#serve(request, response);
    });
    this.#server.on('connection', (socket) => {
      this.connectionsMade += 1;
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
  }

  static async start(): Promise<FaultyApi> {
    const api = new FaultyApi();
    await api.listen(0);
    return api;
  }

  /** Listens again after `close`, on the same port. */
  async listen(port: number): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(port, '127.0.0.1', resolve));
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Connections that are open now. */
  get openConnections(): number {
    return this.#sockets.size;
  }

  /** A version that all later changes are newer than. */
  get version(): string {
    return String(this.#version);
  }

  /** The collection at a path without namespace, such as `/apis/apps/v1/deployments`. */
  collection(path: string): Collection {
    const existing = this.#collections.get(path);
    if (existing !== undefined) return existing;
    const made = new Collection(() => ++this.#version);
    this.#collections.set(path, made);
    return made;
  }

  /** The one watch that is open; throws when there are none or several. */
  get watch(): OpenWatch {
    const [only, ...others] = this.watches;
    if (only === undefined || others.length > 0) throw new Error(`${this.watches.size} watches are open, not one`);
    return only;
  }

  config(): ClusterConfig {
    const config = new ClusterConfig();
    config.loadFromClusterAndUser(
      { name: 'faulty', server: this.url, skipTLSVerify: false },
      { name: 'somebody', token: 'sesame' },
    );
    this.#configs.push(config);
    return config;
  }

  client(options: { readonly timeoutMs?: number } = {}): KubeClient {
    return new KubeClient({ config: this.config(), userAgent: 'tests', ...options });
  }

  /** Everything falls silent or breaks: no listener, no connections. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) =>
      this.#server.close(() => {
        resolve();
      }),
    );
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  async stop(): Promise<void> {
    await Promise.all(this.#configs.map((config) => config.close()));
    if (this.#server.listening) await this.close();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.url);
    const body = await readBody(request);
    const { method = 'GET', headers } = request;
    this.requests.push({ method, path: url.pathname, query: url.searchParams, headers, body });
    const fault = this.faults.take(request, url);
    if (fault !== undefined) {
      inflict(fault, response);
      return;
    }
    const place = placeOf(url.pathname);
    const collection = this.collection(place.collection);
    if (url.searchParams.get('watch') === 'true') this.#watch(url, response, collection);
    else if (method === 'GET' && place.name === undefined) this.#list(url, response, collection);
    else answerObject(response, collection, { method, place, body });
  }

  #watch(url: URL, response: ServerResponse, collection: Collection): void {
    const resourceVersion = url.searchParams.get('resourceVersion') ?? '';
    if (Number(resourceVersion) < this.oldestVersion) {
      sendStatus(response, 410, 'Expired');
      return;
    }
    const watch = new OpenWatch(url.pathname, resourceVersion, response, collection);
    this.watchesOpened += 1;
    this.watches.add(watch);
    response.on('close', () => this.watches.delete(watch));
  }

  #list(url: URL, response: ServerResponse, collection: Collection): void {
    const all = [...collection.objects.values()];
    const from = Number(url.searchParams.get('continue') ?? 0);
    const limit = Number(url.searchParams.get('limit') ?? all.length);
    const next = from + limit < all.length ? { continue: String(from + limit) } : {};
    const items = all.slice(from, from + limit).map(({ apiVersion: _a, kind: _k, ...item }) => item);
    sendJson(response, { kind: 'List', metadata: { resourceVersion: this.version, ...next }, items });
  }
}

interface Place {
  readonly collection: string;
  readonly namespace: string;
  readonly name: string | undefined;
}

function placeOf(path: string): Place {
  const [, root = '', namespace = '', plural = '', name] =
    /^(\/api\/v1|\/apis\/[^/]+\/[^/]+)(?:\/namespaces\/([^/]+))?\/([^/]+)(?:\/([^/]+))?/.exec(path) ?? [];
  return { collection: `${root}/${plural}`, namespace, name };
}

interface ObjectCall {
  readonly method: string;
  readonly place: Place;
  readonly body: string;
}

function answerObject(response: ServerResponse, collection: Collection, { method, place, body }: ObjectCall): void {
  const sent = body === '' ? {} : (JSON.parse(body) as Partial<WireObject>);
  const name = place.name ?? sent.metadata?.name ?? '';
  const key = keyOf({ namespace: place.namespace, name });
  const before = collection.objects.get(key);
  const refusal = refusalOf(method, sent, before);
  if (refusal !== undefined) sendStatus(response, ...refusal);
  else if (method === 'GET') sendJson(response, before);
  else if (method === 'DELETE') sendJson(response, collection.remove(key));
  else sendJson(response, collection.put(merge(before, sent, { name, namespace: place.namespace })));
}

function refusalOf(
  method: string,
  sent: Partial<WireObject>,
  before: WireObject | undefined,
): [number, string] | undefined {
  const creates = method === 'POST' || method === 'PATCH';
  if (before === undefined) return creates ? undefined : [404, 'NotFound'];
  if (method === 'POST') return [409, 'AlreadyExists'];
  return isOutdated(sent, before) ? [409, 'Conflict'] : undefined;
}

function isOutdated(sent: Partial<WireObject>, before: WireObject): boolean {
  const wanted = sent.metadata?.resourceVersion;
  return wanted !== undefined && wanted !== before.metadata.resourceVersion;
}

/** Enough of a merge for the tests: top-level fields and metadata. */
function merge(
  before: WireObject | undefined,
  sent: Partial<WireObject>,
  key: { readonly name: string; readonly namespace: string },
): WireObject {
  const named = key.namespace === '' ? { name: key.name } : key;
  return { ...before, ...sent, metadata: { ...before?.metadata, ...sent.metadata, ...named } };
}

function sendJson(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
