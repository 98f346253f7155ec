/** What every object is compiled with. */

import type { ClusterLookup } from './cluster.ts';
import { defaultFiltersLookup, type DefaultFiltersLookup } from './default-filters.ts';
import { effectiveEastWest } from './east-west.ts';
import { effectiveDefaultAlgorithm } from './load-balancing.ts';
import type { CompileOptions } from './options.ts';

export interface CompileContext {
  readonly options: CompileOptions;
  readonly lookup: ClusterLookup;
  readonly defaultFilters: DefaultFiltersLookup;
}

/** Fills in what Skipper derives from its flags. Make it once per table: it parses default filters once. */
export function compileContext(options: CompileOptions, lookup: ClusterLookup): CompileContext {
  const effective: CompileOptions = {
    ...options,
    eastWest: effectiveEastWest(options.eastWest),
    defaultLbAlgorithm: effectiveDefaultAlgorithm(options.defaultLbAlgorithm),
    httpsRedirectCode: options.httpsRedirectCode > 0 ? options.httpsRedirectCode : 308,
  };
  return { options: effective, lookup, defaultFilters: defaultFiltersLookup(options.defaultFilters) };
}
