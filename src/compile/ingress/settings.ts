/** Gets an Ingress's annotations, gives what they ask for; or what is wrong with them. */

import type { Metadata } from '../../api/index.ts';
import { parseFilters, type Filter, type Predicate, type Route } from '../../eskip/index.ts';
import type { CompileOptions, PathMode } from '../options.ts';
import type { Finding } from '../problem.ts';
import { mentionsProtocol, redirectPolicy, type RedirectPolicy } from '../redirect.ts';
import { annotation, invalidAnnotation } from './annotations.ts';
import type { EskipTexts } from './eskip-texts.ts';
import { parseWeights } from './weights.ts';

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

interface Read<T> {
  readonly value: T;
  readonly findings: readonly Finding[];
}

/** Rate limits come first. Where they cannot be read there are no filters at all, as in Skipper. */
function readFilters({ annotations }: Metadata, { filters }: EskipTexts): Read<readonly Filter[]> {
  const ratelimit = annotations.get(annotation.ratelimit) ?? '';
  if (ratelimit === '') return { value: filters, findings: [] };
  const own = annotations.get(annotation.filter);
  const parsed = parseFilters(own === undefined ? ratelimit : `${ratelimit} -> ${own}`);
  if (parsed.ok) return { value: parsed.filters, findings: [] };
  return { value: [], findings: [invalidAnnotation(annotation.ratelimit, parsed.error.message)] };
}

function readPathMode({ annotations }: Metadata, globally: PathMode): Read<PathMode> {
  const mode = annotations.get(annotation.pathMode);
  if (mode === undefined) return { value: globally, findings: [] };
  if (pathModes.has(mode)) return { value: mode as PathMode, findings: [] };
  const message = `invalid path mode ${JSON.stringify(mode)}: use one of ${[...pathModes].join(', ')}`;
  return { value: globally, findings: [invalidAnnotation(annotation.pathMode, message)] };
}

function readWeights({ annotations }: Metadata): Read<ReadonlyMap<string, number>> {
  const text = annotations.get(annotation.weights);
  const { weights, problem } = parseWeights(text);
  return { value: weights, findings: problem === undefined ? [] : [invalidAnnotation(annotation.weights, problem)] };
}

/** Reads all annotations of an Ingress that was not rejected. */
export function ingressSettings(metadata: Metadata, texts: EskipTexts, options: CompileOptions): Read<IngressSettings> {
  const { annotations } = metadata;
  const filters = readFilters(metadata, texts);
  const pathMode = readPathMode(metadata, options.pathMode);
  const weights = readWeights(metadata);
  const { policy, findings } = redirectPolicy(metadata, options);
  const value: IngressSettings = {
    filters: filters.value,
    predicates: texts.predicates,
    customRoutes: texts.customRoutes,
    forward: annotations.get(annotation.backend) === 'forward' && options.forwardBackendUrl !== '',
    weights: weights.value,
    pathMode: pathMode.value,
    redirect: policy,
    redirectIgnored: mentionsProtocol([annotations.get(annotation.predicate), annotations.get(annotation.routes)]),
    protocol: annotations.get(annotation.protocol),
    algorithm: annotations.get(annotation.loadBalancer) ?? options.defaultLbAlgorithm,
  };
  return { value, findings: [...findings, ...filters.findings, ...pathMode.findings, ...weights.findings] };
}
