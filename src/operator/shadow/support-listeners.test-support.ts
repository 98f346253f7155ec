/**
 * For tests: the support listeners of any number of Skippers, as one HTTP server on loopback that tells them apart by
 * the address that was asked for, and connections that all lead there.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Agent, buildConnector } from 'undici';
import type { Peer } from './shadow-round.ts';

/** How a Skipper answers that does not answer as it should. */
export type Misbehaviour = (response: ServerResponse) => void;

export class SupportListeners {
  /** The applied tables as eskip, one route per line, by address. A Skipper without one answers 404. */
  readonly tables = new Map<string, string>();
  /** Number of routes that a Skipper rejected, by address. */
  readonly rejected = new Map<string, number>();
  /** The list of them, as Skipper gives it. Without one it lists nothing. */
  readonly rejectedList = new Map<string, readonly object[]>();
  /** When tables were put to use, by address, in seconds since 1970. */
  readonly madeAtSeconds = new Map<string, number>();
  /** ETags of route servers, by address. */
  readonly etags = new Map<string, string>();
  /** How old route servers say that their data is, by address. */
  readonly ageSeconds = new Map<string, () => number>();
  /** How many routes route servers say that they hold back, by address. */
  readonly heldBack = new Map<string, number>();
  readonly misbehaviour = new Map<string, Misbehaviour>();
  /** Addresses in the order in which their tables were read. */
  readonly reads: string[] = [];
  /** Requests as `METHOD host path`. */
  readonly requests: string[] = [];
  readonly dispatcher: Agent;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    const { port } = server.address() as AddressInfo;
    const connect = buildConnector({});
    this.dispatcher = new Agent({
      connect: (options, callback) => {
        connect({ ...options, hostname: '127.0.0.1', port: String(port) }, callback);
      },
    });
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      this.#answer(request, response);
    });
  }

  static async start(): Promise<SupportListeners> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new SupportListeners(server);
  }

  /** Where they all listen, for programs that bring connections of their own there. */
  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** The support listener of the pod at `host`. */
  at(host: string, zone = ''): Peer {
    return { pod: `skipper-${host}`, host, port: 9911, zone };
  }

  /** Nobody listens any more; connections are refused. */
  async stop(): Promise<void> {
    await this.dispatcher.destroy();
    await this.close();
  }

  async close(): Promise<void> {
    if (!this.#server.listening) return;
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #answer({ method = '', headers, url = '' }: IncomingMessage, response: ServerResponse): void {
    const host = (headers.host ?? '').replace(/:\d+$/, '');
    this.requests.push(`${method} ${headers.host ?? ''} ${url}`);
    if (method === 'GET' && /^\/routes(?!.*invalid=true)/.test(url)) this.reads.push(host);
    this.#tell(host, response);
    const misbehave = this.misbehaviour.get(host);
    if (misbehave !== undefined) misbehave(response);
    else this.#show(host, url, response);
  }

  #tell(host: string, response: ServerResponse): void {
    const madeAt = this.madeAtSeconds.get(host);
    if (madeAt !== undefined) response.setHeader('x-timestamp', madeAt);
    const etag = this.etags.get(host);
    if (etag !== undefined) response.setHeader('etag', etag);
    const age = this.ageSeconds.get(host);
    if (age !== undefined) response.setHeader('x-source-age', age());
    const heldBack = this.heldBack.get(host);
    if (heldBack !== undefined) response.setHeader('x-held-back', heldBack);
  }

  #showRejected(host: string, response: ServerResponse): void {
    const list = this.rejectedList.get(host) ?? [];
    const count = this.rejected.get(host) ?? list.length;
    response.writeHead(200, { 'x-count': count }).end(JSON.stringify(list));
  }

  #show(host: string, url: string, response: ServerResponse): void {
    const table = this.tables.get(host);
    if (table === undefined) response.writeHead(404).end();
    else if (url.startsWith('/metrics')) response.writeHead(200).end(noRequests);
    else if (url.includes('invalid=true')) this.#showRejected(host, response);
    else response.writeHead(200, { 'x-count': countRoutes(table) }).end(table);
  }
}

/** Nobody sends requests to these Skippers. */
const noRequests = 'skipper_route_lookup_duration_seconds_count 0\n';

function countRoutes(table: string): number {
  return table.split('\n').filter((line) => line !== '').length;
}
