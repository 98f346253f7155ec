/** Gets an Ingress's annotations, gives what they ask for; or what is wrong with them. */

import type { Ingress, Metadata } from '../../api/index.ts';
import {
  parseFilters,
  parsePredicates,
  parseRoutes,
  type Filter,
  type Predicate,
  type Route,
} from '../../eskip/index.ts';
import { isKnownAlgorithm } from '../load-balancing.ts';
import type { CompileOptions, PathMode } from '../options.ts';
import type { Finding } from '../problem.ts';
import { mentionsProtocol, redirectPolicy, type RedirectPolicy } from '../redirect.ts';
import { parseWeights } from './weights.ts';

const annotation = {
  filter: 'zalando.org/skipper-filter',
  predicate: 'zalando.org/skipper-predicate',
  routes: 'zalando.org/skipper-routes',
  backend: 'zalando.org/skipper-backend',
  loadBalancer: 'zalando.org/skipper-loadbalancer',
  protocol: 'zalando.org/skipper-backend-protocol',
  pathMode: 'zalando.org/skipper-ingress-path-mode',
  ratelimit: 'zalando.org/ratelimit',
  weights: 'zalando.org/backend-weights',
} as const;

const pathModes: ReadonlySet<string> = new Set<PathMode>(['kubernetes-ingress', 'path-regexp', 'path-prefix']);

export interface IngressSettings {
  readonly filters: readonly Filter[];
  readonly predicates: readonly Predicate[];
  readonly customRoutes: readonly Route[];
  /** Whether all routes go to the forward backend, when there is one. */
  readonly forward: boolean;
  readonly weights: ReadonlyMap<string, number>;
  readonly pathMode: PathMode;
  readonly redirect: RedirectPolicy;
  /** The user's own routes deal with HTTP: there is no redirect beside the Ingress's routes. */
  readonly redirectIgnored: boolean;
  readonly protocol: string | undefined;
  readonly algorithm: string;
}

function annotationField(name: string): string {
  return `metadata.annotations[${name}]`;
}

function invalid(name: string, message: string): Finding {
  return {
    code: 'invalid-annotation',
    field: annotationField(name),
    message: `invalid "${name}" annotation: ${message}`,
  };
}

/** Mistakes that cost the Ingress all of its routes: half of a user's filters could be worse than none. */
export function rejectingFindings({ metadata: { annotations } }: Ingress): readonly Finding[] {
  const parsers = [
    [annotation.filter, parseFilters],
    [annotation.predicate, parsePredicates],
    [annotation.routes, parseRoutes],
  ] as const;
  const findings = parsers.flatMap(([name, parse]) => {
    const text = annotations.get(name);
    const parsed = text === undefined ? undefined : parse(text);
    return parsed === undefined || parsed.ok ? [] : [invalid(name, parsed.error.message)];
  });
  const algorithm = annotations.get(annotation.loadBalancer) ?? '';
  return isKnownAlgorithm(algorithm)
    ? findings
    : [...findings, invalid(annotation.loadBalancer, `unsupported algorithm ${JSON.stringify(algorithm)}`)];
}

interface Read<T> {
  readonly value: T;
  readonly findings: readonly Finding[];
}

function readFilters({ annotations }: Metadata): Read<readonly Filter[]> {
  const texts = [annotations.get(annotation.ratelimit) ?? '', annotations.get(annotation.filter)];
  const text = texts.filter((part, index) => part !== undefined && (index > 0 || part !== '')).join(' -> ');
  const parsed = parseFilters(text);
  if (parsed.ok) return { value: parsed.filters, findings: [] };
  return { value: [], findings: [invalid(annotation.ratelimit, parsed.error.message)] };
}

function readPathMode({ annotations }: Metadata, globally: PathMode): Read<PathMode> {
  const mode = annotations.get(annotation.pathMode);
  if (mode === undefined) return { value: globally, findings: [] };
  if (pathModes.has(mode)) return { value: mode as PathMode, findings: [] };
  const message = `invalid path mode ${JSON.stringify(mode)}: use one of ${[...pathModes].join(', ')}`;
  return { value: globally, findings: [invalid(annotation.pathMode, message)] };
}

function readWeights({ annotations }: Metadata): Read<ReadonlyMap<string, number>> {
  const text = annotations.get(annotation.weights);
  const { weights, problem } = parseWeights(text);
  return { value: weights, findings: problem === undefined ? [] : [invalid(annotation.weights, problem)] };
}

/** Reads all annotations of an Ingress that was not rejected. */
export function ingressSettings(metadata: Metadata, options: CompileOptions): Read<IngressSettings> {
  const { annotations } = metadata;
  const filters = readFilters(metadata);
  const pathMode = readPathMode(metadata, options.pathMode);
  const weights = readWeights(metadata);
  const { policy, findings } = redirectPolicy(metadata, options);
  const predicateText = annotations.get(annotation.predicate);
  const routesText = annotations.get(annotation.routes);
  const predicates = parsePredicates(predicateText ?? '');
  const customRoutes = routesText === undefined || routesText === '' ? undefined : parseRoutes(routesText);
  const value: IngressSettings = {
    filters: filters.value,
    predicates: predicates.ok ? predicates.predicates : [],
    customRoutes: customRoutes?.ok === true ? customRoutes.routes : [],
    forward: annotations.get(annotation.backend) === 'forward' && options.forwardBackendUrl !== '',
    weights: weights.value,
    pathMode: pathMode.value,
    redirect: policy,
    redirectIgnored: mentionsProtocol([predicateText, routesText]),
    protocol: annotations.get(annotation.protocol),
    algorithm: annotations.get(annotation.loadBalancer) ?? options.defaultLbAlgorithm,
  };
  return { value, findings: [...findings, ...filters.findings, ...pathMode.findings, ...weights.findings] };
}
