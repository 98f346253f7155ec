/** What every route of one Ingress is compiled with. */

import type { Metadata, Service, ServicePort } from '../../api/index.ts';
import type { LbEndpoint } from '../../eskip/index.ts';
import type { DefaultFiltersLookup } from '../default-filters.ts';
import type { Draft } from '../draft.ts';
import type { EndpointContext } from '../endpoints/endpoints.ts';
import type { CompileOptions } from '../options.ts';
import type { HostDraft, HostRedirect } from '../outcome.ts';
import type { Finding } from '../problem.ts';
import type { IngressSettings } from './settings.ts';

export interface ResolvedPort {
  readonly service: Service;
  readonly port: ServicePort;
  readonly endpoints: readonly LbEndpoint[];
}

export interface IngressContext {
  readonly metadata: Metadata;
  readonly settings: IngressSettings;
  readonly options: CompileOptions;
  readonly endpoints: EndpointContext;
  /** What was looked up before: paths of one Ingress lead to the same port as a rule. */
  readonly resolved: ResolvedPort[];
  readonly defaultFilters: DefaultFiltersLookup;
  readonly report: (finding: Finding) => void;
}

/** What one path of one rule gives. */
export interface PathOutcome {
  readonly hostRoutes: readonly HostDraft[];
  readonly hostRedirects: readonly HostRedirect[];
}

/** Sends the route to the forward backend when the Ingress asks for it; another Skipper runs the filters there. */
export function forwarded(draft: Draft, { settings, options }: IngressContext): Draft {
  if (!settings.forward) return draft;
  return { ...draft, filters: [], backend: { type: 'network', address: options.forwardBackendUrl } };
}
