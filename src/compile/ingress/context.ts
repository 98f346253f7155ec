/** What every route of one Ingress is compiled with. */

import type { Metadata, Service, ServicePort } from '../../api/index.ts';
import type { Predicate } from '../../eskip/index.ts';
import type { DefaultFiltersLookup } from '../default-filters.ts';
import type { Draft } from '../draft.ts';
import type { EndpointContext } from '../endpoints/endpoints.ts';
import type { CompileOptions } from '../options.ts';
import type { Finding } from '../problem.ts';
import type { RedirectPolicy } from '../redirect.ts';
import type { IngressSettings } from './settings.ts';

/** A backend, and the filters that it takes. */
export type Destination = Pick<Draft, 'filters' | 'backend'>;

/** Where the requests of a backend go. */
export type Target =
  | (Destination & { readonly type: 'service' })
  | (Destination & { readonly type: 'external'; readonly externalName: string })
  /** There is no route; why has been reported. */
  | { readonly type: 'none' };

export interface ResolvedPort {
  readonly service: Service;
  readonly port: ServicePort;
  readonly target: Target;
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

/** What all paths of one rule share. */
export interface Rule {
  readonly host: string;
  /** Predicates that match the host; none for all hosts. */
  readonly hosts: readonly Predicate[];
  /** See {@link ingressRuleId}. */
  readonly id: string;
  /** Whether it is for traffic inside the cluster. */
  readonly isInternal: boolean;
}

/** What one path of one rule gives. */
export interface PathRoutes {
  /** For the host of the rule. */
  readonly drafts: readonly Draft[];
  /** For the host by which the Ingress is known inside the cluster. */
  readonly twins: readonly Draft[];
  /** What the path asks of the catch-all route of the rule's host. */
  readonly redirect: RedirectPolicy | undefined;
}

/** Sends the route to the forward backend when the Ingress asks for it; another Skipper runs the filters there. */
export function forwarded(draft: Draft, { settings, options }: IngressContext): Draft {
  if (!settings.forward) return draft;
  return { ...draft, filters: [], backend: { type: 'network', address: options.forwardBackendUrl } };
}
