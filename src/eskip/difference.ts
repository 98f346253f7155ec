/** Gets two routes; gives what differs between them, in words short enough for a status field. */

import { normalise } from './normalise.ts';
import { printEndpoint } from './endpoint.ts';
import { printBackend, printCall } from './print.ts';
import type { Backend, Route } from './route.ts';

/** One part in which two routes differ, with what only one side has as eskip text; `''` when it has nothing more. */
export interface RouteDifference {
  readonly part: 'id' | 'predicates' | 'filters' | 'backend';
  readonly left: string;
  readonly right: string;
}

/** How long one side of a difference may get in a description, in UTF-16 units. */
const maxSideLength = 200;

/** What differs in meaning, part by part; empty for equal routes. Whole texts, which may be long. */
export function differences(left: Route, right: Route): readonly RouteDifference[] {
  const [a, b] = [normalise(left), normalise(right)];
  const found: RouteDifference[] = [
    { part: 'id', ...(a.id === b.id ? same : { left: a.id, right: b.id }) },
    { part: 'predicates', ...differingSet(a.predicates.map(printCall), b.predicates.map(printCall), ' && ') },
    { part: 'filters', ...differingMiddle(a.filters.map(printCall), b.filters.map(printCall)) },
    { part: 'backend', ...differingBackend(a.backend, b.backend) },
  ];
  return found.filter((difference) => difference.left !== difference.right);
}

/**
 * One sentence on what differs, `''` for equal routes. `names` says how the two sides are called. It holds arguments
 * of predicates and filters as the tables have them, each side cut at 200 characters.
 */
export function describeDifference(
  left: Route,
  right: Route,
  names: readonly [string, string] = ['left', 'right'],
): string {
  const side = (text: string) => (text === '' ? 'nothing' : clip(text));
  return differences(left, right)
    .map((one) => `${one.part}: ${names[0]} has ${side(one.left)}, ${names[1]} has ${side(one.right)}`)
    .join('; ');
}

type Sides = Omit<RouteDifference, 'part'>;
const same: Sides = { left: '', right: '' };

/** What only one of two sorted lists has; repeats count. */
function differingSet(left: readonly string[], right: readonly string[], separator: string): Sides {
  return { left: without(left, right).join(separator), right: without(right, left).join(separator) };
}

function without(items: readonly string[], others: readonly string[]): string[] {
  const left = [...others];
  return items.filter((item) => {
    const at = left.indexOf(item);
    if (at !== -1) left.splice(at, 1);
    return at === -1;
  });
}

/** Two chains without the beginning and the end that they share. */
function differingMiddle(left: readonly string[], right: readonly string[]): Sides {
  const shorter = Math.min(left.length, right.length);
  let start = 0;
  while (start < shorter && left[start] === right[start]) start += 1;
  let end = 0;
  while (end < shorter - start && left[left.length - 1 - end] === right[right.length - 1 - end]) end += 1;
  const middle = (chain: readonly string[]) => chain.slice(start, chain.length - end).join(' -> ');
  return { left: middle(left), right: middle(right) };
}

function differingBackend(left: Backend, right: Backend): Sides {
  if (left.type !== 'lb' || right.type !== 'lb' || left.algorithm !== right.algorithm) {
    return { left: printBackend(left), right: printBackend(right) };
  }
  return differingSet(left.endpoints.map(printEndpoint), right.endpoints.map(printEndpoint), ', ');
}

function clip(text: string): string {
  return text.length <= maxSideLength ? text : `${text.slice(0, maxSideLength - 1).toWellFormed()}…`;
}
