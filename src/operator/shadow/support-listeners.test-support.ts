/**
 * For tests: the support listeners of any number of Skippers, as one HTTP server on loopback that tells them apart by
 * the address that was asked for, and connections that all lead there.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Agent, buildConnector } from 'undici';
import type { SupportAddress } from './table-reader.ts';

/** How a Skipper answers that does not answer as it should. */
export type Misbehaviour = (response: ServerResponse) => void;

export class SupportListeners {
  /** The applied tables as eskip, one route per line, by address. A Skipper without one answers 404. */
  readonly tables = new Map<string, string>();
  /** Number of routes that a Skipper rejected, by address. */
  readonly rejected = new Map<string, number>();
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

  /** The support listener of the pod at `host`. */
  at(host: string): SupportAddress {
    return { pod: `skipper-${host}`, host, port: 9911 };
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
    const misbehave = this.misbehaviour.get(host);
    const table = this.tables.get(host);
    if (method === 'GET') this.reads.push(host);
    if (misbehave !== undefined) misbehave(response);
    else if (table === undefined) response.writeHead(404).end();
    else if (url.includes('invalid=true')) response.writeHead(200, { 'x-count': this.rejected.get(host) ?? 0 }).end();
    else response.writeHead(200, { 'x-count': countRoutes(table) }).end(table);
  }
}

function countRoutes(table: string): number {
  return table.split('\n').filter((line) => line !== '').length;
}
