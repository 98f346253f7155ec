/**
 * Gets a predicate or filter, or what Skipper says about them. Gives the text with what may be credentials left out.
 *
 * A sample ends up in an object's status, which more people may read than may read the routes. When in doubt an
 * argument is left out: a reader who may see it can look the route up by its id.
 */
import { printCall } from '../eskip/index.ts';
import type { Arg, Call } from '../eskip/index.ts';

const REDACTED = '…';
const MAX_ARG_LENGTH = 80;

// oauthTokeninfoAllScope, bearerinjector, basicAuth, jwtValidation, setBasicAuthorization, oidc…, encrypt, hmac, Cookie …
const secretCalls =
  /auth|bearer|token|jwt|oidc|secret|credential|password|cookie|session|grant|crypt|hmac|sign|inject/i;
const secretNames = /auth|token|secret|password|passwd|credential|cookie|session|signature|api-?_?key|x-.*-?key$/i;
// Header("Authorization", "…"), setRequestHeader("X-Api-Key", "…"), appendContextRequestHeader, modRequestHeader …
const namedBySomething = /header|query|annotate|state|tag|claim/i;
const secretValues = [
  /^(bearer|basic|negotiate|digest|aws4-\S+)\s/i,
  /^eyJ[\w-]+\.[\w-]+/,
  /-----BEGIN /,
  // A long run without a space, a slash or a dot is a key more often than a word.
  /[\w+=-]{32,}/,
  /(password|passwd|secret|token|api_?key)\s*[=:]/i,
];

/** The call as eskip, with `…` for what may be secret and long arguments cut short. */
export function printRedacted(call: Call): string {
  return printCall({ name: call.name, args: redactedArgs(call) });
}

/** An address without user and password. */
export function redactAddress(address: string): string {
  return address.replace(/^(\w+:\/\/)[^/@]*@/, `$1${REDACTED}@`);
}

/**
 * Why Skipper did not put a route to use, in its own words as far as they are sure to hold nothing secret. They may
 * repeat arguments and addresses in whole, in quotes or in pieces: where the route has something to hide they end before
 * the first of those.
 * @param calls predicates and filters of the route
 * @param backend whatever describes its backend
 */
export function redactReason(reason: string, calls: readonly Call[], backend: unknown): string {
  const text = reason.replaceAll(/\s+/g, ' ').trim();
  const hasSecrets = calls.some(hidesSomething) || JSON.stringify([backend]).includes('@');
  // Of an unknown filter or predicate only the name is told.
  if (!hasSecrets || text.startsWith('unknown_')) return text;
  const end = text.search(/["'`(]/);
  return end === -1 ? text : `${text.slice(0, end).trimEnd()}${REDACTED}`;
}

function hidesSomething(call: Call): boolean {
  return redactedArgs(call).some((arg, at) => arg !== call.args[at]);
}

function redactedArgs({ name, args }: Call): readonly Arg[] {
  if (secretCalls.test(name)) return args.map(() => REDACTED);
  const [first, ...rest] = args;
  if (namedBySomething.test(name) && typeof first === 'string' && secretNames.test(first)) {
    return [first, ...rest.map(() => REDACTED)];
  }
  return args.map(redactedArg);
}

function redactedArg(arg: Arg): Arg {
  if (typeof arg !== 'string') return arg;
  if (secretValues.some((pattern) => pattern.test(arg))) return REDACTED;
  const shown = redactAddress(arg);
  return shown.length > MAX_ARG_LENGTH ? `${shown.slice(0, MAX_ARG_LENGTH)}${REDACTED}` : shown;
}
