/** The order of predicates in routes that Skipper has made from other routes: by name. It shows in the printed table. */

import type { Predicate } from '../eskip/index.ts';
import { compareText } from './cluster.ts';

function inList(predicate: Predicate): Predicate {
  return predicate.inField === true ? { name: predicate.name, args: predicate.args } : predicate;
}

/** Predicates as a copy of their route has them. The list form, too: a copy keeps nothing in fields. */
export function canonicalPredicates(predicates: readonly Predicate[]): readonly Predicate[] {
  const listed = predicates.map(inList);
  return listed.sort((a, b) => compareText(a.name, b.name));
}
