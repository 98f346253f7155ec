/**
 * Gets values of flags that have a grammar of their own; gives what they mean, or what is wrong with them.
 */
import { compileGoRegexp, parseFilters, parsePredicates, parseRouteEdit } from '../../eskip/index.ts';
import type { Filter, Predicate, RouteEdit } from '../../eskip/index.ts';
import type { AnnotationRule, Pattern } from '../options.ts';

/** Collects what is wrong while values are read, so that a person sees all of it at once. */
export class Complaints {
  readonly #messages: string[] = [];

  get messages(): readonly string[] {
    return this.#messages;
  }

  /** Notes that `flag` is wrong; returns `instead`, so that reading can go on. */
  about<T>(flag: string, message: string, instead: T): T {
    this.#messages.push(`-${flag}: ${message}`);
    return instead;
  }
}

export function predicatesOf(flag: string, text: string, complaints: Complaints): readonly Predicate[] {
  if (text.trim() === '') return [];
  const parsed = parsePredicates(text);
  return parsed.ok ? parsed.predicates : complaints.about(flag, parsed.error.message, []);
}

export function filtersOf(flag: string, text: string, complaints: Complaints): readonly Filter[] {
  if (text.trim() === '') return [];
  const parsed = parseFilters(text);
  return parsed.ok ? parsed.filters : complaints.about(flag, parsed.error.message, []);
}

const matchesNothing: Pattern = { test: () => false };

/** A regular expression in Go's syntax. */
export function patternOf(flag: string, text: string, complaints: Complaints): Pattern {
  const compiled = compileGoRegexp(text);
  return compiled.ok ? compiled.regexp : complaints.about(flag, compiled.problem, matchesNothing);
}

/** `/pattern/replacement/`, with any character in place of the slash. */
export function routeEditOf(flag: string, text: string, complaints: Complaints): readonly RouteEdit[] {
  const parsed = parseRouteEdit(text);
  return parsed.ok ? [parsed.edit] : complaints.about(flag, parsed.problem, []);
}

/** `key=value=what to append`, each pair of key and value once. */
export function annotationRulesOf<T>(
  flag: string,
  texts: readonly string[],
  { parse, complaints }: { readonly parse: (text: string) => readonly T[]; readonly complaints: Complaints },
): readonly AnnotationRule<T>[] {
  const seen = new Set<string>();
  return texts.flatMap((text) => {
    if (text === '') return [];
    const [, key, value, append] = /^([^=]*)=([^=]*)=(.*)$/s.exec(text) ?? [];
    if (key === undefined || value === undefined || append === undefined) {
      return complaints.about(flag, `expected annotation=value=what to append, found ${JSON.stringify(text)}`, []);
    }
    const pair = `${key}=${value}`;
    if (seen.has(pair)) return complaints.about(flag, `${pair} is there twice`, []);
    seen.add(pair);
    return [{ key, value, append: parse(append) }];
  });
}
