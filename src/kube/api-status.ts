/**
 * Gets the API server's refusal (HTTP status, headers, a Status object); gives a KubeError.
 */
import { describeCall, KubeError } from './kube-error.ts';
import type { CallSubject, Disposition } from './kube-error.ts';

/** The parts of a Status object (meta/v1) that are read. */
interface ApiStatus {
  readonly code?: unknown;
  readonly reason?: unknown;
  readonly message?: unknown;
  readonly details?: { readonly retryAfterSeconds?: unknown; readonly causes?: unknown };
}

const longestText = 600;

/** What an answer with an error status means. `body` is its text; `retryAfter` is the header. */
export function errorOfAnswer(
  subject: CallSubject,
  answer: { readonly status: number; readonly retryAfter: string | undefined; readonly body: string },
): KubeError {
  return errorOfStatus(subject, parse(answer.body) ?? {}, answer.status, answer.retryAfter);
}

/** What a Status object means, such as the one in a watch's ERROR event. */
export function errorOfStatus(subject: CallSubject, raw: unknown, httpStatus: number, retryAfter?: string): KubeError {
  const api: ApiStatus = typeof raw === 'object' && raw !== null ? raw : {};
  const status = typeof api.code === 'number' ? api.code : httpStatus;
  const reason = typeof api.reason === 'string' && api.reason !== '' ? api.reason : `Http${status}`;
  return new KubeError({
    status,
    reason,
    disposition: dispositionOf(status, causesOf(api)),
    retryAfterMs: retryAfterMsOf(retryAfter, api.details?.retryAfterSeconds),
    message: `${describeCall(subject)}: ${status} ${reason}${explain(subject, api)}`,
  });
}

function dispositionOf(status: number, causes: readonly Cause[]): Disposition {
  if (status === 404 || status === 409 || status === 412) return 'waiting';
  // A namespace that is going away refuses with 403; that ends by itself.
  if (causes.some(({ reason }) => reason === 'NamespaceTerminating')) return 'waiting';
  // A token that is just being rotated is refused with 401; the next try reads the file again.
  if (status === 401 || status === 408 || status === 410 || status === 429 || status >= 500) return 'transient';
  return 'stalled';
}

/** The server's words. For Secrets only the names of fields: its words can quote values. */
function explain(subject: CallSubject, api: ApiStatus): string {
  if (subject.kind.kind === 'Secret') {
    const fields = causesOf(api).map(({ field, reason }) => `${field} (${reason})`);
    return fields.length > 0 ? `: ${fields.join(', ')}`.slice(0, longestText) : '';
  }
  // Which budget it is that forbids an eviction is not in the message itself.
  const budgets = causesOf(api).filter(({ reason }) => reason === 'DisruptionBudget');
  const words = [api.message, ...budgets.map(({ message }) => message)].filter((text) => typeof text === 'string');
  return words.length > 0 ? `: ${words.join(' ').slice(0, longestText)}` : '';
}

interface Cause {
  readonly field: string;
  readonly reason: string;
  readonly message: string;
}

function causesOf(api: ApiStatus): readonly Cause[] {
  const causes: unknown = api.details?.causes;
  if (!Array.isArray(causes)) return [];
  return causes.map((cause: unknown) => ({
    field: word(cause, 'field'),
    reason: word(cause, 'reason'),
    message: word(cause, 'message'),
  }));
}

function word(value: unknown, name: string): string {
  const found: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
  return typeof found === 'string' ? found : '?';
}

/** Milliseconds of a Retry-After header (seconds or a date) or of a Status's retryAfterSeconds. */
function retryAfterMsOf(header: string | undefined, seconds: unknown): number | undefined {
  if (header !== undefined && /^\d+$/.test(header)) return Number(header) * 1_000;
  const date = header === undefined ? NaN : Date.parse(header);
  if (!Number.isNaN(date)) return Math.max(0, date - Date.now());
  return typeof seconds === 'number' && seconds > 0 ? seconds * 1_000 : undefined;
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    // A load balancer's HTML page, say. The status tells enough.
    return undefined;
  }
}
