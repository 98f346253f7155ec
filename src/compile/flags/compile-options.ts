/**
 * Gets values of flags; gives the compiler's options. Source: config/config.go and skipper.go of Skipper v0.27.65.
 */
import type { Filter } from '../../eskip/index.ts';
import { defaultCompileOptions } from '../options.ts';
import type { CompileOptions, PathMode, Pattern, TrafficAlgorithm } from '../options.ts';
import type { FlagValues } from './flag-values.ts';
import { annotationRulesOf, filtersOf, patternOf, predicatesOf, routeEditOf } from './parse-values.ts';
import type { Complaints } from './parse-values.ts';

const pathModes = ['kubernetes-ingress', 'path-regexp', 'path-prefix'] as const satisfies readonly PathMode[];
const trafficAlgorithms = [
  'traffic-predicate',
  'traffic-segment-predicate',
] as const satisfies readonly TrafficAlgorithm[];
const lbAlgorithms = [
  'roundRobin',
  'random',
  'consistentHash',
  'powerOfRandomNChoices',
  'weightedRoundRobin',
  'leastRequests',
] as const;
const defaultEastWestDomain = 'skipper.cluster.local';

/** Everything but the default filters of single Services, which come from a directory that can change. */
export type StaticCompileOptions = Omit<CompileOptions, 'defaultFilters'>;

/** Reads the flags that decide what routes look like. */
export function compileOptions(values: FlagValues, complaints: Complaints): StaticCompileOptions {
  const read = readerOf(values, complaints);
  return {
    // Certificates are Skipper's own business, in the original too.
    tls: false,
    ingressClass: read.pattern('kubernetes-ingress-class', 'skipper'),
    routeGroupClass: read.pattern('kubernetes-routegroup-class', 'skipper'),
    pathMode: read.oneOf('kubernetes-path-mode', pathModes),
    endpointSlices: values.isSet('enable-kubernetes-endpointslices'),
    eastWest: eastWest(values, complaints),
    annotationPredicates: read.predicateRules('kubernetes-annotation-predicates'),
    annotationFilters: read.filterRules('kubernetes-annotation-filters-append'),
    applicationLabel: values.text('kubernetes-application-annotation-label'),
    httpsRedirect: values.isSet('kubernetes-https-redirect', true),
    httpsRedirectCode: redirectCode(values),
    catchAllRoutes: !values.isSet('kubernetes-disable-catchall-routes'),
    // -opentracing-backend-name-tag never reaches the data client in v0.27.65 (KubernetesDataClientOptions drops it).
    backendNameTracingTag: false,
    externalNames: {
      enabled: values.isSet('enable-kubernetes-external-names'),
      preserveHost: values.isSet('kubernetes-external-name-preserve-host'),
      allowed: values.isSet('kubernetes-only-allowed-external-names')
        ? values
            .all('kubernetes-allowed-external-name')
            .map((text) => read.patternIn('kubernetes-allowed-external-name', text))
        : undefined,
    },
    forceService: values.isSet('kubernetes-force-service'),
    trafficAlgorithm: read.oneOf('kubernetes-backend-traffic-algorithm', trafficAlgorithms),
    defaultLbAlgorithm: lbAlgorithm(values),
    forwardBackendUrl: values.text('forward-backend-url'),
    topologyZone: values.text('kubernetes-topology-zone'),
    healthcheck: healthcheck(values),
    defaultFilterFlags: {
      prepend: read.filters('default-filters-prepend'),
      append: read.filters('default-filters-append'),
    },
    oauth2CallbackPath: values.isSet('enable-oauth2-grant-flow') ? values.text('oauth2-callback-path') : undefined,
    editRoutes: values.all('edit-route').flatMap((text) => routeEditOf('edit-route', text, complaints)),
    cloneRoutes: values.all('clone-route').flatMap((text) => routeEditOf('clone-route', text, complaints)),
  };
}

function eastWest(values: FlagValues, complaints: Complaints): CompileOptions['eastWest'] {
  const read = readerOf(values, complaints);
  const rangePredicates = 'kubernetes-east-west-range-predicates';
  const enabled = values.isSet('enable-kubernetes-east-west');
  return {
    enabled,
    domain: eastWestDomain(values.text('kubernetes-east-west-domain'), enabled),
    rangeDomains: values.list('kubernetes-east-west-range-domains'),
    rangePredicates: predicatesOf(rangePredicates, values.text(rangePredicates), complaints),
    rangeAnnotationPredicates: read.predicateRules('kubernetes-east-west-range-annotation-predicates'),
    rangeAnnotationFilters: read.filterRules('kubernetes-east-west-range-annotation-filters-append'),
  };
}

/** Hosts in this domain get no redirect, so there must be none by default while the feature is off. */
function eastWestDomain(given: string, isEnabled: boolean): string {
  if (!isEnabled) return given;
  return given === '' ? defaultEastWestDomain : given.replaceAll(/^\.+|\.+$/g, '');
}

function healthcheck(values: FlagValues): CompileOptions['healthcheck'] {
  return {
    enabled: values.isSet('kubernetes-healthcheck', true),
    reverseSource: values.isSet('reverse-source-predicate'),
    extraCidrs: values.list('whitelisted-healthcheck-cidr'),
    accessLog: ['DEBUG', 'TRACE'].includes(values.text('application-log-level').toUpperCase()),
  };
}

function redirectCode(values: FlagValues): number {
  const code = values.integer('kubernetes-https-redirect-code', defaultCompileOptions.httpsRedirectCode);
  return code > 0 ? code : defaultCompileOptions.httpsRedirectCode;
}

/** Skipper falls back to its default in silence when it does not know the algorithm. */
function lbAlgorithm(values: FlagValues): string {
  const wanted = values.text('kubernetes-default-lb-algorithm');
  return lbAlgorithms.find((algorithm) => algorithm === wanted) ?? defaultCompileOptions.defaultLbAlgorithm;
}

interface Reader {
  pattern(flag: string, fallback: string): Pattern;
  patternIn(flag: string, text: string): Pattern;
  oneOf<const W extends string>(flag: string, words: readonly [W, ...W[]]): W;
  filters(flag: string): readonly Filter[];
  predicateRules(flag: string): CompileOptions['annotationPredicates'];
  filterRules(flag: string): CompileOptions['annotationFilters'];
}

/** Reads values of one kind each; the first of `words` is the default. */
function readerOf(values: FlagValues, complaints: Complaints): Reader {
  return {
    // An empty class means Skipper's default, as if the flag were not there.
    pattern: (flag, fallback) => patternOf(flag, values.text(flag) === '' ? fallback : values.text(flag), complaints),
    patternIn: (flag, text) => patternOf(flag, text, complaints),
    oneOf: (flag, words) => {
      const wanted = values.text(flag, words[0]);
      const found = words.find((word) => word === wanted);
      return (
        found ??
        complaints.about(flag, `expected one of ${words.join(', ')}, found ${JSON.stringify(wanted)}`, words[0])
      );
    },
    filters: (flag) => values.all(flag).flatMap((text) => filtersOf(flag, text, complaints)),
    predicateRules: (flag) =>
      annotationRulesOf(flag, values.all(flag), { complaints, parse: (text) => predicatesOf(flag, text, complaints) }),
    filterRules: (flag) =>
      annotationRulesOf(flag, values.all(flag), { complaints, parse: (text) => filtersOf(flag, text, complaints) }),
  };
}
