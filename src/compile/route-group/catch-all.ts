/** Routes that answer 404 for a host's other paths: without them a request would fall to another object's routes. */

import type { Route } from '../../eskip/index.ts';
import { call } from '../draft.ts';
import { hostPattern } from '../hosts.ts';
import { routeGroupRouteId } from '../ids.ts';

function matchesWholeHost({ predicates }: Route): boolean {
  return predicates.every(({ name }) => name === 'Host');
}

/** One for each host, unless a route matches all requests for it or there is no route at all. */
export function routeGroupCatchAlls(
  hosts: readonly string[],
  considered: readonly Route[],
  internal: boolean,
): readonly Route[] {
  if (considered.length === 0 || considered.some(matchesWholeHost)) return [];
  return hosts.map((host) => ({
    // No HTTP method is called "catchall", so the id is free.
    id: routeGroupRouteId({ namespace: '', name: host, subName: 'catchall', routeIndex: 0, backendIndex: 0, internal }),
    predicates: [call('Host', hostPattern([host]))],
    filters: [],
    backend: { type: 'shunt' },
  }));
}
