/** What the operator's flags append to the routes of objects with certain annotations and labels. */

import type { Metadata } from '../api/index.ts';
import type { Filter, Predicate } from '../eskip/index.ts';
import { call } from './draft.ts';
import type { AnnotationRule, CompileOptions } from './options.ts';

/** Rules for one side: hosts in an east-west range have rules of their own. */
export interface AnnotationRules {
  readonly predicates: readonly AnnotationRule<Predicate>[];
  readonly filters: readonly AnnotationRule<Filter>[];
}

export function rulesFor(options: CompileOptions, internal: boolean): AnnotationRules {
  const { eastWest } = options;
  return internal
    ? { predicates: eastWest.rangeAnnotationPredicates, filters: eastWest.rangeAnnotationFilters }
    : { predicates: options.annotationPredicates, filters: options.annotationFilters };
}

const nothing: readonly never[] = [];

function appended<T>(rules: readonly AnnotationRule<T>[], { annotations }: Metadata): readonly T[] {
  // Nearly nobody has such rules, and every route is asked.
  if (rules.length === 0) return nothing;
  return rules.filter(({ key, value }) => annotations.get(key) === value).flatMap((rule) => rule.append);
}

interface Extendable {
  readonly predicates: readonly Predicate[];
  readonly filters: readonly Filter[];
}

export function withAnnotationRules<R extends Extendable>(route: R, rules: AnnotationRules, metadata: Metadata): R {
  const predicates = appended(rules.predicates, metadata);
  const filters = appended(rules.filters, metadata);
  if (predicates.length + filters.length === 0) return route;
  return { ...route, predicates: [...route.predicates, ...predicates], filters: [...route.filters, ...filters] };
}

/** `annotate("Application", …)` from the label that the operator has named. */
export function applicationFilters({ labels }: Metadata, label: string): readonly Filter[] {
  const application = label === '' ? '' : (labels.get(label) ?? '');
  return application === '' ? [] : [call('annotate', 'Application', application)];
}

export const zoneAwareAnnotation = 'zalando.org/traffic-zone-aware';

export function isZoneAwarenessOff({ annotations }: Metadata): boolean {
  return annotations.get(zoneAwareAnnotation) === 'false';
}

/** Tells whoever narrows the table to a zone to leave this route alone. */
export function zoneAwarenessFilters(metadata: Metadata): readonly Filter[] {
  return isZoneAwarenessOff(metadata) ? [call('annotate', zoneAwareAnnotation, 'false')] : [];
}
