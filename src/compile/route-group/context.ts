/** What every route of one RouteGroup is compiled with: once for its external hosts, once for those inside. */

import type { Metadata, RouteGroupBackend, RouteGroupSpec } from '../../api/index.ts';
import type { Backend, Filter, Predicate } from '../../eskip/index.ts';
import type { DefaultFiltersLookup } from '../default-filters.ts';
import type { EndpointContext } from '../endpoints/endpoints.ts';
import type { CompileOptions } from '../options.ts';
import type { Finding } from '../problem.ts';

/** A backend of a route with the filters that it takes, or why there is none. */
export type BackendOutcome =
  | { readonly ok: true; readonly backend: Backend; readonly filters: readonly Filter[] }
  | { readonly ok: false; readonly finding: Finding };

export interface RouteGroupContext {
  readonly metadata: Metadata;
  /** `default` where the manifest has none. */
  readonly namespace: string;
  readonly spec: RouteGroupSpec;
  readonly backends: ReadonlyMap<string, RouteGroupBackend>;
  readonly options: CompileOptions;
  readonly endpoints: EndpointContext;
  readonly defaultFilters: DefaultFiltersLookup;
  readonly hosts: readonly string[];
  /** Predicates that match the hosts; none for all. */
  readonly hostPredicates: readonly Predicate[];
  /** See {@link routeGroupSideId}. */
  readonly id: string;
  /** Service backends that were looked up before: routes of one group lead to the same ones as a rule. */
  readonly resolved: Map<RouteGroupBackend, BackendOutcome>;
  /** Whether these are the hosts in an east-west range. */
  readonly internal: boolean;
  /** Whether each route gets a redirect beside it. */
  readonly redirects: boolean;
  readonly report: (finding: Finding) => void;
}
