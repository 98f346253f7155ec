/** Gets an Ingress's default backend, gives its route, which matches whatever no other route matches. */

import type { IngressBackend } from '../../api/index.ts';
import { applicationFilters } from '../annotation-rules.ts';
import { emptyDraft, type Draft } from '../draft.ts';
import { eastWestHost, ingressEastWest } from '../east-west.ts';
import { ingressRouteId } from '../ids.ts';
import { joined } from '../lists.ts';
import { forwarded, type IngressContext } from './context.ts';
import { resolveTarget } from './target.ts';

export function defaultBackendRoutes(backend: IngressBackend | undefined, context: IngressContext): readonly Draft[] {
  if (backend === undefined) return [];
  const { metadata, options } = context;
  const { namespace, name } = metadata;
  const target = resolveTarget(backend, 'spec.defaultBackend', context);
  if (target.type === 'none') return [];
  const external = target.type === 'external' ? { host: 'default', backend: target.externalName } : {};
  const id = ingressRouteId({ namespace, name, ...external });
  const filters = joined(applicationFilters(metadata, options.applicationLabel), target.filters);
  return [forwarded({ ...emptyDraft, id, filters, backend: target.backend }, context)];
}

/** Skipper puts the namespace before the name here, and only here; whoever calls that host relies on it. */
export function defaultBackendEastWest(
  routes: readonly Draft[],
  { metadata, options }: IngressContext,
): readonly Draft[] {
  const { eastWest } = options;
  if (!eastWest.enabled) return [];
  const host = eastWestHost(metadata.namespace, metadata.name, eastWest);
  return routes.map((route) => ingressEastWest(route, host));
}
