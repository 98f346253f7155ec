/** Gets all routes of a host that come from Ingresses, gives the route that answers 404 for the host's other paths. */

import type { Predicate } from '../eskip/index.ts';
import { emptyDraft, type Draft } from './draft.ts';
import { ingressRouteId } from './ids.ts';
import { matchesEveryPath } from './ingress/path.ts';
import type { HostRoutes } from './outcome.ts';
import { ingressRedirect, type RedirectPolicy } from './redirect.ts';

/** What a host's catch-all route depends on: of one rule or Ingress, or of all that have the host. */
export interface HostFacts {
  /** Those of the first route, for the host; `undefined` when there is none. */
  readonly predicates: readonly Predicate[] | undefined;
  /** Whether one of the routes matches every path. */
  readonly isCovered: boolean;
  readonly redirects: readonly RedirectPolicy[];
}

/** Gets what one rule has for a host. */
export function hostFacts({ drafts, redirect }: HostRoutes): HostFacts {
  const redirects = redirect === undefined ? [] : [redirect];
  return { predicates: drafts[0]?.hosts, isCovered: drafts.some(matchesEveryPath), redirects };
}

/** Makes facts of rules or of Ingresses, in their order, those of the host. */
export function mergeHostFacts(facts: readonly HostFacts[]): HostFacts {
  const [only] = facts;
  if (only !== undefined && facts.length === 1) return only;
  return {
    predicates: facts.find(({ predicates }) => predicates !== undefined)?.predicates,
    isCovered: facts.some(({ isCovered }) => isCovered),
    redirects: facts.flatMap(({ redirects }) => redirects),
  };
}

/**
 * None when one of the host's routes matches every path. Redirects follow what the host's Ingresses asked for, in their
 * order: the last code counts, and a host can be both redirected and excepted by different Ingresses.
 */
export function ingressCatchAlls(host: string, { predicates, isCovered, redirects }: HostFacts): readonly Draft[] {
  if (predicates === undefined || isCovered) return [];
  const id = ingressRouteId({ namespace: '', name: 'catchall', host });
  const catchAll: Draft = { ...emptyDraft, id, hosts: predicates, backend: { type: 'shunt' } };
  const on = redirects.findLast(({ mode }) => mode === 'on');
  const off = redirects.find(({ mode }) => mode === 'off');
  const wanted = [on, off].filter((policy) => policy !== undefined);
  return [catchAll, ...wanted.map((policy) => ingressRedirect(catchAll, policy))];
}
