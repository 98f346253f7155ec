/** Gets any error of a pass, gives reason and message for the person who reads the object. Pure. */
import { reasons, type Reason } from '../api/index.ts';
import { KubeError } from '../kube/index.ts';
import { OperatorError } from './operator-error.ts';

export interface Failure {
  readonly reason: Reason;
  readonly message: string;
}

export function failureOf(error: unknown): Failure {
  if (error instanceof OperatorError) return { reason: error.reason, message: error.message };
  if (error instanceof KubeError) {
    const reason = error.status === 0 || error.status >= 500 ? reasons.apiUnavailable : reasons.applyFailed;
    return { reason, message: error.message };
  }
  return { reason: reasons.applyFailed, message: error instanceof Error ? error.message : 'unknown error' };
}
