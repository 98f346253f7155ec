/** Gets one path of one rule, gives the routes to its Service: the route itself, its redirect, its east-west twin. */

import type { IngressBackend, IngressPath } from '../../api/index.ts';
import type { Filter, Predicate } from '../../eskip/index.ts';
import { applicationFilters, rulesFor, withAnnotationRules } from '../annotation-rules.ts';
import type { Draft } from '../draft.ts';
import { eastWestHost, ingressEastWest } from '../east-west.ts';
import { ingressPathId, ingressRouteId } from '../ids.ts';
import { joined } from '../lists.ts';
import { ingressRedirect } from '../redirect.ts';
import type { TrafficShare } from '../traffic/traffic.ts';
import { forwarded, type Destination, type IngressContext, type PathRoutes, type Rule } from './context.ts';
import { isPathTree, pathMatch } from './path.ts';
import { resolveTarget } from './target.ts';

/** One path, and its place in the Ingress. */
export interface PathRule {
  readonly rule: Rule;
  readonly path: IngressPath;
  readonly backend: IngressBackend;
  readonly share: TrafficShare;
  readonly field: string;
}

type Match = Pick<Draft, 'id' | 'pathPatterns' | 'predicates'>;

function matchOf({ rule, path, backend, share }: PathRule, { settings }: IngressContext): Match {
  const { pathPatterns, predicates } = pathMatch(settings.pathMode, path);
  const id = ingressPathId(rule.id, path.path, backend.serviceName);
  return { id, pathPatterns, predicates: joined(predicates, share.predicates) };
}

/** Path and share do not apply to an external name: so it is in Skipper. */
function externalMatch({ rule }: PathRule, { metadata }: IngressContext, backend: string): Match {
  const { namespace, name } = metadata;
  return { id: ingressRouteId({ namespace, name, host: rule.host, backend }), pathPatterns: [], predicates: [] };
}

function defaultFilters({ backend, field }: PathRule, context: IngressContext): readonly Filter[] {
  const { serviceName } = backend;
  const found = context.defaultFilters(context.metadata.namespace, serviceName);
  if (found.ok) return found.filters;
  const message = `failed to retrieve default filters of service ${serviceName}: ${found.message}`;
  context.report({ code: 'invalid-default-filters', field, message });
  return [];
}

/** In path-prefix mode a path in the annotation takes the place of the path in the rule; a route can have but one. */
function withAnnotationPredicates(
  predicates: readonly Predicate[],
  { settings }: IngressContext,
): readonly Predicate[] {
  if (settings.pathMode !== 'path-prefix') return joined(predicates, settings.predicates);
  const replacements = settings.predicates.filter(({ name }) => isPathTree(name)).length;
  const replaced = predicates.filter(({ name }) => isPathTree(name)).slice(0, replacements);
  const kept = predicates.filter((predicate) => !replaced.includes(predicate));
  return joined(kept, settings.predicates);
}

function filtersOf({ filters, backend }: Destination, path: PathRule, context: IngressContext): readonly Filter[] {
  const { metadata, options, settings } = context;
  const own = backend.type === 'shunt' ? filters : joined(settings.filters, filters);
  return joined(applicationFilters(metadata, options.applicationLabel), joined(defaultFilters(path, context), own));
}

function pathDraft(path: PathRule, context: IngressContext): Draft | undefined {
  const target = resolveTarget(path.backend, `${path.field}.backend`, context);
  if (target.type === 'none') return undefined;
  const match = target.type === 'service' ? matchOf(path, context) : externalMatch(path, context, target.externalName);
  const draft: Draft = {
    id: match.id,
    hosts: path.rule.hosts,
    pathPatterns: match.pathPatterns,
    fields: [],
    predicates: withAnnotationPredicates(match.predicates, context),
    filters: filtersOf(target, path, context),
    backend: target.backend,
  };
  return forwarded(draft, context);
}

function twinsOf(draft: Draft, context: IngressContext): readonly Draft[] {
  const { metadata, options } = context;
  if (!options.eastWest.enabled) return [];
  const inCluster = eastWestHost(metadata.name, metadata.namespace, options.eastWest);
  return [forwarded(ingressEastWest(draft, inCluster), context)];
}

/** `undefined` when the path has no route; why has been reported. */
export function pathRuleRoutes(path: PathRule, context: IngressContext): PathRoutes | undefined {
  const route = pathDraft(path, context);
  if (route === undefined) return undefined;
  const { isInternal } = path.rule;
  const { metadata, options, settings } = context;
  const extended = withAnnotationRules(route, rulesFor(options, isInternal), metadata);
  const twins = twinsOf(extended, context);
  const policy = settings.redirect;
  if (isInternal || settings.redirectIgnored || policy.mode === 'none') {
    return { drafts: [extended], twins, redirect: undefined };
  }
  // Of the route as it was before the rules, which are for the route alone.
  const redirected = forwarded(ingressRedirect(route, policy), context);
  return { drafts: [extended, redirected], twins, redirect: policy };
}
