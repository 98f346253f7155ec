/** Gets two statuses, says whether the second one is worth a write, and how soon. */
import type { RouteServerConfigStatus } from './types.ts';

/**
 * `News`: something that a reader would miss. `Figures`: only what keeps changing in a living cluster, the route server's
 * ETag and its number of routes; a write for each of them would be a write for each change of an Ingress. `None`: the
 * same, or one more comparison, which is never written for its own sake.
 */
export type StatusChange = 'None' | 'Figures' | 'News';

/** What has changed between two statuses. `undefined` fields count as absent. */
export function statusChange(
  before: RouteServerConfigStatus | undefined,
  after: RouteServerConfigStatus | undefined,
): StatusChange {
  const [old, now] = [withoutChecks(before), withoutChecks(after)];
  if (sameValue(old, now)) return 'None';
  return sameValue(withoutFigures(old), withoutFigures(now)) ? 'Figures' : 'News';
}

function withoutChecks(status: RouteServerConfigStatus | undefined): RouteServerConfigStatus {
  if (status?.shadow === undefined) return status ?? {};
  return { ...status, shadow: { ...status.shadow, checks: 0 } };
}

/** That there is a figure at all is news. */
function withoutFigures(status: RouteServerConfigStatus): RouteServerConfigStatus {
  const { routeServer } = status;
  if (routeServer === undefined) return status;
  const { etag, routes } = routeServer;
  const some = { ...(etag === undefined ? {} : { etag: '' }), ...(routes === undefined ? {} : { routes: 0 }) };
  return { ...status, routeServer: { ...routeServer, ...some } };
}

function sameValue(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
  if (Array.isArray(left) !== Array.isArray(right)) return false;
  const [leftFields, rightFields] = [definedFields(left), definedFields(right)];
  return (
    leftFields.size === rightFields.size &&
    [...leftFields].every(([name, value]) => rightFields.has(name) && sameValue(value, rightFields.get(name)))
  );
}

function definedFields(value: object): Map<string, unknown> {
  return new Map(Object.entries(value).filter(([, field]) => field !== undefined));
}
