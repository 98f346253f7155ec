/** Gets a port and a request; gives the whole answer, or what of it arrived. For tests over real sockets. */
import { Agent, request } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import type { Socket } from 'node:net';

export interface TestAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface TestRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Keeps connections; without one each request opens its own. */
  readonly agent?: Agent;
}

/** What Go's client, and so Skipper, says of itself. */
export const skipperAgent = { 'user-agent': 'Go-http-client/1.1', 'accept-encoding': 'gzip' };

/** An agent with a single connection, kept between requests. */
export function oneConnection(): Agent {
  return new Agent({ keepAlive: true, maxSockets: 1 });
}

export function ask(
  port: number,
  path: string,
  { method = 'GET', headers = {}, agent }: TestRequest = {},
): Promise<TestAnswer> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path, method, headers, agent: agent ?? false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) });
      });
    });
    sent.on('error', reject);
    sent.end();
  });
}

/** Asks, reads `bytes` of what comes back, headers included, and cuts the connection. */
export function askAndCut(
  port: number,
  path: string,
  headers: Readonly<Record<string, string>>,
  bytes: number,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port });
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    let received = 0;
    socket.on('error', reject);
    socket.on('close', () => {
      resolve();
    });
    socket.on('data', (chunk: Buffer) => {
      received += chunk.length;
      if (received >= bytes) socket.destroy();
    });
    socket.write(`GET ${path} HTTP/1.1\r\nhost: test\r\n${lines.join('')}\r\n`);
  });
}

/** Asks for the plain table and never reads. */
export function slowReader(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port }, () => {
      socket.write('GET /routes HTTP/1.1\r\nhost: test\r\n\r\n');
      resolve(socket);
    });
    socket.on('error', reject);
    socket.pause();
  });
}
