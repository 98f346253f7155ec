/** Routes that users write themselves in an annotation: one for each of them and each path of the Ingress. */

import type { IngressPath } from '../../api/index.ts';
import type { Route } from '../../eskip/index.ts';
import { applicationFilters, rulesFor, withAnnotationRules } from '../annotation-rules.ts';
import { draftOf, hostPredicate, type Draft } from '../draft.ts';
import { eastWestHost, ingressEastWest } from '../east-west.ts';
import { isInDomains } from '../hosts.ts';
import { ingressRouteId } from '../ids.ts';
import { joined } from '../lists.ts';
import { annotation, annotationField } from './annotations.ts';
import { forwarded, type IngressContext, type PathRoutes } from './context.ts';
import { countPathTrees, pathMatch } from './path.ts';

function placed(
  route: Route,
  index: number,
  where: { host: string; path: IngressPath },
  context: IngressContext,
): Draft {
  const { metadata, settings } = context;
  const { host, path } = where;
  const id = ingressRouteId({
    namespace: metadata.namespace,
    name: `${metadata.name}_${route.id}_${String(index)}`,
    host: host + path.path.replaceAll('/', '_'),
  });
  const draft = draftOf(route);
  const match = pathMatch(settings.pathMode, path);
  // The path's expression takes the place of those that the user wrote, its predicate stands beside theirs.
  const pathPatterns = match.pathPatterns.length === 0 ? draft.pathPatterns : match.pathPatterns;
  const predicates = joined(draft.predicates, match.predicates);
  return { ...draft, id, hosts: [hostPredicate(host)], pathPatterns, predicates };
}

/** A route that answers by itself goes on to do so, though without its filters: so it is in Skipper. */
function forwardedCustom(draft: Draft, context: IngressContext): Draft {
  const { backend, ...rest } = forwarded(draft, context);
  return { ...rest, backend: draft.backend.type === 'shunt' ? draft.backend : backend };
}

function completed(draft: Draft, host: string, context: IngressContext): Draft {
  const { metadata, options } = context;
  const rules = rulesFor(options, isInDomains(host, options.eastWest.rangeDomains));
  const extended = withAnnotationRules(draft, rules, metadata);
  const filters = [...applicationFilters(metadata, options.applicationLabel), ...extended.filters];
  return forwardedCustom({ ...extended, filters }, context);
}

function customRoute(draft: Draft, host: string, context: IngressContext): PathRoutes {
  const { metadata, options, settings } = context;
  const pathTrees = countPathTrees(draft);
  if (pathTrees > 1) {
    const message = `ignoring route ${draft.id} due to multiple path predicates: ${String(pathTrees)}, one is possible`;
    context.report({ code: 'invalid-route', field: annotationField(annotation.routes), message });
  }
  const usable = pathTrees <= 1;
  const route = usable ? completed(draft, host, context) : draft;
  const twins: Draft[] = [];
  if (options.eastWest.enabled) {
    // Also of a route that is not usable: so it is in Skipper, which refuses that one later.
    const inCluster = eastWestHost(metadata.name, metadata.namespace, options.eastWest);
    twins.push(forwardedCustom(ingressEastWest(route, inCluster), context));
  }
  return { drafts: usable ? [route] : [], twins, redirect: usable ? settings.redirect : undefined };
}

export function customRoutes(host: string, path: IngressPath, context: IngressContext): readonly PathRoutes[] {
  return context.settings.customRoutes.map((route, index) =>
    customRoute(placed(route, index, { host, path }, context), host, context),
  );
}
