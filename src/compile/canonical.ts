/** The order of predicates in routes that Skipper has made from other routes: by name. It shows in the printed table. */

import type { Predicate } from '../eskip/index.ts';
import { compareText } from './cluster.ts';

/** Predicates as a copy of their route has them. The list form, too: a copy keeps nothing in fields. */
export function canonicalPredicates(predicates: readonly Predicate[]): readonly Predicate[] {
  return predicates.map(({ name, args }) => ({ name, args })).toSorted((a, b) => compareText(a.name, b.name));
}
