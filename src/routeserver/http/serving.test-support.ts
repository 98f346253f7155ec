/** Gets a snapshot; gives a listener on loopback that serves it. For tests over real sockets. */
import type { Route } from '../../eskip/index.ts';
import { parseRoutes } from '../../eskip/index.ts';
import { systemClock } from '../../runtime/index.ts';
import { chunksOf } from '../snapshot/chunks.test-support.ts';
import { Snapshot } from '../snapshot/snapshot.ts';
import { Listener } from './listener.ts';
import { route } from './router.ts';
import { RoutesHandler } from './routes-handler.ts';
import type { RoutesHandlerOptions } from './routes-handler.ts';

/** 2026-01-02T03:04:05.678Z: with a fraction, which headers cannot carry. */
const modifiedAtMs = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
export const modifiedHeader = 'Fri, 02 Jan 2026 03:04:05 GMT';

export function routesOf(text: string): readonly Route[] {
  const parsed = parseRoutes(text);
  if (!parsed.ok) throw parsed.error;
  return parsed.routes;
}

export function snapshotOf(text: string): Promise<Snapshot> {
  return Snapshot.of(chunksOf(routesOf(text)), { ...systemClock, now: () => modifiedAtMs });
}

export interface Serving {
  readonly port: number;
  /** Publishes something else. */
  show(snapshot: Snapshot | undefined): void;
  /** Status codes in the order in which they were answered. */
  readonly answered: readonly number[];
  close(): Promise<void>;
  /** Stops gracefully, until `deadline` fires. */
  drain(deadline: AbortSignal): Promise<void>;
}

export async function serve(
  first: Snapshot | undefined,
  state: Pick<RoutesHandlerOptions, 'sourceAgeMs' | 'heldBackRoutes'> = {},
): Promise<Serving> {
  let current = first;
  const answered: number[] = [];
  const handler = new RoutesHandler({
    clock: systemClock,
    current: () => current,
    onAnswered: (status) => answered.push(status),
    ...state,
  });
  const listener = new Listener({
    address: { host: '127.0.0.1', port: 0 },
    answer: (request, response) => {
      route(
        {
          routes: handler.handle.bind(handler),
          health: () => ({ isHealthy: current !== undefined, body: 'a word about health' }),
          shards: new Map([['/swarm/redis/shards', () => '{"endpoints":[]}']]),
          onFailure: (error) => {
            throw error;
          },
        },
        request,
        response,
      );
    },
    onEnd: (connection, wasReset) => {
      handler.connectionEnded(connection, wasReset);
    },
  });
  await listener.listen();
  return {
    port: listener.port,
    show: (snapshot) => {
      current = snapshot;
    },
    answered,
    close: () => listener.close(AbortSignal.abort()),
    drain: (deadline) => listener.close(deadline),
  };
}
