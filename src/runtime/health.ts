/**
 * Gets named claims about a program's state; gives `/healthz` and `/readyz`, and the listener that serves them.
 *
 * Liveness is tied to progress: a program whose loops stand still is not alive, however promptly it answers HTTP.
 */
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Clock } from './clock.ts';
import { formatDuration } from './duration.ts';

/** What a check found: fine, or what is wrong. */
type CheckResult = { readonly ok: true } | { readonly ok: false; readonly message: string };
type Check = () => CheckResult;

/** Answers one path. */
export type Endpoint = (request: IncomingMessage, response: ServerResponse) => void;

/** The checks of one program. */
export class Health {
  readonly #clock: Clock;
  readonly #live = new Map<string, Check>();
  readonly #ready = new Map<string, Check>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Makes the program live only while `name` has made progress within `maxAgeMs`. `lastAt` gives wall time. */
  requireProgress(name: string, maxAgeMs: number, lastAt: () => number): void {
    this.#live.set(name, () => {
      const ageMs = this.#clock.now() - lastAt();
      if (ageMs <= maxAgeMs) return { ok: true };
      return { ok: false, message: `no progress for ${formatDuration(ageMs)} (at most ${formatDuration(maxAgeMs)})` };
    });
  }

  requireLive(name: string, check: Check): void {
    this.#live.set(name, check);
  }

  /** Makes the program ready only while `check` says ok. */
  requireReady(name: string, check: Check): void {
    this.#ready.set(name, check);
  }

  /** Endpoints for `serveHttp`: /healthz and /readyz. 200 when all checks pass, else 503; the body lists each. */
  endpoints(): Record<string, Endpoint> {
    return { '/healthz': answer(this.#live), '/readyz': answer(this.#ready) };
  }
}

function answer(checks: ReadonlyMap<string, Check>): Endpoint {
  return (_request, response) => {
    const results = [...checks].map(([name, check]) => ({ name, result: run(check) }));
    const ok = results.every(({ result }) => result.ok);
    const lines = results.map(({ name, result }) => (result.ok ? `[+] ${name} ok` : `[-] ${name}: ${result.message}`));
    response.writeHead(ok ? 200 : 503, { 'content-type': 'text/plain; charset=utf-8' });
    response.end(`${[...lines, ok ? 'ok' : 'failed'].join('\n')}\n`);
  };
}

function run(check: Check): CheckResult {
  try {
    return check();
  } catch (error) {
    return { ok: false, message: error instanceof Error ? error.message : 'the check itself failed' };
  }
}

/** A listener that is up. */
export interface HttpListener {
  /** The port it listens on, which is the system's choice when 0 was asked for. */
  readonly port: number;
  close(): Promise<void>;
}

/** Serves `endpoints` by exact path on `host:port`; other paths are 404. Rejects when the port cannot be had. */
export async function serveHttp(
  endpoints: Readonly<Record<string, Endpoint>>,
  at: { readonly host?: string; readonly port: number },
): Promise<HttpListener> {
  const table = new Map(Object.entries(endpoints));
  const server = createServer((request, response) => {
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
    const endpoint = table.get(path);
    if (endpoint !== undefined) endpoint(request, response);
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(at.port, at.host, resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : at.port;
  return { port, close: () => closeServer(server) };
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeAllConnections();
  });
}
