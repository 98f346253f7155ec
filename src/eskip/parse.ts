/** Gets eskip text as users and Skipper write it; gives routes, predicates or filters, or where the text is wrong. */

import { Parser } from './parser.ts';
import type { Filter, Predicate, Route } from './route.ts';
import { EskipSyntaxError } from './syntax-error.ts';
import { trimLikeGo } from './utf8.ts';

interface Failure {
  readonly ok: false;
  readonly error: EskipSyntaxError;
}
type ParseResult = { readonly ok: true; readonly routes: readonly Route[] } | Failure;
type PredicatesResult = { readonly ok: true; readonly predicates: readonly Predicate[] } | Failure;
type FiltersResult = { readonly ok: true; readonly filters: readonly Filter[] } | Failure;

/**
 * Reads a routing table: named routes separated by semicolons, or one route without an id (`id` is then `''`).
 * Takes and refuses exactly what Skipper v0.27.65 does; one wrong route fails the whole text. Routes that repeat an
 * id are all kept, in order. Predicates stay as written, without `*` and `Any()`.
 */
export function parseRoutes(text: string): ParseResult {
  return attempt(() => ({ ok: true, routes: new Parser(text).document() }));
}

/**
 * Reads predicates joined by `&&`, as annotations and RouteGroups hold them. Empty text and `*` give no predicates.
 * As in Skipper, their arguments are not checked and none is `inField`.
 */
export function parsePredicates(text: string): PredicatesResult {
  return attempt(() => ({ ok: true, predicates: new Parser(trimLikeGo(text)).predicates() }));
}

let lastFilters: { readonly text: string; readonly result: FiltersResult } | undefined;

/**
 * Reads filters joined by `->`, as annotations, RouteGroups and flags hold them. Empty text gives no filters. Objects of
 * one team come one after the other and often have the same filters: a text is not parsed twice in a row.
 */
export function parseFilters(text: string): FiltersResult {
  if (lastFilters?.text === text) return lastFilters.result;
  const result = attempt(() => ({ ok: true as const, filters: new Parser(trimLikeGo(text)).filters() }));
  lastFilters = { text, result };
  return result;
}

function attempt<Result>(read: () => Result): Result | Failure {
  try {
    return read();
  } catch (error) {
    if (error instanceof EskipSyntaxError) return { ok: false, error };
    throw error;
  }
}
