/** Gets two statuses, says whether the second one is worth a write. */
import type { RouteServerConfigStatus } from './types.ts';

/**
 * Whether anything changed that a reader would miss. `shadow.checks` alone does not count: it grows with each
 * comparison, and a write for it would be a write for every look. `undefined` fields count as absent.
 */
export function statusChanged(
  before: RouteServerConfigStatus | undefined,
  after: RouteServerConfigStatus | undefined,
): boolean {
  return !sameValue(withoutCounters(before), withoutCounters(after));
}

function withoutCounters(status: RouteServerConfigStatus | undefined): RouteServerConfigStatus {
  if (status?.shadow === undefined) return status ?? {};
  return { ...status, shadow: { ...status.shadow, checks: 0 } };
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
