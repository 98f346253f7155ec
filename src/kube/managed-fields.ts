/**
 * Gets an object's managedFields; tells who wrote a field, and whether all is still as somebody applied it.
 *
 * Source: the format "FieldsV1" of Kubernetes' structured-merge-diff: `f:name` is a field, `k:{…}` an item of a keyed
 * list, `v:…` one of a set, an empty object a leaf. A leaf above the field asked for is an atomic value that holds it.
 */
import type { KubeObject, ManagedFieldsEntry } from './kube-object.ts';

/** Steps to a field: a name, or for an item of a keyed list its key, such as `{ name: 'skipper' }`. */
export type FieldPath = readonly (string | Readonly<Record<string, string | number | boolean>>)[];

/** Who wrote a field, how and when. */
export interface FieldOwner {
  readonly manager: string;
  /** `Apply` or `Update`. */
  readonly operation: string;
  readonly subresource?: string;
  readonly time?: string;
}

/** Those who own `path` of `object` or a part of it, newest first. */
export function whoOwns(object: KubeObject, path: FieldPath): readonly FieldOwner[] {
  return (object.metadata.managedFields ?? [])
    .filter(({ fieldsV1 }) => owns(fieldsV1, path))
    .map(ownerOf)
    .sort((a, b) => (b.time ?? '').localeCompare(a.time ?? ''));
}

/**
 * Whether `manager` owns, by server-side apply, every field that `wanted` gives. Whoever writes another value takes the
 * field from it, so what it applied before is still there when it owns all of that.
 */
export function ownsAllOf(object: KubeObject, manager: string, wanted: KubeObject): boolean {
  const applied = (object.metadata.managedFields ?? []).find(
    (entry) => entry.manager === manager && entry.operation === 'Apply' && entry.subresource === undefined,
  );
  // Paths are those of one version of the API.
  if (applied === undefined || applied.apiVersion !== wanted.apiVersion) return false;
  const { fieldsV1 } = applied;
  // The root itself is no leaf, as above.
  if (typeof fieldsV1 !== 'object' || fieldsV1 === null || Object.keys(fieldsV1).length === 0) return false;
  return covers(fieldsV1, {
    ...without(wanted, ['apiVersion', 'kind']),
    metadata: without(wanted.metadata, ['name', 'namespace']),
  });
}

/** What an object is known by belongs to nobody. */
function without(object: object, names: readonly string[]): object {
  return Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)));
}

function covers(fields: unknown, value: unknown): boolean {
  if (typeof fields !== 'object' || fields === null) return false;
  const names = Object.entries(fields);
  if (names.length === 0) return true;
  if (Array.isArray(value)) return value.every((item) => names.some((named) => isItem(named, item)));
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).every(
    ([name, inner]) => inner === undefined || covers(Reflect.get(fields, `f:${name}`), inner),
  );
}

function isItem([name, fields]: readonly [string, unknown], item: unknown): boolean {
  if (name.startsWith('v:')) return parse(name.slice(2)) === item;
  const key = name.startsWith('k:') ? parse(name.slice(2)) : undefined;
  if (typeof key !== 'object' || key === null || typeof item !== 'object' || item === null) return false;
  // The API server fills in parts of a key, such as a port's protocol.
  const isOfKey = Object.entries(key).every(([part, given]) => [undefined, given].includes(Reflect.get(item, part)));
  return isOfKey && covers(fields, item);
}

function ownerOf({ manager, operation, subresource, time }: ManagedFieldsEntry): FieldOwner {
  return {
    manager: manager ?? 'unknown',
    operation: operation ?? 'Update',
    ...(subresource === undefined ? {} : { subresource }),
    ...(time === undefined ? {} : { time }),
  };
}

function owns(fields: unknown, path: FieldPath): boolean {
  let here: unknown = fields;
  for (const [depth, step] of path.entries()) {
    if (typeof here !== 'object' || here === null) return false;
    // The root itself is no leaf: an entry without fields owns nothing.
    if (Object.keys(here).length === 0) return depth > 0;
    here = Object.entries(here).find(([name]) => isStep(name, step))?.[1];
  }
  return here !== undefined;
}

function isStep(name: string, step: FieldPath[number]): boolean {
  if (typeof step === 'string') return name === `f:${step}`;
  if (!name.startsWith('k:')) return false;
  const key: unknown = parse(name.slice(2));
  if (typeof key !== 'object' || key === null) return false;
  return Object.entries(step).every(([field, value]) => Reflect.get(key, field) === value);
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
