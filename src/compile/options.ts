/**
 * How to compile: every option of Skipper's Kubernetes data client that changes routes, already parsed.
 *
 * Namespaces and label selectors are missing on purpose: they choose which objects the source lists, and the compiler
 * compiles whatever it is given.
 */

import type { DefaultFilters, Filter, Predicate, RouteEdit } from '../eskip/index.ts';

/** What an Ingress path means when its `pathType` is neither Exact nor Prefix. */
export type PathMode = 'kubernetes-ingress' | 'path-regexp' | 'path-prefix';
export type TrafficAlgorithm = 'traffic-predicate' | 'traffic-segment-predicate';

/** Appends to the routes of an object whose annotation `key` has exactly this value. */
export interface AnnotationRule<Appended> {
  readonly key: string;
  readonly value: string;
  readonly append: readonly Appended[];
}

/** A regular expression as Skipper's flags have it; `GoRegexp` of eskip is one. It must not keep state. */
export interface Pattern {
  readonly test: (text: string) => boolean;
}

export interface EastWestOptions {
  /** Adds a route with the host `<name>.<namespace>.<domain>` to every route. */
  readonly enabled: boolean;
  readonly domain: string;
  readonly rangeDomains: readonly string[];
  readonly rangePredicates: readonly Predicate[];
  readonly rangeAnnotationPredicates: readonly AnnotationRule<Predicate>[];
  readonly rangeAnnotationFilters: readonly AnnotationRule<Filter>[];
}

export interface ExternalNameOptions {
  /** Whether an Ingress may use a Service of type ExternalName. */
  readonly enabled: boolean;
  readonly preserveHost: boolean;
  /** `undefined` allows every name, an empty list none. */
  readonly allowed: readonly Pattern[] | undefined;
}

export interface HealthcheckOptions {
  readonly enabled: boolean;
  /** Uses the last address of X-Forwarded-For, as Amazon's load balancer needs it. */
  readonly reverseSource: boolean;
  /** Allowed beside the private networks. */
  readonly extraCidrs: readonly string[];
  /** Skipper logs health checks only at debug level. */
  readonly accessLog: boolean;
}

export interface CompileOptions {
  /** Searched in the class; an object without a class is always taken. */
  readonly ingressClass: Pattern;
  readonly routeGroupClass: Pattern;
  readonly pathMode: PathMode;
  /** Reads EndpointSlices in place of Endpoints. */
  readonly endpointSlices: boolean;
  readonly eastWest: EastWestOptions;
  readonly annotationPredicates: readonly AnnotationRule<Predicate>[];
  readonly annotationFilters: readonly AnnotationRule<Filter>[];
  /** Label whose value becomes `annotate("Application", …)`; `''` for none. */
  readonly applicationLabel: string;
  readonly httpsRedirect: boolean;
  readonly httpsRedirectCode: number;
  readonly catchAllRoutes: boolean;
  readonly backendNameTracingTag: boolean;
  readonly externalNames: ExternalNameOptions;
  /** Sends to the Service's cluster name in place of its endpoints. */
  readonly forceService: boolean;
  readonly trafficAlgorithm: TrafficAlgorithm;
  readonly defaultLbAlgorithm: string;
  /** Where `forward` backends go; `''` when forwarding is off. */
  readonly forwardBackendUrl: string;
  /** Zone of the readers, `''` for all: narrows endpoints while compiling. */
  readonly topologyZone: string;
  readonly healthcheck: HealthcheckOptions;
  /** Text of each file in the default filters directory by its name, `<service>.<namespace>`. */
  readonly defaultFilters: ReadonlyMap<string, string>;
  /** Checks `spec.tls` and gives the certificates that it asks for. Go's route server never does. */
  readonly tls: boolean;
  /** `-default-filters-prepend` and `-append`: around the filters of every route. */
  readonly defaultFilterFlags: DefaultFilters;
  /** Path of the OAuth2 grant callback route; `undefined` when the grant flow is off. */
  readonly oauth2CallbackPath: string | undefined;
  readonly editRoutes: readonly RouteEdit[];
  readonly cloneRoutes: readonly RouteEdit[];
}

/**
 * Defaults of Skipper's data client, v0.27.65. Those of its flags differ: `-kubernetes-healthcheck` and
 * `-kubernetes-https-redirect` are on unless they are switched off.
 */
export const defaultCompileOptions: CompileOptions = {
  ingressClass: /skipper/,
  routeGroupClass: /skipper/,
  pathMode: 'kubernetes-ingress',
  endpointSlices: false,
  eastWest: {
    enabled: false,
    domain: '',
    rangeDomains: [],
    rangePredicates: [],
    rangeAnnotationPredicates: [],
    rangeAnnotationFilters: [],
  },
  annotationPredicates: [],
  annotationFilters: [],
  applicationLabel: '',
  httpsRedirect: false,
  httpsRedirectCode: 308,
  catchAllRoutes: true,
  backendNameTracingTag: false,
  externalNames: { enabled: false, preserveHost: false, allowed: undefined },
  forceService: false,
  trafficAlgorithm: 'traffic-predicate',
  defaultLbAlgorithm: 'roundRobin',
  forwardBackendUrl: '',
  topologyZone: '',
  healthcheck: { enabled: false, reverseSource: false, extraCidrs: [], accessLog: false },
  defaultFilters: new Map(),
  tls: false,
  defaultFilterFlags: { prepend: [], append: [] },
  oauth2CallbackPath: undefined,
  editRoutes: [],
  cloneRoutes: [],
};
