/**
 * The predicates that Skipper keeps in fields of its route object: which they are, what is wrong with one, and in
 * which order they print.
 *
 * Source: Skipper v0.27.65, `eskip/eskip.go` (applyPredicates) and `eskip/string.go` (predicateString).
 */

import type { Arg, Predicate } from './route.ts';

interface Field {
  /** How many arguments it takes, all of them strings. */
  readonly argCount: number;
  /** The place in the printed route. */
  readonly rank: number;
  /** Only one of them is allowed in a route: at all, or with the same first argument. */
  readonly unique?: 'name' | 'firstArg';
  /** The argument that prints as a `/…/` literal. */
  readonly patternArg?: number;
}

const fields: ReadonlyMap<string, Field> = new Map<string, Field>([
  ['Path', { argCount: 1, rank: 0, unique: 'name' }],
  ['Host', { argCount: 1, rank: 1, patternArg: 0 }],
  ['PathRegexp', { argCount: 1, rank: 2, patternArg: 0 }],
  ['Method', { argCount: 1, rank: 3, unique: 'name' }],
  ['Header', { argCount: 2, rank: 4, unique: 'firstArg' }],
  ['HeaderRegexp', { argCount: 2, rank: 5, patternArg: 1 }],
]);

/** Where predicates stand that are in no field: behind all that are. */
export const listRank = 6;

/** The rank of the first predicates that Skipper sorts by their text, because it keeps them in a map. */
export const firstSortedRank = 4;

/**
 * A predicate as Skipper keeps it in a field of its route (Path, Host, PathRegexp, Method, Header, HeaderRegexp).
 * Use it where Skipper's own code sets the field: the printed table is then the same, byte for byte.
 */
export function fieldPredicate(name: string, ...args: readonly Arg[]): Predicate {
  return { name, args, inField: true };
}

/** True for the names of predicates that Skipper's parser moves to a field. */
export function isFieldName(name: string): boolean {
  return fields.has(name);
}

/** What stops Skipper from taking `predicate` beside the ones before it, or undefined. */
export function problemWithField(predicate: Predicate, before: readonly Predicate[]): string | undefined {
  const { name, args } = predicate;
  const field = fields.get(name);
  if (field === undefined) return undefined;
  if (field.unique === 'name' && before.some((other) => other.name === name)) {
    return `a route takes only one ${name} predicate; remove one, or make two routes`;
  }
  if (args.length !== field.argCount || args.some((arg) => typeof arg !== 'string')) {
    const count = field.argCount === 1 ? '1 string argument' : `${field.argCount} string arguments`;
    return `${name} takes ${count}`;
  }
  if (field.unique === 'firstArg' && before.some((other) => other.name === name && other.args[0] === args[0])) {
    return `a route takes only one ${name} predicate for each name; there are two for ${JSON.stringify(args[0])}`;
  }
  return undefined;
}

/** The place of a predicate in the printed route; equal ranks keep their order. */
export function printRank(predicate: Predicate): number {
  return predicate.inField === true ? (fields.get(predicate.name)?.rank ?? listRank) : listRank;
}

/** The index of the argument that Skipper prints as `/…/`, or -1. */
export function patternArgOf(predicate: Predicate): number {
  return predicate.inField === true ? (fields.get(predicate.name)?.patternArg ?? -1) : -1;
}

/**
 * True for a predicate that every request fulfils. An empty Path or Method is none for Skipper, whose fields
 * cannot tell it from one that is not set.
 */
export function matchesAnything({ name, args }: Predicate): boolean {
  if (name === '*' || name === 'Any') return true;
  return (name === 'Path' || name === 'Method') && args.length === 1 && args[0] === '';
}
