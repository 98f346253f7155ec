/**
 * A route of an Ingress under construction, and what it comes to.
 *
 * Skipper keeps hosts, paths and headers in fields beside the list of predicates, and several of its rules look only at
 * one or the other: whether a host needs a catch-all route depends on path expressions that came from the Ingress path,
 * not on those from an annotation. A draft keeps the fields that change while it grows apart from the list.
 */

import { fieldPredicate, type Backend, type Filter, type Predicate, type Route } from '../eskip/index.ts';

export interface Draft {
  readonly id: string;
  readonly hostPatterns: readonly string[];
  readonly pathPatterns: readonly string[];
  /** All other predicates in fields. */
  readonly fields: readonly Predicate[];
  readonly predicates: readonly Predicate[];
  readonly filters: readonly Filter[];
  readonly backend: Backend;
}

export const emptyDraft: Omit<Draft, 'id' | 'backend'> = {
  hostPatterns: [],
  pathPatterns: [],
  fields: [],
  predicates: [],
  filters: [],
};

/** A filter, or a predicate in the list. */
export function call(name: string, ...args: readonly (string | number)[]): Predicate & Filter {
  return { name, args };
}

/** Takes apart a route that was parsed from a user's text. */
export function draftOf({ id, predicates, filters, backend }: Route): Draft {
  const fields = predicates.filter(({ inField }) => inField === true);
  const patterns = (name: string) => fields.filter((field) => field.name === name).map(({ args }) => String(args[0]));
  return {
    id,
    hostPatterns: patterns('Host'),
    pathPatterns: patterns('PathRegexp'),
    fields: fields.filter(({ name }) => name !== 'Host' && name !== 'PathRegexp'),
    predicates: predicates.filter(({ inField }) => inField !== true),
    filters,
    backend,
  };
}

export function finish({ id, hostPatterns, pathPatterns, fields, predicates, filters, backend }: Draft): Route {
  // One list, for this is done for each route of a cluster.
  const all: Predicate[] = [];
  for (const pattern of hostPatterns) all.push(fieldPredicate('Host', pattern));
  for (const pattern of pathPatterns) all.push(fieldPredicate('PathRegexp', pattern));
  all.push(...fields, ...predicates);
  return { id, predicates: all, filters, backend };
}
