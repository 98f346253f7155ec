/** Gets requests and where they go, gives them sockets that are connected: kept alive, per endpoint. */
import { Agent } from 'node:http';
import type { ClientRequest } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { AgentOptions } from 'node:https';
import type { Socket } from 'node:net';
import type { BalancerClock } from '../balancer-adapter/index.ts';

/** What `http.request` hands to an agent, and an agent to `createConnection`. */
export interface ConnectOptions {
  readonly host?: string;
  readonly hostname?: string;
  readonly port?: number | string | null;
  readonly headers?: unknown;
}

type Connected = (error: Error | null, socket?: Socket) => void;

/**
 * The methods of Node's agents that are called in between, as agents on npm override them, too; Node's types leave them
 * out.
 */
export interface RequestTaker {
  addRequest(request: ClientRequest, options: ConnectOptions): void;
}
interface SocketMaker {
  createSocket(request: ClientRequest, options: ConnectOptions, done: Connected): void;
  createConnection(options: ConnectOptions, done?: Connected): Socket | undefined;
}

/** True when somebody else takes care of the request now: it has sent nothing yet. */
export type TakeOver = (request: ClientRequest, error: Error) => boolean;

export interface ConnectionParts {
  readonly agent: AgentOptions;
  readonly clock: BalancerClock;
  /** Time until a connection must be there, TLS included, in ms. */
  readonly connectTimeoutMs: number;
  readonly takeOver: TakeOver;
}

/** Agents for one way: to the endpoints, or to Skipper. */
export class Connections {
  readonly #plain: Agent;
  readonly #secure: HttpsAgent;

  constructor(parts: ConnectionParts) {
    this.#plain = connecting(new Agent(parts.agent), 'connect', parts);
    this.#secure = connecting(new HttpsAgent(parts.agent), 'secureConnect', parts);
  }

  /** @param origin `http` or `https`, host and port; replaces those of `options`. */
  send(request: ClientRequest, options: ConnectOptions, origin: URL): void {
    const isSecure = origin.protocol === 'https:';
    const host = origin.hostname.replace(/^\[(.*)\]$/, '$1');
    const port = origin.port === '' ? (isSecure ? 443 : 80) : Number(origin.port);
    const agent = (isSecure ? this.#secure : this.#plain) as unknown as RequestTaker;
    agent.addRequest(request, { ...options, host, hostname: host, port });
  }

  destroy(): void {
    this.#plain.destroy();
    this.#secure.destroy();
  }
}

/**
 * Node gives a request its socket before that is connected, and the request fails with it. Here it gets none before,
 * so a request that found nobody may go elsewhere.
 */
function connecting<Made extends Agent>(agent: Made, event: string, parts: ConnectionParts): Made {
  const maker = agent as unknown as SocketMaker;
  const createSocket = maker.createSocket.bind(agent);
  const createConnection = maker.createConnection.bind(agent);
  maker.createSocket = (request, options, done) => {
    createSocket(request, options, (error, socket) => {
      if (error === null || !parts.takeOver(request, error)) done(error, socket);
    });
  };
  maker.createConnection = (options, done) => {
    const socket = createConnection(options);
    if (socket === undefined || done === undefined) return socket;
    whenConnected(socket, event, parts, done);
    return undefined;
  };
  return agent;
}

function whenConnected(socket: Socket, event: string, parts: ConnectionParts, done: Connected): void {
  const { clock, connectTimeoutMs } = parts;
  const timer = clock.schedule(connectTimeoutMs, () => {
    socket.destroy(new Error(`no connection within ${connectTimeoutMs} ms`));
  });
  const failed = (error: Error): void => {
    timer.cancel();
    done(error);
  };
  socket.once('error', failed);
  socket.once(event, () => {
    timer.cancel();
    socket.off('error', failed);
    done(null, socket);
  });
}
