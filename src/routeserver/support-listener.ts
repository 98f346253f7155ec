/**
 * Gets the metrics and what operators ask for beside them; gives the listener for that, apart from the one for Skippers.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { serveHttp } from '../runtime/index.ts';
import type { Component, Endpoint } from '../runtime/index.ts';
import { metricsEndpoint } from '../telemetry/index.ts';
import type { Metrics } from '../telemetry/index.ts';
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
}

/** The listener as a part of the program. */
export function supportListener({ address, metrics, held, confirm, health }: SupportOptions): Component {
  let close = (): Promise<void> => Promise.resolve();
  return {
    name: 'support listener',
    start: async () => {
      if (address === undefined) return;
      const { host, port } = address;
      const endpoints = {
        '/metrics': metricsEndpoint(metrics),
        '/health': health,
        '/held-back': heldBack(held, confirm),
      };
      const listener = await serveHttp(endpoints, { port, ...(host === '' ? {} : { host }) });
      close = () => listener.close();
    },
    stop: () => close(),
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

/** Answers with `value`. */
export function json(response: ServerResponse, status: number, value: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(`${JSON.stringify(value)}\n`);
}
