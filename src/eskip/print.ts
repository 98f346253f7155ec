/**
 * Gets routes; gives eskip text that parses back to them.
 *
 * The text is the same, byte for byte, as Skipper's for all that Skipper prints correctly; the route server's ETag
 * does not depend on which program printed the table. It differs where Skipper's own parser could not read Skipper's
 * text back: `<forward>` (Skipper prints nothing), numbers such as 1e-05, quotes in a backend, a bracket that is
 * escaped in a pattern. Source: Skipper v0.27.65, `eskip/string.go`.
 */

import { printEndpoint } from './endpoint.ts';
import { firstSortedRank, listRank, matchesAnything, patternArgOf, printRank } from './fields.ts';
import { unescapeQuoted } from './literals.ts';
import { printNumber } from './numbers.ts';
import type { Arg, Backend, LbEndpoint, Predicate, Route } from './route.ts';
import { SharedCall } from './shared-call.ts';
import { compareLikeGo } from './utf8.ts';

/** `pretty` puts every filter and the backend on a line of its own, indented by `indent` (two spaces if unset). */
interface PrintOptions {
  readonly pretty?: boolean;
  readonly indent?: string;
}

const needsEscape = /["\\\cG\b\f\n\r\t\v]/;
const eachToEscape = /["\\\cG\b\f\n\r\t\v]/g;
const escapes: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
};

/** Every route on its own line, as Skipper's `eskip.Print`; no newline at the end, `''` for no routes. */
export function printRoutes(routes: readonly Route[], options: PrintOptions = {}): string {
  return routes.map((route) => printRoute(route, options)).join(options.pretty === true ? '\n\n' : '\n');
}

/** `id: predicates -> filters -> backend;`, or the expression alone for a route without an id. */
export function printRoute(route: Route, options: PrintOptions = {}): string {
  const expression = printExpression(route, options);
  // A text that grows is a tree of small strings, which takes five times its memory and is copied whole when first
  // read; `join` makes one string at once.
  return route.id === '' ? expression : [route.id, ': ', expression, ';'].join('');
}

/** The route without its id and semicolon, as Skipper's `Route.String`. */
export function printExpression(route: Route, { pretty = false, indent = '  ' }: PrintOptions = {}): string {
  const arrow = pretty ? `\n${indent}-> ` : ' -> ';
  let text = printPredicates(route.predicates);
  for (const filter of route.filters) text += arrow + printCall(filter);
  return text + arrow + printBackend(route.backend);
}

/** Predicates joined by `&&`, in Skipper's order: those in fields first. `*` when there are none. */
export function printPredicates(predicates: readonly Predicate[]): string {
  let text = '';
  let last = 0;
  for (const predicate of predicates) {
    if (isVoidInSkipper(predicate)) continue;
    const rank = printRank(predicate);
    if (text !== '' && !mayFollow(rank, last)) return printSorted(predicates);
    last = rank;
    text += text === '' ? printPredicate(predicate) : ` && ${printPredicate(predicate)}`;
  }
  return text === '' ? '*' : text;
}

/** Whether a predicate stands where it belongs, whatever its text. */
function mayFollow(rank: number, last: number): boolean {
  return rank > last || (rank === last && !isSortedByText(rank));
}

function printSorted(predicates: readonly Predicate[]): string {
  return predicates
    .filter((predicate) => !isVoidInSkipper(predicate))
    .map((predicate) => ({ rank: printRank(predicate), text: printPredicate(predicate) }))
    .sort((left, right) => left.rank - right.rank || compareInRank(left.rank, left.text, right.text))
    .map(({ text }) => text)
    .join(' && ');
}

/** A filter, or a predicate in its list form, such as `setPath("/a")`. */
export function printCall(call: Predicate): string {
  return call.inField === true ? spelled({ name: call.name, args: call.args }) : printPredicate(call);
}

function printArgs(args: readonly Arg[], patternArg = -1): string {
  let text = '';
  // Counted by hand: entries() makes two objects for each argument, and this is called for each of 500,000.
  let at = 0;
  for (const arg of args) {
    const printed = at === patternArg ? printPattern(arg) : printArg(arg);
    text = at === 0 ? printed : `${text}, ${printed}`;
    at += 1;
  }
  return text;
}

/** A backend as it stands at the end of a route. An `lb` backend needs an endpoint: eskip has no word for none. */
export function printBackend(backend: Backend): string {
  switch (backend.type) {
    case 'network':
      return quoteAddress(backend.address);
    case 'lb':
      return printBalanced(backend.algorithm, backend.endpoints);
    case 'shunt':
      return '<shunt>';
    case 'loopback':
      return '<loopback>';
    case 'dynamic':
      return '<dynamic>';
    case 'forward':
      return '<forward>';
  }
}

let lastBalanced = { algorithm: '', endpoints: [] as readonly LbEndpoint[], text: '<>' };

/** Routes of one object come one after the other and lead to the same list of endpoints as a rule: it prints once. */
function printBalanced(algorithm: string, endpoints: readonly LbEndpoint[]): string {
  if (lastBalanced.endpoints === endpoints && lastBalanced.algorithm === algorithm) return lastBalanced.text;
  const addresses = endpoints.map((endpoint) => quoteAddress(printEndpoint(endpoint)));
  const inside = algorithm === '' ? addresses : [algorithm, ...addresses];
  lastBalanced = { algorithm, endpoints, text: ['<', inside.join(', '), '>'].join('') };
  return lastBalanced.text;
}

function isVoidInSkipper(predicate: Predicate): boolean {
  return (
    predicate.name === 'Any' || predicate.name === '*' || (predicate.inField === true && matchesAnything(predicate))
  );
}

function compareInRank(rank: number, left: string, right: string): number {
  return isSortedByText(rank) ? compareLikeGo(left, right) : 0;
}

function isSortedByText(rank: number): boolean {
  return rank >= firstSortedRank && rank < listRank;
}

function printPredicate(predicate: Predicate): string {
  return predicate instanceof SharedCall ? predicate.printedBy(spelled) : spelled(predicate);
}

function spelled(predicate: Predicate): string {
  return `${predicate.name}(${printArgs(predicate.args, patternArgOf(predicate))})`;
}

function printArg(arg: Arg): string {
  return typeof arg === 'number' ? printNumber(arg) : quote(arg);
}

function quote(text: string): string {
  return needsEscape.test(text) ? `"${text.replace(eachToEscape, (found) => escapes[found] ?? found)}"` : `"${text}"`;
}

/** Skipper does not escape addresses; only where that would read back as another one do we. */
function quoteAddress(address: string): string {
  if (!address.includes('"') && !address.includes('\\')) return `"${address}"`;
  const unescaped = `${address}"`;
  const isReadable = !address.includes('"') && unescapeQuoted(unescaped, '"') === unescaped;
  return isReadable ? `"${address}"` : quote(address);
}

function printPattern(arg: Arg): string {
  if (typeof arg !== 'string' || !isReadableAsPattern(arg)) return printArg(arg);
  return `/${arg.includes('/') || arg.includes('\\') ? arg.replace(/[\\/]/g, '\\$&') : arg}/`;
}

/**
 * Whether `/…/` reads back as the same text. Not when it is empty: `//` begins a comment. Not with control
 * characters, whose escapes are left to the regular expression. Nor when the last bracket opens: the parser minds
 * brackets, even one that the pattern escapes, and takes the closing slash for part of a character class.
 */
function isReadableAsPattern(pattern: string): boolean {
  if (pattern === '') return false;
  return pattern.lastIndexOf('[') <= pattern.lastIndexOf(']') && !/[\cG\b\f\n\r\t\v]/.test(pattern);
}
