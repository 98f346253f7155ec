/** Gets a path of an Ingress, gives the predicate that matches it. */

import { call, type Draft } from '../draft.ts';
import type { PathMode } from '../options.ts';

/** Matches every path. Skipper takes exactly this expression for a catch-all. */
const everyPath = '^/';

export function withPath(draft: Draft, mode: PathMode, pathType: string, path: string): Draft {
  if (path === '') return draft;
  if (pathType === 'Exact') return { ...draft, predicates: [...draft.predicates, call('Path', path)] };
  if (pathType === 'Prefix' || mode === 'path-prefix') {
    return { ...draft, predicates: [...draft.predicates, call('PathSubtree', path)] };
  }
  if (mode === 'path-regexp') return { ...draft, pathPatterns: [path] };
  return { ...draft, pathPatterns: [path === '/' ? everyPath : `^(${path})`] };
}

/** Whether requests for any path are matched: then the host needs no catch-all route. */
export function matchesEveryPath({ pathPatterns }: Draft): boolean {
  return pathPatterns.length === 0 || pathPatterns.includes(everyPath);
}

export function isPathTree(name: string): boolean {
  return name === 'Path' || name === 'PathSubtree';
}

/** Skipper accepts one of them per route. */
export function countPathTrees({ fields, predicates }: Draft): number {
  const inFields = fields.filter(({ name, args }) => name === 'Path' && args[0] !== '');
  return inFields.length + predicates.filter(({ name }) => isPathTree(name)).length;
}
