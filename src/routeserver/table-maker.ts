/**
 * Gets a view of the cluster; gives its routes, and tells what is wrong in it.
 */
import { compile } from '../compile/index.ts';
import type { StaticCompileOptions } from '../compile/index.ts';
import type { Route } from '../eskip/index.ts';
import type { ProblemLog } from './problem-log.ts';
import type { Shards } from './shards.ts';
import type { View } from './source/view.ts';

export interface TableMakerOptions {
  readonly compile: StaticCompileOptions;
  readonly view: () => View | undefined;
  /** Texts of default filters by file name. */
  readonly defaultFilters: () => ReadonlyMap<string, string>;
  readonly problems: ProblemLog;
  readonly shards: Shards;
}

/** Compiles what is known now; undefined while that is not complete. */
export function makeTable(options: TableMakerOptions): readonly Route[] | undefined {
  const view = options.view();
  if (view === undefined) return undefined;
  options.shards.update(view.state);
  const { routes, problems } = compile(view.state, { ...options.compile, defaultFilters: options.defaultFilters() });
  options.problems.update(problems, view.undecodable);
  return routes;
}
