/** Routes that users write themselves in an annotation: one for each of them and each path of the Ingress. */

import type { IngressPath } from '../../api/index.ts';
import type { Route } from '../../eskip/index.ts';
import { applicationFilters, rulesFor, withAnnotationRules } from '../annotation-rules.ts';
import { draftOf, type Draft } from '../draft.ts';
import { eastWestHost, ingressEastWest } from '../east-west.ts';
import { hostPattern, isInDomains } from '../hosts.ts';
import { ingressRouteId } from '../ids.ts';
import type { HostDraft } from '../outcome.ts';
import { annotation, annotationField } from './annotations.ts';
import { forwarded, type IngressContext, type PathOutcome } from './context.ts';
import { countPathTrees, withPath } from './path.ts';

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
  const draft = { ...draftOf(route), id, hostPatterns: [hostPattern([host])] };
  return withPath(draft, settings.pathMode, path.pathType, path.path);
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

function customRoute(draft: Draft, host: string, context: IngressContext): PathOutcome {
  const { metadata, options, settings } = context;
  const pathTrees = countPathTrees(draft);
  if (pathTrees > 1) {
    const message = `ignoring route ${draft.id} due to multiple path predicates: ${String(pathTrees)}, one is possible`;
    context.report({ code: 'invalid-route', field: annotationField(annotation.routes), message });
  }
  const usable = pathTrees <= 1;
  const route = usable ? completed(draft, host, context) : draft;
  const hostRoutes: HostDraft[] = usable ? [{ host, draft: route }] : [];
  if (options.eastWest.enabled) {
    // Also of a route that is not usable: so it is in Skipper, which refuses that one later.
    const inCluster = eastWestHost(metadata.name, metadata.namespace, options.eastWest);
    hostRoutes.push({ host: inCluster, draft: forwardedCustom(ingressEastWest(route, inCluster), context) });
  }
  return { hostRoutes, hostRedirects: usable ? [{ host, policy: settings.redirect }] : [] };
}

export function customRoutes(host: string, path: IngressPath, context: IngressContext): readonly PathOutcome[] {
  return context.settings.customRoutes.map((route, index) =>
    customRoute(placed(route, index, { host, path }, context), host, context),
  );
}
