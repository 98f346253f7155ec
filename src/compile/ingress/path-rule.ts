/** Gets one path of one rule, gives the routes to its Service: the route itself, its redirect, its east-west twin. */

import type { IngressBackend, IngressPath } from '../../api/index.ts';
import type { Filter } from '../../eskip/index.ts';
import { applicationFilters, rulesFor, withAnnotationRules } from '../annotation-rules.ts';
import type { Draft } from '../draft.ts';
import { eastWestHost, ingressEastWest, isInternalHost } from '../east-west.ts';
import { ingressRouteId } from '../ids.ts';
import type { HostDraft, HostRedirect } from '../outcome.ts';
import { ingressRedirect } from '../redirect.ts';
import type { TrafficShare } from '../traffic/traffic.ts';
import { forwarded, type IngressContext, type PathOutcome } from './context.ts';
import { isPathTree, withPath } from './path.ts';
import { resolveTarget } from './target.ts';

/** One path, and its place in the Ingress. */
export interface PathRule {
  readonly host: string;
  /** The expressions that match the host; none for all hosts. */
  readonly hostPatterns: readonly string[];
  readonly path: IngressPath;
  readonly backend: IngressBackend;
  readonly share: TrafficShare;
  readonly field: string;
}

function matched(rule: PathRule, context: IngressContext): Draft | undefined {
  const { host, hostPatterns, path, backend, share } = rule;
  const { metadata, settings } = context;
  const { namespace, name } = metadata;
  const target = resolveTarget(backend, `${rule.field}.backend`, context);
  if (target.type === 'none') return undefined;
  if (target.type === 'external') {
    const id = ingressRouteId({ namespace, name, host, backend: target.externalName });
    return { ...target.draft, id, hostPatterns };
  }
  const id = ingressRouteId({ namespace, name, host, path: path.path, backend: backend.serviceName });
  const withPredicates = withPath({ ...target.draft, id, hostPatterns }, settings.pathMode, path.pathType, path.path);
  return { ...withPredicates, predicates: [...withPredicates.predicates, ...share.predicates] };
}

function defaultFilters(rule: PathRule, context: IngressContext): readonly Filter[] {
  const { serviceName } = rule.backend;
  const found = context.defaultFilters(context.metadata.namespace, serviceName);
  if (found.ok) return found.filters;
  const message = `failed to retrieve default filters of service ${serviceName}: ${found.message}`;
  context.report({ code: 'invalid-default-filters', field: rule.field, message });
  return [];
}

/** In path-prefix mode a path in the annotation takes the place of the path in the rule; a route can have but one. */
function withAnnotationPredicates(draft: Draft, { settings }: IngressContext): Draft {
  if (settings.pathMode !== 'path-prefix')
    return { ...draft, predicates: [...draft.predicates, ...settings.predicates] };
  const replacements = settings.predicates.filter(({ name }) => isPathTree(name)).length;
  const replaced = draft.predicates.filter(({ name }) => isPathTree(name)).slice(0, replacements);
  const kept = draft.predicates.filter((predicate) => !replaced.includes(predicate));
  return { ...draft, predicates: [...kept, ...settings.predicates] };
}

function withFilters(draft: Draft, rule: PathRule, context: IngressContext): Draft {
  const { metadata, options, settings } = context;
  const own = draft.backend.type === 'shunt' ? draft.filters : [...settings.filters, ...draft.filters];
  const application = applicationFilters(metadata, options.applicationLabel);
  return { ...draft, filters: [...application, ...defaultFilters(rule, context), ...own] };
}

function redirects(host: string, route: Draft, context: IngressContext): PathOutcome {
  const { options, settings } = context;
  const policy = settings.redirect;
  if (isInternalHost(host, options) || settings.redirectIgnored || policy.mode === 'none') {
    return { hostRoutes: [], hostRedirects: [] };
  }
  const hostRedirects: HostRedirect[] = [{ host, policy }];
  return { hostRoutes: [{ host, draft: forwarded(ingressRedirect(route, policy), context) }], hostRedirects };
}

export function pathRuleRoutes(rule: PathRule, context: IngressContext): readonly PathOutcome[] {
  const base = matched(rule, context);
  if (base === undefined) return [];
  const { host } = rule;
  const { metadata, options } = context;
  const route = forwarded(withAnnotationPredicates(withFilters(base, rule, context), context), context);
  const redirected = redirects(host, route, context);
  const rules = rulesFor(options, isInternalHost(host, options));
  const extended = withAnnotationRules(route, rules, metadata);
  const hostRoutes: HostDraft[] = [{ host, draft: extended }, ...redirected.hostRoutes];
  if (options.eastWest.enabled) {
    const inCluster = eastWestHost(metadata.name, metadata.namespace, options.eastWest);
    hostRoutes.push({ host: inCluster, draft: forwarded(ingressEastWest(extended, inCluster), context) });
  }
  return [{ hostRoutes, hostRedirects: redirected.hostRedirects }];
}
