/**
 * Gets anything thrown; gives the parts that may be logged.
 *
 * An allow-list, for errors of HTTP clients carry response bodies and headers, and those carry Secrets and tokens:
 * client-node's ApiException even puts both into its message.
 */

/** The loggable part of an error. */
export interface SerializedError {
  readonly type: string;
  readonly message: string;
  readonly stack?: string;
  readonly code?: string | number;
  readonly status?: number;
  readonly reason?: string;
  readonly retryAfterMs?: number;
  readonly disposition?: string;
  readonly cause?: SerializedError;
}

const deepestCause = 4;

/** Serializes `thrown` for a log line. */
export function serializeError(thrown: unknown, depth = 0): SerializedError {
  if (!(thrown instanceof Error))
    return { type: typeof thrown, message: typeof thrown === 'string' ? thrown : 'not an error' };
  const extra = Object.fromEntries(Object.entries(ownFields(thrown)).filter(([, value]) => value !== undefined));
  if (isApiException(thrown)) return { type: thrown.name, message: `HTTP status ${thrown.code}`, ...extra };
  return {
    type: thrown.name,
    message: thrown.message,
    ...(thrown.stack === undefined ? {} : { stack: thrown.stack }),
    ...extra,
    ...(thrown.cause instanceof Error && depth < deepestCause
      ? { cause: serializeError(thrown.cause, depth + 1) }
      : {}),
  };
}

/** client-node's ApiException, told by its shape: this room knows no Kubernetes. */
function isApiException(error: Error): error is Error & { code: number } {
  return 'body' in error && 'headers' in error && 'code' in error && typeof error.code === 'number';
}

function ownFields(error: Error): Record<string, string | number | undefined> {
  const words = (name: string): string | undefined => {
    const value: unknown = Reflect.get(error, name);
    return typeof value === 'string' ? value : undefined;
  };
  const number = (name: string): number | undefined => {
    const value: unknown = Reflect.get(error, name);
    return typeof value === 'number' ? value : undefined;
  };
  return {
    code: words('code') ?? number('code'),
    status: number('status'),
    reason: words('reason'),
    retryAfterMs: number('retryAfterMs'),
    disposition: words('disposition'),
  };
}
