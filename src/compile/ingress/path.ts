/** Gets a path of an Ingress, gives what a route has that matches it. */

import type { IngressPath } from '../../api/index.ts';
import { call, type Draft } from '../draft.ts';
import type { PathMode } from '../options.ts';

/** Matches every path. Skipper takes exactly this expression for a catch-all. */
const everyPath = '^/';

type PathMatch = Pick<Draft, 'pathPatterns' | 'predicates'>;

const anyPath: PathMatch = { pathPatterns: [], predicates: [] };

function patternOf(mode: PathMode, path: string): string {
  if (mode === 'path-regexp') return path;
  return path === '/' ? everyPath : `^(${path})`;
}

/** An expression or a predicate; nothing for an empty path. */
export function pathMatch(mode: PathMode, { path, pathType }: IngressPath): PathMatch {
  if (path === '') return anyPath;
  if (pathType === 'Exact') return { ...anyPath, predicates: [call('Path', path)] };
  if (pathType === 'Prefix' || mode === 'path-prefix') return { ...anyPath, predicates: [call('PathSubtree', path)] };
  return { ...anyPath, pathPatterns: [patternOf(mode, path)] };
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
