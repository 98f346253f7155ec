/**
 * Gets what a Skipper lists as the routes that it was given and could not put to use. Gives for each of them why, and
 * which requests it is meant for, without the values of credentials.
 *
 * Source of the form: Skipper v0.27.65 `routing/routing.go` (`InvalidRouteResponse`), `eskip/json.go`.
 */
import type { Arg, Call } from '../eskip/index.ts';
import { printRedacted, redactReason } from './redact.ts';

/** What makes up the list: a route as JSON, with the error in it. */
interface ListedRoute {
  readonly id: string;
  readonly error?: unknown;
  readonly predicates?: unknown;
  readonly filters?: unknown;
  readonly backend?: unknown;
}

// Host() and Path() of an Ingress; a RouteGroup may give a pattern.
const placeNames = new Set(['Host', 'HostAny', 'Path', 'PathSubtree', 'PathRegexp']);

/** Descriptions by route id, in the order of the ids; `undefined` when the text is no such list. */
export function rejectedIn(listing: string): ReadonlyMap<string, string> | undefined {
  const value = parsed(listing);
  if (!Array.isArray(value)) return undefined;
  const routes = value.filter(isListedRoute);
  if (routes.length < value.length) return undefined;
  // Skipper lists them in another order each time.
  const inOrder = routes.toSorted((one, other) => (one.id < other.id ? -1 : 1));
  return new Map(inOrder.map((route) => [route.id, describe(route)]));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isListedRoute(value: unknown): value is ListedRoute {
  return typeof value === 'object' && value !== null && 'id' in value && typeof value.id === 'string';
}

function describe({ id, error, predicates, filters, backend }: ListedRoute): string {
  const [conditions, changes] = [callsIn(predicates), callsIn(filters)];
  const calls = [...conditions, ...changes];
  const why = typeof error === 'string' ? redactReason(withoutPlace(error, id), calls, backend) : 'no reason given';
  const place = conditions.filter(({ name }) => placeNames.has(name)).map(printRedacted);
  return [why, ...(place.length > 0 ? [place.join(' && ')] : [])].join('; ');
}

// Skipper's matcher says at which place in its table the route is, and that is another one in every table that it makes.
function withoutPlace(error: string, id: string): string {
  return error.startsWith(`${id} [`) ? error.slice(id.length).replace(/^ \[\d+\]: /, '') : error;
}

function callsIn(value: unknown): readonly Call[] {
  return Array.isArray(value) ? value.flatMap(callIn) : [];
}

function callIn(value: unknown): readonly Call[] {
  if (typeof value !== 'object' || value === null || !('name' in value) || typeof value.name !== 'string') return [];
  const args: unknown = 'args' in value ? value.args : [];
  return [{ name: value.name, args: Array.isArray(args) ? args.filter(isArg) : [] }];
}

const isArg = (value: unknown): value is Arg => typeof value === 'string' || typeof value === 'number';
