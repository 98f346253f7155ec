/** Gets a finished table, gives it as a Skipper in one zone should see it. */

import type { Route } from '../eskip/index.ts';
import { zoneAwareAnnotation } from './annotation-rules.ts';
import { preferZone } from './endpoints/zone.ts';

function isOptedOut({ filters }: Route): boolean {
  return filters.some(
    ({ name, args }) =>
      name === 'annotate' && args.length === 2 && args[0] === zoneAwareAnnotation && args[1] === 'false',
  );
}

/** Zones that occur among the endpoints; for any other zone the full table is served. */
export function zonesOf(routes: readonly Route[]): ReadonlySet<string> {
  const endpoints = routes.flatMap(({ backend }) => (backend.type === 'lb' ? backend.endpoints : []));
  return new Set(endpoints.flatMap(({ zone }) => (zone === undefined || zone === '' ? [] : [zone])));
}

/** The route with only its endpoints in the zone, where they are enough. The same object when nothing changes. */
export function narrowToZone(route: Route, zone: string): Route {
  const { backend } = route;
  if (backend.type !== 'lb' || isOptedOut(route)) return route;
  const endpoints = preferZone(zone, backend.endpoints);
  return endpoints === backend.endpoints ? route : { ...route, backend: { ...backend, endpoints } };
}
