/** Gets a snapshot; gives a listener on loopback that serves it. For tests over real sockets. */
import type { Route } from '../../eskip/index.ts';
import { parseRoutes } from '../../eskip/index.ts';
import { systemClock } from '../../runtime/index.ts';
import { chunksOf } from '../snapshot/chunks.test-support.ts';
import { Snapshot } from '../snapshot/snapshot.ts';
import type { Connection, ConnectionEnd, Decide } from './exchange.ts';
import { Listener } from './listener.ts';
import { router } from './router.ts';
import { RoutesHandler } from './routes-handler.ts';
import type { RoutesHandlerOptions } from './routes-handler.ts';
import { answering } from './send.ts';

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

/** What a test may say beside the table. */
export type ServedState = Pick<RoutesHandlerOptions, 'sourceAgeMs' | 'heldBackRoutes' | 'settled'>;

/** Decides as a route server does. */
export interface Deciding extends Pick<Serving, 'show' | 'answered'> {
  readonly decide: Decide;
  readonly connectionEnded: (connection: Connection, end: ConnectionEnd) => void;
}

export function deciding(first: Snapshot | undefined, state: ServedState = {}): Deciding {
  let current = first;
  const answered: number[] = [];
  const handler = new RoutesHandler({
    clock: systemClock,
    current: () => current,
    onAnswered: (status) => answered.push(status),
    ...state,
  });
  const decide = router({
    routes: handler.answer.bind(handler),
    health: () => ({ isHealthy: current !== undefined, body: 'a word about health' }),
    shards: new Map([['/swarm/redis/shards', () => '{"endpoints":[]}']]),
    onFailure: (error) => {
      throw error;
    },
  });
  const show = (snapshot: Snapshot | undefined): void => {
    current = snapshot;
  };
  return { decide, connectionEnded: handler.connectionEnded.bind(handler), show, answered };
}

/** Serves on the main thread. */
export async function serve(first: Snapshot | undefined, state: ServedState = {}): Promise<Serving> {
  return serveDecided(deciding(first, state));
}

/** Serves what is decided on, on the main thread. */
export async function serveDecided({ decide, connectionEnded, show, answered }: Deciding): Promise<Serving> {
  const listener = new Listener({
    address: { host: '127.0.0.1', port: 0 },
    answer: answering(decide, systemClock),
    onEnd: connectionEnded,
  });
  await listener.listen();
  return {
    port: listener.port,
    ...{ show, answered },
    close: () => listener.close(AbortSignal.abort()),
    drain: (deadline) => listener.close(deadline),
  };
}
