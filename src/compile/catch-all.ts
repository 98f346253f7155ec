/** Gets all routes of a host that come from Ingresses, gives the route that answers 404 for the host's other paths. */

import type { Draft } from './draft.ts';
import { emptyDraft } from './draft.ts';
import { ingressRouteId } from './ids.ts';
import { matchesEveryPath } from './ingress/path.ts';
import { ingressRedirect, type RedirectPolicy } from './redirect.ts';

/**
 * None when one of the host's routes matches every path. Redirects follow what the host's Ingresses asked for, in their
 * order: the last code counts, and a host can be both redirected and excepted by different Ingresses.
 */
export function ingressCatchAlls(
  host: string,
  routes: readonly Draft[],
  redirects: readonly RedirectPolicy[],
): readonly Draft[] {
  const [first] = routes;
  if (first === undefined || routes.some(matchesEveryPath)) return [];
  const id = ingressRouteId({ namespace: '', name: 'catchall', host });
  const catchAll: Draft = { ...emptyDraft, id, hostPatterns: first.hostPatterns, backend: { type: 'shunt' } };
  const on = redirects.findLast(({ mode }) => mode === 'on');
  const off = redirects.find(({ mode }) => mode === 'off');
  const wanted = [on, off].filter((policy) => policy !== undefined);
  return [catchAll, ...wanted.map((policy) => ingressRedirect(catchAll, policy))];
}
