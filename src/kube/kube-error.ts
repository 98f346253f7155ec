/**
 * Gets an answer of the API server that is not a success, or none at all; gives an error that says what to do about it.
 *
 * It never carries the body, headers or the request: those hold Secrets and tokens (ApiException's trap).
 */
import { formatKey } from './resource-kind.ts';
import type { ObjectKey, ResourceKind } from './resource-kind.ts';

/**
 * What has to happen before it can work: `stalled` a person must change something; `waiting` the cluster must move on
 * (look again, it is no error); `transient` trying again may do.
 */
export type Disposition = 'stalled' | 'waiting' | 'transient';

export interface KubeErrorOptions {
  /** HTTP status; 0 when no answer came. */
  readonly status: number;
  /** The API server's reason, such as `Conflict`, or ours: `Unreachable`, `Timeout`, `BadAnswer`, `Credentials`, `LeaseLost`, `Aborted`. */
  readonly reason: string;
  readonly message: string;
  readonly disposition: Disposition;
  readonly retryAfterMs?: number | undefined;
  readonly cause?: unknown;
}

/** A failed call. */
export class KubeError extends Error {
  override readonly name = 'KubeError';
  readonly status: number;
  readonly reason: string;
  readonly disposition: Disposition;
  readonly retryAfterMs: number | undefined;

  constructor(options: KubeErrorOptions) {
    super(options.message, options.cause === undefined ? undefined : { cause: options.cause });
    this.status = options.status;
    this.reason = options.reason;
    this.disposition = options.disposition;
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** What a call was about, for messages. */
export interface CallSubject {
  readonly verb: string;
  readonly kind: ResourceKind;
  readonly key?: ObjectKey | undefined;
}

/** Whether `error` says that the object is not there. */
export function isNotFound(error: unknown): error is KubeError {
  return error instanceof KubeError && error.status === 404;
}

/** Whether `error` says that somebody else wrote first, or that the object exists already. */
export function isConflict(error: unknown): boolean {
  return error instanceof KubeError && error.status === 409;
}

/** Whether `error` says that a resource version or a continue token is too old: list again. */
export function isExpired(error: unknown): boolean {
  return error instanceof KubeError && (error.status === 410 || error.reason === 'Expired');
}

/** `patch Deployment kube-system/skipper`. */
export function describeCall({ verb, kind, key }: CallSubject): string {
  return key === undefined ? `${verb} ${kind.plural}` : `${verb} ${kind.kind} ${formatKey(key)}`;
}
