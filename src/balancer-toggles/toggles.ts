/**
 * The toggles of the client-side balancer: gets the text of `client-balancer.json` (docs/guide/balancer-toggles.md),
 * gives what it says, or an error that names the field.
 */

/** What decides, request by request, whether the client places it itself. */
export interface Toggles {
  /** False sends every request through Skipper again. */
  readonly enabled: boolean;
  /** Share of keys that the client places itself, 0 to 100. */
  readonly percentage: number;
  /** Whether a request that fails on the client side is sent through Skipper. */
  readonly fallback: boolean;
  /** Origin of Skipper, such as `http://skipper-ingress.kube-system`. Without it a request goes to where its URL says. */
  readonly fallbackUrl?: string;
}

/** Key of the operator's ConfigMap, and so the file's name where it is mounted. */
export const togglesKey = 'client-balancer.json';

/** What holds until toggles have been read for the first time: the way that worked before there was a balancer. */
export const everythingThroughSkipper: Toggles = { enabled: false, percentage: 0, fallback: true };

/** What holds for a balancer without toggles. */
export const alwaysOn: Toggles = { enabled: true, percentage: 100, fallback: true };

/** The text is not what toggles look like; the message names the field. Stable. */
export class TogglesError extends Error {
  override readonly name = 'TogglesError';
  readonly code = 'RSRV_BALANCER_TOGGLES';
}

/**
 * Reads toggles. Unknown fields are passed over: the operator may be newer than this library.
 * @throws TogglesError
 */
export function parseToggles(text: string): Toggles {
  const fields = objectOf(text);
  const fallbackUrl = originOf(fields.get('fallbackUrl'));
  return {
    enabled: booleanOf('enabled', fields.get('enabled')),
    percentage: percentageOf(fields.get('percentage')),
    fallback: booleanOf('fallback', fields.get('fallback') ?? true),
    ...(fallbackUrl === undefined ? {} : { fallbackUrl }),
  };
}

function objectOf(text: string): ReadonlyMap<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new TogglesError(`${togglesKey} is no JSON`, { cause: error });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new TogglesError(`${togglesKey} must hold one JSON object`);
  return new Map<string, unknown>(Object.entries(value));
}

function booleanOf(field: string, value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  throw new TogglesError(`${togglesKey}: ${field} must be true or false, without quotes, but is ${shown(value)}`);
}

function percentageOf(value: unknown): number {
  if (typeof value === 'number' && value >= 0 && value <= 100) return value;
  throw new TogglesError(`${togglesKey}: percentage must be a number from 0 to 100, but is ${shown(value)}`);
}

function originOf(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  const url = typeof value === 'string' ? URL.parse(value) : null;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url.origin;
  throw new TogglesError(`${togglesKey}: fallbackUrl must begin with http:// or https://, but is ${shown(value)}`);
}

function shown(value: unknown): string {
  return value === undefined ? 'missing' : JSON.stringify(value);
}
