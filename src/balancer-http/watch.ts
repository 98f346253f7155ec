/** Gets a request that is on its way to an endpoint, tells the balancer of its begin and, once, of its end. */
import type { ClientRequest, IncomingMessage } from 'node:http';
import { errorMonitor } from 'node:events';
import { channels } from '../balancer-adapter/index.ts';
import type { AttemptEvent, AttemptOutcome, BalancerClock } from '../balancer-adapter/index.ts';
import type { Balancer, Endpoint } from '../balancer/index.ts';

export interface WatchParts {
  readonly balancer: Balancer;
  readonly endpoint: Endpoint;
  readonly clock: BalancerClock;
  /** 1 for the first, 2 for the retry. */
  readonly attempt: number;
}

/** Gives what to call when the endpoint could not be reached; from then on the request is not watched any more. */
export function watch(request: ClientRequest, { balancer, endpoint, clock, attempt }: WatchParts): () => void {
  const beganAt = clock.now();
  let hasFailed = false;
  const settle = (outcome: AttemptOutcome): void => {
    request.off('close', closed).off(errorMonitor, failed);
    const durationMs = clock.now() - beganAt;
    balancer.finish(endpoint, durationMs, outcome === 'transport');
    if (channels.attempt.hasSubscribers)
      channels.attempt.publish({ balancer, endpoint, attempt, durationMs, outcome } satisfies AttemptEvent);
  };
  // Destroyed before it fails: that was the caller.
  const failed = (): void => {
    hasFailed = !request.destroyed;
  };
  const closed = (): void => {
    // No 'response' listener: with one, Node would no longer read answers to their end that nobody listens for.
    const { res } = request as { res?: IncomingMessage | null };
    if (hasFailed || res === undefined || res === null) settle(hasFailed ? 'transport' : 'aborted');
    else settle((res.statusCode ?? 0) >= 500 ? 'error5xx' : 'answered');
  };
  balancer.begin(endpoint);
  request.on('close', closed).on(errorMonitor, failed);
  return () => {
    settle('transport');
  };
}
