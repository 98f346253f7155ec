/**
 * Gets a predicate or filter. Gives its text with the arguments left out that may be credentials.
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
