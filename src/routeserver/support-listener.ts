/**
 * Gets the metrics and what operators ask for beside them; gives the listener for that, apart from the one for Skippers.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isIP } from 'node:net';
import { serveHttp } from '../runtime/index.ts';
import type { Component, Endpoint, HttpListener } from '../runtime/index.ts';
import { metricsEndpoint } from '../telemetry/index.ts';
import type { Metrics } from '../telemetry/index.ts';
import type { ClientFreshness } from './http/client-book.ts';
import type { ListenAddress } from './options.ts';
import type { HeldBack } from './shrink-guard.ts';

export interface SupportOptions {
  /** Undefined: there is none. */
  readonly address: ListenAddress | undefined;
  readonly metrics: Metrics;
  /** What is held back by the guard. */
  readonly held: () => HeldBack | undefined;
  /** Lets go of what is held back. */
  readonly confirm: () => HeldBack | undefined;
  readonly health: Endpoint;
  /** Who polls, and what they hold. */
  readonly clients: () => Promise<readonly ClientFreshness[]>;
  /** Has the clients at an address get the whole table at their next poll; gives how many there are. */
  readonly resendTo: (address: string) => number;
}

/** The listener as a part of the program. */
export interface SupportListener extends Component {
  /** Where it listens; undefined while it does not. */
  readonly port: () => number | undefined;
}

/** Makes the listener. */
export function supportListener(options: SupportOptions): SupportListener {
  const { address, metrics, held, confirm, health, clients } = options;
  let listener: HttpListener | undefined;
  return {
    name: 'support listener',
    start: async () => {
      if (address === undefined) return;
      const { host, port } = address;
      const endpoints = {
        '/metrics': metricsEndpoint(metrics),
        '/health': health,
        '/clients': (_request: IncomingMessage, response: ServerResponse) => {
          void clients().then((list) => {
            json(response, 200, { clients: list });
          });
        },
        '/held-back': heldBack(held, confirm),
        '/resend': resend(options.resendTo),
      };
      listener = await serveHttp(endpoints, { port, ...(host === '' ? {} : { host }) });
    },
    stop: () => listener?.close(),
    port: () => listener?.port,
  };
}

/** POST with `?client=ADDRESS`: never for all at once, for each whole table costs its Skipper seconds of CPU. */
function resend(resendTo: SupportOptions['resendTo']): Endpoint {
  return (request: IncomingMessage, response: ServerResponse) => {
    const client = new URLSearchParams((request.url ?? '').split('?', 2)[1]).get('client') ?? '';
    if (request.method !== 'POST') response.writeHead(405, { Allow: 'POST' }).end();
    else if (isIP(client) === 0)
      json(response, 400, { error: 'name the address of one client: /resend?client=10.2.0.7' });
    else json(response, 200, { clients: resendTo(client) });
  };
}

/** GET tells what is held back, DELETE lets it go. */
function heldBack(held: SupportOptions['held'], confirm: SupportOptions['confirm']): Endpoint {
  return (request: IncomingMessage, response: ServerResponse) => {
    if (request.method === 'GET') json(response, 200, described(held()));
    else if (request.method === 'DELETE') json(response, 200, described(confirm()));
    else response.writeHead(405, { Allow: 'GET, DELETE' }).end();
  };
}

function described(held: HeldBack | undefined): object {
  return held === undefined
    ? { routes: 0 }
    : { routes: held.routes, of: held.of, since: new Date(held.sinceMs).toISOString() };
}

function json(response: ServerResponse, status: number, value: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(`${JSON.stringify(value)}\n`);
}
