/** Prefers endpoints in the reader's zone, as long as enough of them are there to survive a failure. */

/** Fewer endpoints than this are no reason to leave the other zones out. */
const minEndpointsInZone = 3;

export function preferZone<E extends { readonly zone?: string }>(zone: string, endpoints: readonly E[]): readonly E[] {
  if (zone === '') return endpoints;
  const near = endpoints.filter((endpoint) => endpoint.zone === zone);
  return near.length >= minEndpointsInZone ? near : endpoints;
}
