/** Gets the annotations of an Ingress that hold eskip, gives them parsed; or why the Ingress gets no routes at all. */

import type { Metadata } from '../../api/index.ts';
import {
  parseFilters,
  parsePredicates,
  parseRoutes,
  type Filter,
  type Predicate,
  type Route,
} from '../../eskip/index.ts';
import { isKnownAlgorithm } from '../load-balancing.ts';
import type { Finding } from '../problem.ts';
import { annotation, invalidAnnotation } from './annotations.ts';

export interface EskipTexts {
  readonly filters: readonly Filter[];
  readonly predicates: readonly Predicate[];
  readonly customRoutes: readonly Route[];
}

export type EskipTextsResult =
  { readonly ok: true; readonly texts: EskipTexts } | { readonly ok: false; readonly findings: readonly Finding[] };

type Parsed = { readonly ok: true } | { readonly ok: false; readonly error: { readonly message: string } };

function finding(name: string, parsed: Parsed): readonly Finding[] {
  return parsed.ok ? [] : [invalidAnnotation(name, parsed.error.message)];
}

/** Of annotations that are not there, as nearly always. */
const nothing = { predicates: parsePredicates(''), routes: parseRoutes('') };

function algorithmFindings({ annotations }: Metadata): readonly Finding[] {
  const algorithm = annotations.get(annotation.loadBalancer) ?? '';
  if (isKnownAlgorithm(algorithm)) return [];
  return [invalidAnnotation(annotation.loadBalancer, `unsupported algorithm ${JSON.stringify(algorithm)}`)];
}

/**
 * Reads filters, predicates and routes. A mistake in one of them, or in the algorithm, rejects the Ingress: half of a
 * user's filters could be worse than none.
 */
export function readEskipTexts(metadata: Metadata): EskipTextsResult {
  const { annotations } = metadata;
  const filters = parseFilters(annotations.get(annotation.filter) ?? '');
  const written = { predicates: annotations.get(annotation.predicate), routes: annotations.get(annotation.routes) };
  const predicates = written.predicates === undefined ? nothing.predicates : parsePredicates(written.predicates);
  const routes = written.routes === undefined ? nothing.routes : parseRoutes(written.routes);
  const algorithm = algorithmFindings(metadata);
  if (filters.ok && predicates.ok && routes.ok && algorithm.length === 0) {
    const texts = { filters: filters.filters, predicates: predicates.predicates, customRoutes: routes.routes };
    return { ok: true, texts };
  }
  const findings = [
    ...finding(annotation.filter, filters),
    ...finding(annotation.predicate, predicates),
    ...finding(annotation.routes, routes),
  ];
  return { ok: false, findings: [...findings, ...algorithm] };
}
