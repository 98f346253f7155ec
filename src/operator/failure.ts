/** Gets any error of a pass, gives reason and message for the person who reads the object. Pure. */
import { reasons, type Reason } from '../api/index.ts';
import { KubeError } from '../kube/index.ts';
import { OperatorError } from './operator-error.ts';

export interface Failure {
  readonly reason: Reason;
  readonly message: string;
  /** It is tried again all the same, but it will not go away by itself. */
  readonly needsPerson: boolean;
}

export function failureOf(error: unknown): Failure {
  const { message } = error instanceof Error ? error : { message: 'unknown error' };
  if (!(error instanceof OperatorError || error instanceof KubeError)) {
    return { reason: reasons.applyFailed, message, needsPerson: false };
  }
  return { reason: reasonOf(error), message, needsPerson: error.disposition === 'stalled' };
}

function reasonOf(error: OperatorError | KubeError): Reason {
  if (error instanceof OperatorError) return error.reason;
  return error.status === 0 || error.status >= 500 ? reasons.apiUnavailable : reasons.applyFailed;
}
