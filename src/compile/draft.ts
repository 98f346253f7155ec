/**
 * A route of an Ingress under construction, and what it comes to.
 *
 * Skipper keeps hosts, paths and headers in fields beside the list of predicates, and several of its rules look only at
 * one or the other: whether a host needs a catch-all route depends on path expressions that came from the Ingress path,
 * not on those from an annotation. A draft keeps the fields that change while it grows apart from the list.
 */

import { fieldPredicate, SharedCall, type Backend, type Filter, type Predicate, type Route } from '../eskip/index.ts';
import { hostPattern } from './hosts.ts';

export interface Draft {
  readonly id: string;
  /** Predicates of the host. */
  readonly hosts: readonly Predicate[];
  readonly pathPatterns: readonly string[];
  /** All other predicates in fields. */
  readonly fields: readonly Predicate[];
  readonly predicates: readonly Predicate[];
  readonly filters: readonly Filter[];
  readonly backend: Backend;
}

export const emptyDraft: Omit<Draft, 'id' | 'backend'> = {
  hosts: [],
  pathPatterns: [],
  fields: [],
  predicates: [],
  filters: [],
};

/** A filter, or a predicate in the list; printed once, however many routes it stands in. */
export function call(name: string, ...args: readonly (string | number)[]): Predicate & Filter {
  return new SharedCall(name, args);
}

/** As {@link call}, for a predicate that Skipper keeps in a field. */
export function fieldCall(name: string, ...args: readonly string[]): Predicate {
  return new SharedCall(name, args, true);
}

/** Matches one host, with or without final dot and port. */
export function hostPredicate(host: string): Predicate {
  return fieldCall('Host', hostPattern([host]));
}

/** Takes apart a route that was parsed from a user's text. */
export function draftOf({ id, predicates, filters, backend }: Route): Draft {
  const fields = predicates.filter(({ inField }) => inField === true);
  const named = (name: string) => fields.filter((field) => field.name === name);
  return {
    id,
    hosts: named('Host'),
    pathPatterns: named('PathRegexp').map(({ args }) => String(args[0])),
    fields: fields.filter(({ name }) => name !== 'Host' && name !== 'PathRegexp'),
    predicates: predicates.filter(({ inField }) => inField !== true),
    filters,
    backend,
  };
}

export function finish({ id, hosts, pathPatterns, fields, predicates, filters, backend }: Draft): Route {
  const all = hosts.slice();
  for (const pattern of pathPatterns) all.push(fieldPredicate('PathRegexp', pattern));
  for (const field of fields) all.push(field);
  for (const predicate of predicates) all.push(predicate);
  return { id, predicates: all, filters, backend };
}
