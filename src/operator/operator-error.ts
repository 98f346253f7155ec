/** An error of the operator that says what has to happen before it can go away. */
import type { Reason } from '../api/index.ts';
import type { Disposition } from '../kube/index.ts';

export class OperatorError extends Error {
  override readonly name = 'OperatorError';
  /** Stands in condition, event and metric label. */
  readonly reason: Reason;
  readonly disposition: Disposition;

  constructor(options: {
    readonly reason: Reason;
    readonly disposition: Disposition;
    readonly message: string;
    readonly cause?: unknown;
  }) {
    super(options.message, options.cause === undefined ? undefined : { cause: options.cause });
    this.reason = options.reason;
    this.disposition = options.disposition;
  }
}
