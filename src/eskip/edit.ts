/**
 * Gets routes and a rule from the flags `-edit-route` or `-clone-route`; gives the routes that the rule makes.
 *
 * The rule's pattern is applied to the text of each predicate and each filter on its own. Source: Skipper v0.27.65,
 * `eskip/eskip.go` (Editor, Clone) and `config/routechangerconfig.go`.
 */

import { type GoRegexp, compileGoRegexp } from './go-regexp.ts';
import { matchesAnything } from './fields.ts';
import { sortedByText } from './normalise.ts';
import { parseFilters, parsePredicates } from './parse.ts';
import { printCall } from './print.ts';
import type { Backend, Call, Predicate, Route } from './route.ts';
import { compareLikeGo } from './utf8.ts';

/** A rule: what `pattern` matches is replaced by `replacement`, in which `$1` and `${name}` stand for groups. */
export interface RouteEdit {
  readonly pattern: GoRegexp;
  readonly replacement: string;
}
type RouteEditResult =
  { readonly ok: true; readonly edit: RouteEdit } | { readonly ok: false; readonly problem: string };

/** A predicate or filter that a rule would have made unreadable, and that therefore stays as it was. */
interface EditProblem {
  readonly routeId: string;
  readonly message: string;
}
export interface EditOutcome {
  readonly routes: readonly Route[];
  readonly problems: readonly EditProblem[];
}

/** Reads a flag's value, `/pattern/replacement/`; any first character is the separator. */
export function parseRouteEdit(text: string): RouteEditResult {
  const separator = text.charAt(0);
  const parts = text.split(separator);
  // Skipper splits at each separator, with no way to escape one, and ignores what follows the third.
  if (separator === '' || parts.length !== 4) {
    const example = '/pattern/replacement/ with the separator three times, and another separator if the pattern has it';
    return { ok: false, problem: `expected ${example}; found ${Math.max(parts.length - 1, 0)}` };
  }
  const [, source = '', replacement = ''] = parts;
  const compiled = compileGoRegexp(source);
  return compiled.ok ? { ok: true, edit: { pattern: compiled.regexp, replacement } } : compiled;
}

/** The routes with those that the rule changes in its changed form; the others are the same objects. */
export function editRoutes(edit: RouteEdit, routes: readonly Route[]): EditOutcome {
  const problems: EditProblem[] = [];
  return { routes: routes.map((route) => applyEdit(edit, route, problems) ?? route), problems };
}

/** The routes, and behind them a changed copy of each that the rule changes, named `clone_<id>`. */
export function cloneRoutes(edit: RouteEdit, routes: readonly Route[]): EditOutcome {
  const problems: EditProblem[] = [];
  const clones = routes.flatMap((route) => applyEdit(edit, { ...route, id: `clone_${route.id}` }, problems) ?? []);
  return { routes: [...routes, ...clones], problems };
}

function applyEdit(edit: RouteEdit, route: Route, problems: EditProblem[]): Route | undefined {
  const apply = (calls: readonly Call[], kind: CallKind): readonly Call[] =>
    calls.map((call) => {
      const edited = editCall(edit, call, kind);
      if (edited.problem !== undefined) problems.push({ routeId: route.id, message: edited.problem });
      return edited.call;
    });
  const before = inListForm(route.predicates);
  const predicates = apply(before, 'predicate');
  const filters = apply(route.filters, 'filter');
  if (isSame(before, predicates) && isSame(route.filters, filters)) return undefined;
  return { id: route.id, predicates, filters, backend: withEndpointsSorted(route.backend) };
}

function isSame(before: readonly Call[], after: readonly Call[]): boolean {
  return before.every((call, i) => call === after[i]);
}

type CallKind = 'predicate' | 'filter';

function editCall({ pattern, replacement }: RouteEdit, call: Call, kind: CallKind): { call: Call; problem?: string } {
  const before = printCall(call);
  const after = pattern.replaceAll(before, replacement);
  if (after === before) return { call };
  const [read, problem] = readCalls(after, kind);
  // Skipper takes the first and drops the rest; where there is none, it crashes.
  const [first] = read;
  return first === undefined
    ? { call, problem: `the ${kind} ${call.name} stays as it is: ${problem}` }
    : { call: first };
}

function readCalls(text: string, kind: CallKind): readonly [readonly Call[], string] {
  const parsed = kind === 'predicate' ? parsePredicates(text) : parseFilters(text);
  if (!parsed.ok) return [[], `the replaced text is not a ${kind}: ${parsed.error.message}`];
  return ['predicates' in parsed ? parsed.predicates : parsed.filters, 'the replacement leaves nothing of it'];
}

/** Where Skipper's list takes the predicates from its fields; the rest, in no field, stands between them. */
const fieldOrder = ['Method', '', 'Path', 'Host', 'PathRegexp', 'Header', 'HeaderRegexp'];

/** The predicates as Skipper's `Canonical` has them: all in the list, ordered by name. */
function inListForm(predicates: readonly Predicate[]): readonly Predicate[] {
  const place = (predicate: Predicate) => fieldOrder.indexOf(predicate.inField === true ? predicate.name : '');
  return predicates
    .filter((predicate) => predicate.inField !== true || !matchesAnything(predicate))
    .map((predicate) => ({ predicate, place: place(predicate) }))
    .sort((left, right) => compareLikeGo(left.predicate.name, right.predicate.name) || left.place - right.place)
    .map(({ predicate: { name, args } }) => ({ name, args }));
}

function withEndpointsSorted(backend: Backend): Backend {
  if (backend.type !== 'lb') return backend;
  return { ...backend, endpoints: sortedByText(backend.endpoints, ({ address }) => address) };
}
