/** Gets what went wrong with a request, gives what it means for the request and what to tell its caller. */
import type { FallbackReason } from '../balancer-adapter/index.ts';
import { BalancerError } from '../balancer/index.ts';
import type { Endpoint } from '../balancer/index.ts';

/** No connection or a broken one; no answer in time; too many requests in flight and waiting. */
export type BalancedRequestErrorCode = 'RSRV_BALANCER_TRANSPORT' | 'RSRV_BALANCER_TIMEOUT' | 'RSRV_BALANCER_QUEUE_FULL';

/**
 * A request failed on its way to an endpoint, and nothing else was tried or could be. `cause` is undici's error. Stable:
 * tell errors apart by `code`.
 */
export class BalancedRequestError extends Error {
  override readonly name = 'BalancedRequestError';
  /** Stable, to tell errors apart by. */
  readonly code: BalancedRequestErrorCode;
  /** Where it was sent last; undefined when it never left the queue. */
  readonly endpoint: Endpoint | undefined;

  constructor(code: BalancedRequestErrorCode, message: string, parts: { cause?: Error; endpoint?: Endpoint } = {}) {
    super(message, parts.cause === undefined ? undefined : { cause: parts.cause });
    this.code = code;
    this.endpoint = parts.endpoint;
  }
}

/** `pod search-7d4-x2x (node n1, zone eu-central-1a, http://10.2.1.53:8080)`, as far as it is known. */
function describeEndpoint({ address, pod, node, zone }: Endpoint): string {
  const where = [node === undefined ? '' : `node ${node}`, zone === undefined ? '' : `zone ${zone}`, address];
  return `${pod === undefined ? 'endpoint' : `pod ${pod}`} (${where.filter((part) => part !== '').join(', ')})`;
}

export function timedOut(endpoint: Endpoint, timeoutMs: number): BalancedRequestError {
  const message = `${describeEndpoint(endpoint)} did not begin to answer within ${timeoutMs} ms`;
  return new BalancedRequestError('RSRV_BALANCER_TIMEOUT', message, { endpoint });
}

export function transportFailed(endpoint: Endpoint, cause: Error): BalancedRequestError {
  if (cause instanceof BalancedRequestError) return cause;
  const message = `request to ${describeEndpoint(endpoint)} failed: ${cause.message}`;
  return new BalancedRequestError('RSRV_BALANCER_TRANSPORT', message, { cause, endpoint });
}

export function queueFull(maxQueued: number): BalancedRequestError {
  const message = `${maxQueued} requests wait in line already: raise maxInflight or maxQueued, or ask for less`;
  return new BalancedRequestError('RSRV_BALANCER_QUEUE_FULL', message);
}

/** What undici says of requests that no endpoint could answer: they fail everywhere, so nothing is tried again. */
const callersMistakes = new Set([
  'UND_ERR_INVALID_ARG',
  'UND_ERR_NOT_SUPPORTED',
  'UND_ERR_REQ_CONTENT_LENGTH_MISMATCH',
  'UND_ERR_RES_EXCEEDED_MAX_SIZE',
]);

export function isCallersMistake(error: Error): boolean {
  return 'code' in error && typeof error.code === 'string' && callersMistakes.has(error.code);
}

export function reasonOf(error: Error): FallbackReason {
  if (error instanceof BalancerError) return error.code === 'RSRV_BALANCER_NO_ENDPOINTS' ? 'noEndpoints' : 'bug';
  if (!(error instanceof BalancedRequestError)) return 'bug';
  const reasons = {
    RSRV_BALANCER_TRANSPORT: 'transport',
    RSRV_BALANCER_TIMEOUT: 'timeout',
    RSRV_BALANCER_QUEUE_FULL: 'queueFull',
  } as const satisfies Record<BalancedRequestErrorCode, FallbackReason>;
  return reasons[error.code];
}
