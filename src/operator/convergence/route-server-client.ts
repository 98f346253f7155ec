/** Gets where the replicas of a route server are; asks them what they serve and has them send a table once more. */
import type { Dispatcher } from 'undici';
import type { SeenPod } from '../decode.ts';
import { originOf } from '../origin.ts';

/** One replica. Both ports are the route server's own and the same for either image. */
export interface Replica {
  readonly pod: string;
  readonly host: string;
}
export interface Served {
  /** ETags of all replicas that answered, each once. */
  readonly versions: readonly string[];
  /** Most routes that one of them serves. */
  readonly routes: number | undefined;
}

/** Those of its pods that can be asked. */
export function replicasOf(pods: readonly SeenPod[]): readonly Replica[] {
  return pods.flatMap(({ name, ip, ready, terminating }) =>
    ip === undefined || !ready || terminating ? [] : [{ pod: name, host: ip }],
  );
}

/** Where each replica serves its routes. */
export const routesPort = 9990;
const supportPort = 9911;
const timeoutMs = 5_000;

export class RouteServerClient {
  readonly #dispatcher: Dispatcher;

  constructor(dispatcher: Dispatcher) {
    this.#dispatcher = dispatcher;
  }

  /** What is served to Skippers in `zone`; `''` is the whole table. A replica that does not answer is left out. */
  async served(replicas: readonly Replica[], zone: string): Promise<Served> {
    const path = zone === '' ? '/routes' : `/routes/${encodeURIComponent(zone)}`;
    const answers = await Promise.all(replicas.map((replica) => this.#ask(replica, routesPort, 'HEAD', path)));
    const ok = answers.filter((answer) => answer?.statusCode === 200);
    const versions = ok.map((answer) => answer?.headers['etag']).filter((etag) => typeof etag === 'string');
    const counts = ok.map((answer) => Number(answer?.headers['x-count'])).filter(Number.isInteger);
    return { versions: [...new Set(versions)], routes: counts.length > 0 ? Math.max(...counts) : undefined };
  }

  /**
   * Has every replica send the client at `address` its whole table at its next poll. Returns whether one of them knew
   * it; false also for a route server that has no such thing, as the original.
   */
  async resend(replicas: readonly Replica[], address: string): Promise<boolean> {
    const path = `/resend?client=${encodeURIComponent(address)}`;
    const answers = await Promise.all(replicas.map((replica) => this.#ask(replica, supportPort, 'POST', path)));
    return answers.some((answer) => answer?.statusCode === 200 && answer.clients > 0);
  }

  async #ask({ host }: Replica, port: number, method: 'HEAD' | 'POST', path: string) {
    try {
      const { statusCode, headers, body } = await this.#dispatcher.request({
        origin: originOf(host, port),
        path,
        method,
        signal: AbortSignal.timeout(timeoutMs),
      });
      const text = await body.text();
      return { statusCode, headers, clients: statusCode === 200 && method === 'POST' ? clientsIn(text) : 0 };
    } catch {
      return undefined;
    }
  }
}

function clientsIn(text: string): number {
  const value: unknown = JSON.parse(text);
  return typeof value === 'object' && value !== null && 'clients' in value ? Number(value.clients) : 0;
}
